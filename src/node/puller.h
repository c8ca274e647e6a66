// Pulls run: fetched page by page, shared in the member's name with the key that this node holds for it, and
// the place kept after each page that is durable.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "intelligence/pull/pulls.h"
#include "node/node.h"

namespace comity::node {

struct PullRun {
    std::size_t pages = 0;
    std::size_t shared = 0;  // objects
    std::size_t statements = 0;
    bool more = false;  // there is more at the source: the next run goes on
};

// Runs a pull now, whatever its schedule, until there is no more, `stop` is set, or a thousand pages are
// through. What went wrong is in the pull's state too, and the time of the next try. kConflict while another
// run holds it, here or in another process on the same database: nothing was done then.
Result<PullRun> run_pull(Node& node, const std::string& name, const std::atomic<bool>& stop);
// The same where it is due; nothing where it is not, or another run holds it.
Result<std::optional<PullRun>> run_pull_if_due(Node& node, const std::string& name,
                                               const std::atomic<bool>& stop);

// Runs those that are due, one after the other, from a thread of its own, until it goes (which may take as
// long as one request to a remote that does not answer).
class Puller {
  public:
    explicit Puller(Node& node);
    ~Puller();
    Puller(const Puller&) = delete;
    Puller& operator=(const Puller&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::node
