// Brings what witnesses said into the set, so that time can be told from it everywhere (quorum.h). A thread
// that now and then
//     - publishes the newest checkpoint of this node's log that meets its own policy's quorum, with its
//       cosignatures, where there is more in it than was published before (federation.cosigned);
//     - when a second has passed that decides something (Ledger::closes), asks the witnesses of its policy
//       for their seals and publishes them (federation.seal): its own witness' at once, others' after a
//       while, where nobody else has.
// Any member can do the same by hand (comity log close --seal); what two publish counts once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "federation/cosignatures.h"
#include "federation/witness.h"
#include "http/client.h"
#include "ledger/ledger.h"

namespace comity::federation {

struct TimekeeperOptions {
    std::chrono::milliseconds poll{5000};
    std::chrono::seconds publish_every{600};  // a cosigned checkpoint, at the most
    std::chrono::seconds patience{30};        // until another witness' seal is asked for, and asked for again
    http::ClientOptions http{.connect_timeout = std::chrono::seconds(5),
                             .timeout = std::chrono::seconds(20),
                             .max_response = kMaxSealSize};
};

class Timekeeper {
  public:
    // Says something in the name of the member whose node this is.
    using Say = std::function<Result<void>(std::string_view type, json::Object body)>;

    // What is referred to must outlive it.
    Timekeeper(ledger::Ledger& ledger, Cosignatures& cosignatures, Witness& witness, Say say,
               Clock& clock = system_clock(), TimekeeperOptions options = {});
    ~Timekeeper();  // ends at once, but for a request under way
    Timekeeper(const Timekeeper&) = delete;
    Timekeeper& operator=(const Timekeeper&) = delete;

    // One round, as the thread does it: for whoever has no thread.
    Result<void> publish_cosigned();
    Result<void> publish_seals(std::span<const ledger::Close> closes);

  private:
    void run();
    Result<bool> worth_publishing(std::uint64_t size);
    Result<bool> sealed(const crypto::NamedKey& witness, std::int64_t close);
    Result<void> publish_seal(const log::Policy::Witness& witness, std::int64_t close);
    Result<std::string> url_of(const log::Policy::Witness& witness);

    ledger::Ledger& ledger_;
    Cosignatures& cosignatures_;
    Witness& witness_;
    const Say say_;
    Clock& clock_;
    const TimekeeperOptions options_;
    http::Client client_;
    std::int64_t published_ = 0;                                          // when, seconds
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> asked_;  // witness, close; when, seconds

    std::mutex mutex_;  // guards stopping_
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

// A witness' seal out of what its node answers; kRefused where it is another's or of another second.
Result<Seal> fetch_seal(http::Client& client, const std::string& submission_url, const Digest& community,
                        const crypto::NamedKey& witness, std::int64_t close);

}  // namespace comity::federation
