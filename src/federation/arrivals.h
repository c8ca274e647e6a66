// Statements of a log as a source gives them, in the log's order, some at a time: all that is asked of the
// source for them, so that one thread can ask for the next while another takes in the last.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "federation/peer_source.h"
#include "ledger/ledger.h"

namespace comity::federation {

struct Wanted {  // an entry whose statement is to be had
    std::uint64_t index = 0;
    Digest id;
    ledger::Witnessed witnessed = 0;
};

class Arrivals {
  public:
    struct Some {
        std::span<const Wanted> wanted;                              // empty: that was all
        std::vector<std::optional<ledger::Submission>> submissions;  // one for each; none: could not be had
        std::string fault;  // what was wrong with some of what was served; empty: nothing
    };

    // What is wanted is in the order of the log, and outlives this, as does the source.
    Arrivals(PeerSource& source, const OfferedLog& log, std::span<const Wanted> wanted)
        : source_(source), log_(log), wanted_(wanted) {}

    // A thousand statements, or as many bytes as are enough for one round. Fails where the line does, or this
    // program; what was served and is wrong is told in the answer. One call at a time, from any thread.
    Result<Some> next();

  private:
    Result<void> open_package(std::uint64_t package);
    Result<std::optional<ledger::Submission>> complete(OfferedStatement statement, const Digest& id,
                                                       std::string& fault);

    PeerSource& source_;
    const OfferedLog& log_;
    std::span<const Wanted> wanted_;  // what is left of it
    std::optional<std::uint64_t> package_;
    std::vector<OfferedStatement> offers_;  // of the package, by index
    std::size_t offer_ = 0;                 // the next of them
};

// Is it about this program or the line, and not about what was served?
bool is_ours(const Error& error);

}  // namespace comity::federation
