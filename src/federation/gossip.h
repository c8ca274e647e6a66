// Nodes tell each other which checkpoints they were shown: a log that shows one history here and another
// there is found out when the two meet. A thread asks, in turn, every node whose log the policy names with a
// URL: for its log's checkpoint and for those that it has seen; and tells it this node's own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "federation/sightings.h"
#include "http/client.h"
#include "ledger/ledger.h"
#include "log/policy.h"

namespace comity::federation {

struct GossipOptions {
    std::chrono::milliseconds period{60'000};  // between one round and the next
    http::ClientOptions http{.connect_timeout = std::chrono::seconds(5),
                             .timeout = std::chrono::seconds(20),
                             .max_response = 4u << 20};
};

class Gossip {
  public:
    // What is referred to must outlive it. Where the policy names no log with a URL it does nothing.
    Gossip(ledger::Ledger& ledger, Sightings& sightings, log::Policy policy, GossipOptions options = {});
    ~Gossip();  // ends at once, but for a request under way
    Gossip(const Gossip&) = delete;
    Gossip& operator=(const Gossip&) = delete;

  private:
    void run();
    Result<void> meet(http::Client& client, const log::Policy::Log& peer);

    ledger::Ledger& ledger_;
    Sightings& sightings_;
    const log::Policy policy_;
    const GossipOptions options_;

    std::mutex mutex_;  // guards stopping_
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace comity::federation
