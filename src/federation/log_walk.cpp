#include "federation/log_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>
#include <map>
#include <optional>
#include <thread>

#include "base/parallel.h"
#include "development/tender/bodies.h"
#include "federation/announcement.h"
#include "federation/pillar.h"
#include "federation/seal.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxDiscrepancies = 1000;
constexpr std::size_t kMaxCheckpoints = 100'000'000;

bool is_said(std::string_view type) {
    return type == kNode || type == kCosigned || type == kSeal || type == kEvidenceType;
}

bool is_of_sealed_bids(std::string_view type) {
    return type == development::kCall || type == development::kBid || type == development::kBidOpening;
}

// One log, from its first entry to its newest checkpoint.
class LogWalk {
  public:
    LogWalk(PeerSource& source, const OfferedLog& log, WalkedLogs& walked)
        : source_(source), log_(log), walked_(walked) {}

    Result<void> walk(const WalkProgress& progress) {
        auto newest = log::open_checkpoint(log_.checkpoint, log_.key);
        if (!newest) {
            note(fmt::format("its newest checkpoint does not hold: {}", newest.error().message()));
            return {};
        }
        size_ = newest->checkpoint.size;
        COMITY_CHECK(read_times());
        RecountedLog told{log_.key, size_, 0};
        // Packages are read ahead, and taken in their order.
        std::deque<std::future<Package>> under_way;
        const std::size_t ahead = 2 * std::max(1U, std::thread::hardware_concurrency());
        const std::uint64_t packages = (size_ + log::kTileWidth - 1) / log::kTileWidth;
        for (std::uint64_t next = 0, taken = 0; taken < packages; ++taken) {
            for (; next < packages && under_way.size() < ahead; ++next) {
                COMITY_TRY(Package package, fetch(next));
                under_way.push_back(
                    std::async(std::launch::async, [this, package = std::move(package)]() mutable {
                        read_statements(package);
                        return std::move(package);
                    }));
            }
            Package package = under_way.front().get();
            under_way.pop_front();
            take_package(package);
            const std::uint64_t there = package.ids.size(), shown = package.offered.size();
            told.without_statement += there - std::min(there, shown);
            if (progress) progress(package.first + there, size_);
        }
        if (frontier_.root() != newest->checkpoint.root)
            note("its entries do not hash to the root that it has signed");
        walked_.logs.push_back(std::move(told));
        walked_.read.push_back({log_.key.text(), std::move(entries_)});
        return {};
    }

  private:
    void note(std::string what) {
        if (walked_.discrepancies.size() < kMaxDiscrepancies)
            walked_.discrepancies.push_back(fmt::format("{}: {}", log_.key.name, what));
    }

    struct Timed {
        Digest root;
        ledger::Witnessed time = 0;
    };

    // What a checkpoint says, by the log's key and its cosigner's.
    struct Stated {
        std::uint64_t size = 0;
        Digest root;
        std::optional<ledger::Witnessed> time{};
    };
    Result<Stated> stated(const std::string& text) const {
        COMITY_TRY(const auto open, log::open_checkpoint(text, log_.key));
        Stated said{open.checkpoint.size, open.checkpoint.root};
        for (const crypto::NoteSignature& signature : open.note.signatures) {
            if (signature.name != log_.cosigner.name || signature.id != log_.cosigner.id()) continue;
            const auto at = log::verify_cosignature(open.note.text, signature, log_.cosigner);
            if (at) said.time = std::min(said.time.value_or(at->seconds()), at->seconds());
        }
        return said;
    }

    // The checkpoints that state the times of entries, each verified by the log's key and its cosigner's.
    Result<void> read_times() {
        for (std::uint64_t after = 0; times_.size() < kMaxCheckpoints;) {
            COMITY_TRY(const std::vector<std::string> page, source_.checkpoints(log_, after));
            if (page.empty()) break;
            const std::uint64_t before = after;
            std::vector<Result<Stated>> read(page.size(), internal("checkpoint", "was not read"));
            on_all_cores(page.size(), [&](std::size_t i) { read[i] = stated(page[i]); });
            for (const Result<Stated>& one : read) {
                if (!one) {
                    note(fmt::format("a checkpoint does not hold: {}", one.error().message()));
                    return {};
                }
                after = std::max(after, one->size);
                if (!one->time) {
                    note(fmt::format("the checkpoint of size {} bears no time by {}", one->size,
                                     log_.cosigner.name));
                    continue;
                }
                times_[one->size] = {one->root, *one->time};
            }
            if (after == before) break;
        }
        // Times never fall: a later checkpoint that states an earlier time would backdate what came before
        // it.
        ledger::Witnessed latest = 0;
        for (const auto& [size, timed] : times_) {
            if (timed.time < latest) {
                note(fmt::format("the checkpoint of size {} states an earlier time than the one before it",
                                 size));
            }
            latest = std::max(latest, timed.time);
        }
        walked_.newest = std::max(walked_.newest, latest);
        return {};
    }

    // A statement as it was read: none where it is of no concern here, or a fault.
    struct Taken {
        std::unique_ptr<governance::ReadAct> act;
        std::string fault;
    };

    // Entries and statements as the source has them, then read.
    struct Package {
        std::uint64_t first = 0;
        std::vector<Digest> ids;
        std::vector<OfferedStatement> offered;
        std::vector<Taken> read;  // one for each that is offered
    };

    Result<Package> fetch(std::uint64_t number) {
        Package package;
        package.first = number * log::kTileWidth;
        const auto count =
            static_cast<unsigned>(std::min<std::uint64_t>(log::kTileWidth, size_ - package.first));
        COMITY_TRY(const Bytes bundle,
                   source_.tile(log_, {.entries = true, .level = 0, .index = number, .width = count}));
        COMITY_TRY(const auto entries, log::bundle_entries(bundle));
        if (entries.size() < count) return corrupt(log_.key.name, "a tile of entries is too short");
        for (unsigned i = 0; i < count; ++i) {
            COMITY_TRY(package.ids.emplace_back(), Digest::from_bytes(entries[i]));
        }
        COMITY_TRY(package.offered, source_.package(log_, number));
        return package;
    }

    // In a thread of its own, beside others.
    void read_statements(Package& package) const {
        for (OfferedStatement& offered : package.offered) {
            Taken& taken = package.read.emplace_back();
            if (offered.index < package.first || offered.index >= package.first + package.ids.size()) {
                taken.fault =
                    fmt::format("a statement is said to be entry {}, which was not asked for", offered.index);
                continue;
            }
            auto envelope = crypto::parse_envelope(std::exchange(offered.envelope, {}));
            auto statement =
                envelope ? ledger::parse_statement(*envelope) : std::unexpected(envelope.error());
            const Digest& id = package.ids[static_cast<std::size_t>(offered.index - package.first)];
            if (!envelope || (statement ? statement->id : envelope->digest()) != id) {
                taken.fault = fmt::format("the statement shown for entry {} is not the one that stands there",
                                          offered.index);
                continue;
            }
            if (!statement || (!is_said(statement->type) && !is_of_sealed_bids(statement->type) &&
                               !statement->type.starts_with("governance.")))
                continue;
            taken.act = std::make_unique<governance::ReadAct>(
                governance::ReadAct{std::move(*statement), std::move(*envelope)});
            taken.act->find_signer(walked_.keys);
        }
    }

    void take_package(Package& package) {
        for (const Digest& id : package.ids) {
            frontier_.append(log::leaf_hash(id.view()));
            const auto timed = times_.find(frontier_.size());
            if (timed != times_.end() && timed->second.root != frontier_.root())
                note(fmt::format("its entries do not hash to the root of its checkpoint of size {}",
                                 frontier_.size()));
        }
        entries_.insert(entries_.end(), package.ids.begin(), package.ids.end());
        for (std::size_t i = 0; i < package.offered.size(); ++i) {
            Taken& taken = package.read[i];
            if (!taken.fault.empty()) note(std::move(taken.fault));
            if (taken.act) take_act(package.offered[i].index, std::move(taken.act));
        }
    }

    void take_act(std::uint64_t index, std::unique_ptr<governance::ReadAct> act) {
        const auto timed = times_.upper_bound(index);  // the first checkpoint that is larger
        if (timed == times_.end()) {
            note(fmt::format("entry {} has no witnessed time yet", index));
            return;
        }
        walked_.keys.add(act->statement);
        governance::Acts& acts = is_said(act->statement.type)             ? walked_.said
                                 : is_of_sealed_bids(act->statement.type) ? walked_.market
                                                                          : walked_.acts;
        acts.add(std::move(act), timed->second.time);
    }

    PeerSource& source_;
    const OfferedLog& log_;
    WalkedLogs& walked_;
    std::uint64_t size_ = 0;
    log::Frontier frontier_;
    std::vector<Digest> entries_;
    std::map<std::uint64_t, Timed> times_;  // by size
};

}  // namespace

Result<void> walk_log(PeerSource& source, const OfferedLog& log, WalkedLogs& walked,
                      const WalkProgress& progress) {
    return LogWalk(source, log, walked).walk(progress);
}

Result<void> walk_logs(PeerSource& source, const std::vector<crypto::NamedKey>& keys, WalkedLogs& walked,
                       const WalkProgress& progress) {
    COMITY_TRY(const std::vector<OfferedLog> logs, source.logs());
    for (const OfferedLog& log : logs) {
        if (!keys.empty() && std::ranges::find(keys, log.key) == keys.end()) continue;
        OfferedLog whole = log;
        if (whole.checkpoint.empty()) {
            COMITY_TRY(whole.checkpoint, source.checkpoint(log));
        }
        COMITY_CHECK(walk_log(source, whole, walked, progress));
    }
    walked.acts.find_signers(walked.keys);
    walked.said.find_signers(walked.keys);
    walked.market.find_signers(walked.keys);
    return {};
}

}  // namespace comity::federation
