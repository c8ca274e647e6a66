// Is this value listed? For other tools, value by value or many at once (GET and POST /api/v1/intel/lookup).
//
// All indicators of the store, whoever may read them, stand in one index that is mapped
// (intelligence/match/), under nothing but their ids: it says which indicators may be about a value. What the
// asker may know of them is read from the store in the asker's own state, so a lookup is as true as any other
// answer, however old the index is: what is not in it yet is taken up first.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "intelligence/answer/answer.h"
#include "intelligence/match/lookup.h"
#include "json/value.h"
#include "node/node.h"

namespace comity::node {

inline constexpr std::size_t kMaxLookups = 1000;  // values in one question

// Thread-safe. The node must outlive it.
class Lookups {
  public:
    explicit Lookups(Node& node) : node_(node) {}

    // An item for each value, in their order: {"items":[{"value","listed","indicators":[{"value","kind","id",
    // "name","source","confidence","tlp","valid_until"}],"more"}],"next":null}. Told are the indicators that
    // the asker may read, that are valid now, whose patterns ask for one of some values alone; the most
    // believed first, twenty at the most. kInvalid names the value; kUnavailable while the index is made.
    Result<json::Object> answer(const intelligence::Asking& asking, std::span<const std::string> values);

    // Makes the index anew of everything that is in the store; lookups go on with the old one meanwhile.
    Result<void> rebuild();
    // Takes up what the store has and the index has not.
    Result<void> catch_up(db::Session& session);
    // Is so much beside the index by now that it should be made anew?
    bool is_due() const;

  private:
    struct Candidate {
        intelligence::match::Value value;
        std::string id;
    };
    struct Late {  // taken up since the index was made
        Candidate candidate;
        std::int64_t added = 0;
    };
    using Keys = std::unordered_multimap<std::string, Late>;

    Result<void> build_from(db::Session& session);
    Result<void> take_up(db::Session& session);
    bool is_made() const;
    std::vector<Candidate> candidates(const intelligence::match::AskedKeys& asked) const;
    Result<json::Object> look_up(const intelligence::Asking& asking, const std::string& value) const;

    Node& node_;
    std::timed_mutex gathering_;       // who takes up; taken before mutex_
    mutable std::shared_mutex mutex_;  // guards what follows
    std::shared_ptr<const intelligence::match::Catalog> index_;
    Keys late_;
    std::vector<bool> lengths4_ = std::vector<bool>(33);  // of networks among them
    std::vector<bool> lengths6_ = std::vector<bool>(129);
    std::int64_t mark_ = 0;  // objects added up to then are in the index or beside it
};

// Keeps a node's lookups up to date from a thread of its own, until it goes.
class LookupKeeper {
  public:
    LookupKeeper(Node& node, Lookups& lookups);
    ~LookupKeeper();
    LookupKeeper(const LookupKeeper&) = delete;
    LookupKeeper& operator=(const LookupKeeper&) = delete;

  private:
    void run();

    Node& node_;
    Lookups& lookups_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool grown_ = true;
    bool stopping_ = false;
    std::shared_ptr<void> subscription_;
    std::thread thread_;
};

}  // namespace comity::node
