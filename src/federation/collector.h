// Asks the witnesses of the node's policy for their cosignatures on its newest checkpoint, in the background:
// an append never waits for them. A thread for each witness that has a URL, so that a slow one delays nobody;
// each asks for the newest checkpoint only, keeps what the witness has cosigned last, and after a failure
// waits longer and longer.
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
    std::chrono::milliseconds poll{1000};        // how often it looks for a new checkpoint
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
    bool wait(std::chrono::milliseconds time);  // false: it is to end

    ledger::Ledger& ledger_;
    Cosignatures& cosignatures_;
    Clock& clock_;
    const CollectorOptions options_;

    std::mutex mutex_;  // guards stopping_
    std::condition_variable stop_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace comity::federation
