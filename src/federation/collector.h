// Asks the witnesses of the node's policy for their cosignatures on its newest checkpoint, in the background:
// an append never waits for them. A thread for each witness that has a URL, so that a slow one delays nobody;
// each asks for the newest checkpoint only, as soon as the log has grown but not more often than once a
// second, keeps what the witness has cosigned last, and after a failure waits longer and longer. What does
// not cosign there and then is asked as a mirror (tlog_mirror.h): it gets the entries too.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.h"
#include "federation/cosignatures.h"
#include "http/client.h"
#include "ledger/ledger.h"

namespace comity::federation {

struct CollectorOptions {
    std::chrono::milliseconds poll{1000};        // between one question and the next
    std::chrono::milliseconds look{10'000};      // for what another process on the same database appends
    std::chrono::milliseconds first_wait{1000};  // after a failure; doubled with each
    std::chrono::milliseconds longest_wait{300'000};
    http::ClientOptions http{.connect_timeout = std::chrono::seconds(5),
                             .timeout = std::chrono::seconds(20),
                             .max_response = 64 * 1024};
};

class Collector {
  public:
    // What is referred to must outlive it.
    Collector(ledger::Ledger& ledger, Cosignatures& cosignatures, Clock& clock = system_clock(),
              CollectorOptions options = {});
    ~Collector();  // ends at once, but for a request under way (bounded by its timeout)
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

  private:
    void ask_for_ever(const log::Policy::Witness& witness);
    // Asks once; what the witness has cosigned then.
    Result<std::uint64_t> ask(http::Client& client, const log::Policy::Witness& witness,
                              const std::string& note, std::uint64_t last);
    // False where none of the lines is by the key that the policy names.
    Result<bool> keep(const log::Policy::Witness& witness, const log::Checkpoint& checkpoint,
                      const crypto::Note& note, std::string_view lines);
    // The entries to a mirror (C2SP tlog-mirror), which cosigns once it has all of them.
    Result<void> upload(http::Client& client, const log::Policy::Witness& witness,
                        const log::Checkpoint& checkpoint, const crypto::Note& note);
    // Entry packages of [start, end), as many as one request takes.
    Result<std::string> packages(std::uint64_t start, std::uint64_t end);
    bool wait(std::chrono::milliseconds time);  // false: it is to end
    // Until the ledger has taken more than when it had told `seen` times; false: it is to end.
    bool wait_for_growth(std::uint64_t seen);

    ledger::Ledger& ledger_;
    Cosignatures& cosignatures_;
    Clock& clock_;
    const CollectorOptions options_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable stop_;
    bool stopping_ = false;
    std::uint64_t grown_ = 0;  // how often the ledger has told that it has taken something
    std::shared_ptr<void> subscription_;
    std::vector<std::thread> threads_;
};

}  // namespace comity::federation
