#include "federation/sync.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/logging.h"
#include "federation/nodes.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

constexpr std::uint64_t kAdoptedAtOnce = 256;  // entries looked at
constexpr std::size_t kLatestEvidence = 1000;
constexpr int kMaxRounds = 8;  // what one log tells of others' logs makes another round worth it

void add(Synced& synced, const Followed& followed) {
    synced.entries += followed.entries;
    synced.statements += followed.statements;
    synced.objects += followed.objects;
    if (!followed.fault.empty()) synced.fault = followed.fault;
}

class Round {
  public:
    Round(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const SyncOptions& options)
        : ledger_(ledger), store_(store), options_(options), follow_(ledger, store, source, options.follow) {}

    // False where it is nobody's log that is known.
    Result<bool> follow(OfferedLog offered, bool fill) {
        COMITY_TRY(const auto cosigner, known_cosigner(store_, offered.key));
        if (!cosigner) return false;
        offered.cosigner = *cosigner;
        COMITY_TRY(const MirroredLog before, store_.log(offered.key, offered.cosigner));
        const auto followed = follow_.follow(offered);
        COMITY_CHECK(adopt(offered.key, *cosigner));
        if (!followed) return std::unexpected(followed.error());
        add(synced, *followed);
        if (!fill) return true;
        std::optional<std::uint64_t> from = 0;
        if (options_.fill_from != nullptr) from = (*options_.fill_from)[offered.key.name];
        for (std::size_t packages = 0; from && packages < options_.fill_packages; ++packages) {
            if (options_.follow.stopped && options_.follow.stopped()) return true;
            Followed filled;
            // Of what came just now it has just said what it withholds.
            COMITY_TRY(from, follow_.fill(offered, *from, before.applied.size(), 1, filled));
            add(synced, filled);
        }
        if (options_.fill_from != nullptr) (*options_.fill_from)[offered.key.name] = from.value_or(0);
        if (options_.fill_packages == 0) return true;
        Followed asked;
        COMITY_CHECK(follow_.ask_withheld(offered, asked));
        add(synced, asked);
        return true;
    }

    // The own log as somebody else has it: a larger one than here means that this node has lost its newest
    // entries, and must not sign others in their place.
    Result<void> compare_own(const OfferedLog& offered) {
        COMITY_TRY(const auto theirs, log::open_checkpoint(offered.checkpoint, offered.key));
        COMITY_TRY(const std::string note, ledger_.checkpoint());
        COMITY_TRY(const auto ours, log::open_checkpoint(note, offered.key));
        const bool same_size = theirs.checkpoint.size == ours.checkpoint.size;
        if (theirs.checkpoint.size < ours.checkpoint.size) return {};
        if (same_size && theirs.checkpoint.root == ours.checkpoint.root) return {};
        COMITY_CHECK(store_.keep_contradiction(
            offered.key, note, offered.checkpoint,
            same_size ? "this node's own log has two histories" : "this node's own log was longer once",
            options_.follow.clock->now().seconds()));
        COMITY_CHECK(ledger_.close_log(
            fmt::format("another node holds a checkpoint of it with {} entries that is not of the {} here",
                        theirs.checkpoint.size, ours.checkpoint.size)));
        return conflict(offered.key.name,
                        "another node holds a checkpoint of this node's own log that is not of the log here",
                        "stop this node and restore its newest backup: it has lost entries that it signed");
    }

    Synced synced;

  private:
    // Has it signed what cannot both be true, as far as is known here?
    Result<bool> contradicts_itself(const crypto::NamedKey& key) {
        COMITY_TRY(const auto contradictions, store_.contradictions());
        if (std::ranges::any_of(contradictions, [&](const auto& one) { return one.log == key.text(); }))
            return true;
        if (options_.follow.sightings == nullptr) return false;
        COMITY_TRY(const auto found, options_.follow.sightings->evidence(kLatestEvidence));
        return std::ranges::any_of(found, [&](const auto& one) { return one.evidence.log == key; });
    }

    Result<void> adopt(const crypto::NamedKey& key, const crypto::NamedKey& cosigner) {
        COMITY_TRY(MirroredLog log, store_.log(key, cosigner));
        if (log.adopted >= log.applied.size()) return {};
        COMITY_TRY(const bool lies, contradicts_itself(key));
        while (lies && log.adopted < log.applied.size()) {
            COMITY_TRY(const auto ids, store_.unlogged(log.n, log.adopted, kAdoptedAtOnce));
            for (const Digest& id : ids) {
                COMITY_TRY(ledger::Submission own, store_.submission(id));
                const auto entered = ledger_.submit(std::move(own));
                if (!entered && entered.error().kind == ErrorKind::kConflict) return {};  // closed itself
                // What counts no longer could not be submitted anywhere.
                if (!entered && entered.error().kind != ErrorKind::kRefused &&
                    entered.error().kind != ErrorKind::kInvalid)
                    return std::unexpected(entered.error());
            }
            log.adopted = std::min(log.adopted + kAdoptedAtOnce, log.applied.size());
            COMITY_CHECK(store_.note_adopted(log.n, log.adopted));
        }
        return {};
    }

    ledger::Ledger& ledger_;
    MirrorStore& store_;
    const SyncOptions& options_;
    Follow follow_;
};

Result<Synced> all_logs(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const Peer* peer,
                        const SyncOptions& options) {
    Round round(ledger, store, source, options);
    COMITY_TRY(const auto offers, source.logs());
    const crypto::NamedKey own = ledger.identity().key.public_part();
    std::optional<Error> failed;
    const auto keep = [&](const Error& error) {
        if (!failed) failed = error;
    };
    if (peer != nullptr && std::ranges::none_of(offers, &OfferedLog::own)) {
        keep(unavailable(peer->url, "does not list its own log " + peer->log.text(),
                         "its operator can see why in its messages; it is asked again")
                 .error());
    }
    std::vector<bool> done(offers.size());
    for (int rounds = 0; rounds < kMaxRounds; ++rounds) {
        bool progress = false;
        for (std::size_t i = 0; i < offers.size(); ++i) {
            if (done[i]) continue;
            const OfferedLog& offered = offers[i];
            if (options.follow.stopped && options.follow.stopped()) return round.synced;
            if (peer != nullptr && offered.own && offered.key != peer->log) {
                return refused(peer->url,
                               "its log is " + offered.key.text() + ", not the one it was added with",
                               "if the node was moved, remove and add it: comity node remove " + peer->name);
            }
            if (offered.key == own) {
                done[i] = true;
                if (auto compared = round.compare_own(offered); !compared) keep(compared.error());
                continue;
            }
            const auto followed = round.follow(offered, true);
            if (!followed) {
                done[i] = true;
                const Error error = within(offered.key.name, followed.error()).error();
                // That another's log lies is not the fault of the node that carries it.
                if (peer != nullptr && !offered.own && error.kind == ErrorKind::kConflict) {
                    round.synced.fault = error.message();
                } else {
                    keep(error);
                }
            } else if (*followed) {
                done[i] = progress = true;
            }
        }
        if (!progress) break;
    }
    COMITY_CHECK(store.note_erased());
    COMITY_CHECK(store.note_whole());
    COMITY_TRY(const auto logs, store.logs());
    for (const MirroredLog& log : logs) {
        round.synced.missing += log.missing;
        round.synced.withheld += log.withheld;
        if (peer != nullptr && log.key == peer->log) round.synced.own_size = log.size;
    }
    if (failed) return std::unexpected(*std::move(failed));
    return round.synced;
}

}  // namespace

Result<std::optional<crypto::NamedKey>> known_cosigner(MirrorStore& store, const crypto::NamedKey& log) {
    {
        COMITY_TRY(const auto session, store.database().reader());
        COMITY_TRY(const auto announced, announced_log(*session, log));
        if (announced) return announced->cosigner;
    }
    COMITY_TRY(const auto logs, store.logs());
    for (const MirroredLog& known : logs) {
        if (known.key == log) return known.cosigner;
    }
    return std::nullopt;
}

namespace {

// With a token it is read as some member's account; which, is for the node there to know.
SyncOptions of_peer(const SyncOptions& options, const Peer& peer) {
    SyncOptions named = options;
    named.follow.node = peer.log.text();
    if (!peer.token.empty()) named.follow.reader.member = "?";
    return named;
}

}  // namespace

Result<Synced> sync(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const Peer& peer,
                    const SyncOptions& options) {
    return all_logs(ledger, store, source, &peer, of_peer(options, peer));
}

Result<Synced> sync_all(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source,
                        const SyncOptions& options) {
    return all_logs(ledger, store, source, nullptr, options);
}

Result<Synced> sync_own(ledger::Ledger& ledger, MirrorStore& store, PeerSource& source, const Peer& peer,
                        const SyncOptions& options) {
    const SyncOptions named = of_peer(options, peer);
    Round round(ledger, store, source, named);
    COMITY_TRY(const bool known,
               round.follow({.key = peer.log, .cosigner = {}, .checkpoint = {}, .own = true}, false));
    if (!known) return not_found("the log of " + peer.name + " is nobody's that is known");
    COMITY_TRY(const auto logs, store.logs());
    for (const MirroredLog& log : logs) {
        if (log.key == peer.log) round.synced.own_size = log.size;
    }
    return round.synced;
}

}  // namespace comity::federation
