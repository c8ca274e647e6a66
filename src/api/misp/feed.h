// The events of one reader's feed. An event is written once: what the manifest and hashes.csv say of it is
// kept, by all that it depends on (which of its objects the reader may read now, when it was witnessed, its
// author's name), and asked for anew at every request. So no change is missed, and none costs more than
// itself.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "intelligence/misp/write.h"
#include "ledger/ledger.h"
#include "node/node.h"

namespace comity::api::misp {

// The event of a statement, always the same.
std::string event_uuid(const Digest& statement);

// What the manifest says of an event.
json::Object manifest_entry(const json::Object& event);

struct ListedEvent {
    std::string uuid;
    std::string entry;   // of the manifest: "uuid":{...}
    std::string hashes;  // lines of hashes.csv
};

// Thread-safe. The node must outlive it.
class Feed {
  public:
    explicit Feed(node::Node& node) : node_(node) {}

    // An event for each statement that shares something with the reader, in this node's order.
    using Events = std::vector<std::shared_ptr<const ListedEvent>>;
    Result<Events> list(const ledger::Viewer& viewer);
    // One of them; kNotFound.
    Result<intelligence::misp::WrittenEvent> find(const ledger::Viewer& viewer, const std::string& uuid);

    std::size_t written() const;  // how many events were written for lists so far

  private:
    struct Shown;
    Result<std::shared_ptr<const ListedEvent>> event_of(db::Session& session,
                                                        const ledger::Readable& readable,
                                                        const ledger::Viewer& viewer, const Shown& shown);
    std::optional<Digest> remembered(const std::string& uuid) const;

    node::Node& node_;
    mutable std::mutex mutex_;  // guards what follows
    // By the digest of all that it depends on; null: an event without attributes, which is none.
    std::map<Digest, std::shared_ptr<const ListedEvent>> kept_;
    std::size_t bytes_ = 0;
    std::size_t written_ = 0;
    std::map<std::string, Digest> statements_;  // UUID -> statement
};

}  // namespace comity::api::misp
