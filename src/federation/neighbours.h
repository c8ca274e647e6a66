// What the community's nodes say of themselves: whom each follows, how far it is, when it last heard of them.
// So that one node's map shows the edges between others, too. A thread asks every node that members have
// announced for its GET /api/v1/nodes, now and then.
//
// It is hearsay: nobody has signed it, nothing hangs on it, and it is shown with who said it and when. It is
// kept in memory alone, of each node the last that it said. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "crypto/key_text.h"
#include "db/database.h"
#include "http/client.h"

namespace comity::federation {

struct NeighbourOptions {
    std::chrono::milliseconds period{60'000};  // between one round and the next
    http::ClientOptions http{.connect_timeout = std::chrono::seconds(3),
                             .timeout = std::chrono::seconds(10),
                             .max_response = 2u << 20};
};

// That a node follows a log.
struct SaidToFollow {
    std::string log;     // its vkey
    std::string member;  // whose node says so
    std::string by;      // the vkey of that node's log
    std::optional<std::uint64_t> size, applied, missing;
    std::optional<std::int64_t> contact;  // when it last heard of it, by its own clock
    std::optional<std::uint64_t> failures;
    Time heard;  // when it said so
};

class Neighbours {
  public:
    // `own`: the key of this node's log, which is not asked. What is referred to must outlive it.
    Neighbours(db::Database& database, crypto::NamedKey own, Clock& clock)
        : database_(database), own_(std::move(own)), clock_(clock) {}
    ~Neighbours();  // ends at once, but for a request under way
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;

    void start(NeighbourOptions options);  // the thread; once
    // One round of it.
    void ask_all(http::Client& client);

    // By the log that is followed, then by who follows it.
    std::vector<SaidToFollow> said() const;

  private:
    void run(const NeighbourOptions& options);
    bool stopping() const;

    db::Database& database_;
    const crypto::NamedKey own_;
    Clock& clock_;

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable stop_;
    bool stopping_ = false;
    std::map<std::string, std::vector<SaidToFollow>, std::less<>> said_;  // by the vkey of who said it
    std::thread thread_;
};

}  // namespace comity::federation
