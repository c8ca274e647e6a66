// Follows a log from wherever it is offered, and trusts nothing of it but its keys:
//
//     1. The newest checkpoint: the log's signature, its cosigner's time; never smaller or other than what
//        was verified before (two that contradict each other are kept as evidence).
//     2. The tiles at its edge make its root; what was verified before is its beginning.
//     3. Entries, bundle by bundle, each bundle's root against the tree's tile; and every earlier checkpoint
//        on the way against the tree: its cosigned second is when the entries before it were witnessed.
//     4. Envelopes by packages: each must have the entry's id; objects and attachments what it binds. What
//        cannot be had is noted as missing, and asked for again (fill).
//     5. The ledger takes them with their times; then the position is kept, in one transaction with tiles
//        and checkpoints. A kill between the two repeats the step, which changes nothing.
//
// So any number of mirrors of a log, whoever they heard it from, give its statements the same times (law 1).
#pragma once

#include <functional>

#include "base/time.h"
#include "federation/arrivals.h"
#include "federation/mirror_store.h"
#include "federation/sightings.h"
#include "federation/tree_tiles.h"
#include "ledger/ledger.h"

namespace comity::federation {

struct FollowOptions {
    Clock* clock = &system_clock();
    std::size_t packages_at_once = 16;  // entries of one durable step, in packages of 256
    // Told after each durable step: the log's origin, entries taken so far, entries in all.
    std::function<void(const std::string& origin, std::uint64_t done, std::uint64_t total)> on_step{};
    std::function<bool()> stopped{};  // asked between steps; true: enough for now
    // Told of checkpoints that contradict each other, and keeps the evidence; null: nobody is.
    Sightings* sightings = nullptr;
    // Whose node the source is, by its log's key, and as whom it may be read at the least: so that what it
    // withholds without a reason can be told. Empty: nobody's in particular.
    std::string node{};
    ledger::Viewer reader{};
};

struct Followed {
    std::uint64_t entries = 0;     // taken in this call
    std::uint64_t statements = 0;  // of them, those that came with their payloads
    std::uint64_t missing = 0;     // and those that did not
    std::uint64_t objects = 0;     // those that were withheld before
    std::string fault;             // what was wrong with some of what was served; empty: nothing
};

class Follow {
  public:
    Follow(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, FollowOptions options)
        : ledger_(ledger), store_(store), source_(source), options_(std::move(options)) {}

    // As far as the newest checkpoint that the source has. kRefused or kInvalid: what was served does not
    // hold; kConflict: it contradicts what was verified before; kUnavailable: the line, or the store here.
    Result<Followed> follow(const OfferedLog& offered);
    // Asks again for what is missing, and for what is withheld of the log's first `old` entries, `packages`
    // of it at the most, from that index on. Returns where to go on; nothing: that was all.
    Result<std::optional<std::uint64_t>> fill(const OfferedLog& offered, std::uint64_t from,
                                              std::uint64_t old, std::size_t packages, Followed& followed);
    // Of what the source gave hashes and others the objects: does it withhold them still? Then it is noted,
    // and told as a fault.
    Result<void> ask_withheld(const OfferedLog& offered, Followed& followed);

  private:
    Result<MirroredLog> verify_newest(const OfferedLog& offered);
    // `larger`: the tree of the later one, where its tiles are at hand.
    Result<void> contradiction(const MirroredLog& log, const std::string& earlier, const std::string& later,
                               std::string_view what, TreeTiles* larger = nullptr);
    Result<void> keep_evidence(const MirroredLog& log, const std::string& earlier, const std::string& later,
                               TreeTiles* larger);
    Result<TimedCheckpoint> read_timed(const MirroredLog& log, const std::string& note, Digest& root);
    Result<void> take_payloads(const OfferedLog& offered, std::span<const Wanted> wanted,
                               std::vector<Lacking>& lacking, Followed& followed);
    Result<void> take_in(Arrivals::Some some, std::vector<std::uint64_t>& missing, Followed& followed);
    Result<void> take_objects(const OfferedLog& offered, const Wanted& want, std::int64_t seq,
                              Followed& followed);

    ledger::Ledger& ledger_;
    MirrorStore& store_;
    PeerSource& source_;
    FollowOptions options_;
};

}  // namespace comity::federation
