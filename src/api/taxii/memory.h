// What pages rest on and what became of them, remembered for as long as what readers are shown stays as it
// is. An epoch is one state of the store (ledger/shown_state.h) with one roll: the state is asked of the
// database for each request, so what another process has taken, withdrawn or marked anew is seen at once.
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "api/taxii/page_store.h"
#include "intelligence/collection.h"
#include "ledger/access.h"
#include "ledger/roll.h"
#include "ledger/shown_state.h"

namespace comity::api::taxii {

// A collection's place under a root: the community's of everything, or one that a member made.
struct Place {
    std::optional<intelligence::Collection> made;  // nothing: everything
    std::string bound_to;                          // root and collection: what a `next` is good for
};

// What one reader may read, and the collection that it asks for.
struct Ground {
    ledger::Readable readable;
    Bytes reach;  // a bit for each audience: equal for readers that may read the same, within one state
    Place place;
};

// Of the state that the session sees, as `readable` is.
Result<Bytes> reach_of(db::Session& session, const ledger::Readable& readable);

class Memory {
  public:
    using Epoch = std::uint64_t;

    // Pages: where, and how many bytes of them.
    Memory(std::filesystem::path folder, std::size_t capacity) : pages_(std::move(folder), capacity) {}

    // The epoch of that state; nothing where a newer one has been seen.
    std::optional<Epoch> epoch_of(const ledger::ShownState& state,
                                  const std::shared_ptr<const ledger::Roll>& roll);
    // By a key that names reader and collection; null where it is not known.
    std::shared_ptr<const Ground> ground(Epoch epoch, const std::string& key) const;
    void keep_ground(Epoch epoch, const std::string& key, std::shared_ptr<const Ground> ground);
    // Both, for a thread that may wait for nobody; it begins no epoch. Nothing where that state is not the
    // newest, the ground is not known, or another thread is at it.
    struct Known {
        Epoch epoch;
        std::shared_ptr<const Ground> ground;
    };
    std::optional<Known> known(const ledger::ShownState& state,
                               const std::shared_ptr<const ledger::Roll>& roll, const std::string& key) const;

    PageStore& pages() { return pages_; }

  private:
    PageStore pages_;
    mutable std::mutex mutex_;  // guards what follows
    Epoch epoch_ = 0;
    ledger::ShownState state_;
    std::shared_ptr<const ledger::Roll> roll_;
    std::unordered_map<std::string, std::shared_ptr<const Ground>> grounds_;
};

}  // namespace comity::api::taxii
