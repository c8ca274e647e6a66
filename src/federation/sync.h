// One round with another node: each of the community's logs that it offers is followed as far as it has it,
// and what is missing is asked for again.
#pragma once

#include "federation/follow.h"

namespace comity::federation {

struct Synced {
    std::uint64_t entries = 0;
    std::uint64_t statements = 0;
    std::uint64_t objects = 0;   // that were withheld before, and came now
    std::uint64_t missing = 0;   // still, of all logs followed
    std::uint64_t withheld = 0;  // objects, still, of statements that are here
    std::uint64_t own_size = 0;  // how far the node's own log is known now
    std::string fault;           // what was wrong with some of what was served; empty: nothing
};

struct SyncOptions {
    FollowOptions follow{};
    // Of what a log is missing, so many packages are asked for again; 0: none.
    std::size_t fill_packages = SIZE_MAX;
    // Where the last round left off, by the log's origin; null: from the start.
    std::map<std::string, std::uint64_t>* fill_from = nullptr;
};

// A log's cosigner as this node knows it: from the roll of nodes, or from when the log was added here by its
// operator. Nothing: the log is nobody's that is known.
Result<std::optional<crypto::NamedKey>> known_cosigner(MirrorStore& store, const crypto::NamedKey& log);

// Where the peer holds more of this node's own log than is here, the own log was set back: it is closed, so
// that nothing is signed in place of what was lost.
//
// What came by a log that is known to contradict itself may reach others by no other way, for they may have
// been shown its other history: it enters this node's own log too, as if its authors had submitted it here
// (law 6).
//
// kRefused where the node's own log is not the one that it was added with. Where one log fails, the others
// are followed all the same; the first failure is returned in the end.
Result<Synced> sync(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const Peer& peer,
                    const SyncOptions& options);
// The node's own log alone: for when it says that it has grown.
Result<Synced> sync_own(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const Peer& peer,
                        const SyncOptions& options);
// Every log of a source that is nobody in particular: a carry file.
Result<Synced> sync_all(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source,
                        const SyncOptions& options);

}  // namespace comity::federation
