#include "federation/recount.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "federation/announcement.h"
#include "federation/recount_facts.h"
#include "federation/seal.h"
#include "governance/voting/store.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxDiscrepancies = 1000;
constexpr std::size_t kMaxCheckpoints = 100'000'000;

// One log, from its first entry to its newest checkpoint.
class LogWalk {
  public:
    // `said`: what witnesses said, and whose logs there are.
    LogWalk(PeerSource& source, const OfferedLog& log, governance::Acts& acts, governance::Acts& said,
            Recount& result)
        : source_(source), log_(log), acts_(acts), said_(said), result_(result) {}

    ReadLog read() && { return {log_.key.text(), std::move(entries_)}; }

    Result<void> walk(const RecountOptions& options) {
        auto newest = log::open_checkpoint(log_.checkpoint, log_.key);
        if (!newest) {
            note(fmt::format("its newest checkpoint does not hold: {}", newest.error().message()));
            return {};
        }
        size_ = newest->checkpoint.size;
        COMITY_CHECK(read_times());
        RecountedLog told{log_.key, size_, 0};
        for (std::uint64_t package = 0; package * log::kTileWidth < size_; ++package) {
            COMITY_TRY(const std::uint64_t shown, take_package(package));
            const std::uint64_t there =
                std::min<std::uint64_t>(log::kTileWidth, size_ - package * log::kTileWidth);
            told.without_statement += there - std::min(there, shown);
            if (options.progress) options.progress(std::min(size_, (package + 1) * log::kTileWidth), size_);
        }
        if (frontier_.root() != newest->checkpoint.root)
            note("its entries do not hash to the root that it has signed");
        result_.logs.push_back(std::move(told));
        return {};
    }

  private:
    void note(std::string what) {
        if (result_.discrepancies.size() < kMaxDiscrepancies)
            result_.discrepancies.push_back(fmt::format("{}: {}", log_.key.name, what));
    }

    struct Timed {
        Digest root;
        ledger::Witnessed time = 0;
    };

    // The checkpoints that state the times of entries, each verified by the log's key and its cosigner's.
    Result<void> read_times() {
        for (std::uint64_t after = 0; times_.size() < kMaxCheckpoints;) {
            COMITY_TRY(const std::vector<std::string> page, source_.checkpoints(log_, after));
            if (page.empty()) break;
            const std::uint64_t before = after;
            for (const std::string& text : page) {
                auto open = log::open_checkpoint(text, log_.key);
                if (!open) {
                    note(fmt::format("a checkpoint does not hold: {}", open.error().message()));
                    return {};
                }
                std::optional<ledger::Witnessed> time;
                for (const crypto::NoteSignature& signature : open->note.signatures) {
                    if (signature.name != log_.cosigner.name || signature.id != log_.cosigner.id()) continue;
                    const auto stated = log::verify_cosignature(open->note.text, signature, log_.cosigner);
                    if (stated) time = std::min(time.value_or(stated->seconds()), stated->seconds());
                }
                after = std::max(after, open->checkpoint.size);
                if (!time) {
                    note(fmt::format("the checkpoint of size {} bears no time by {}", open->checkpoint.size,
                                     log_.cosigner.name));
                    continue;
                }
                times_[open->checkpoint.size] = {open->checkpoint.root, *time};
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
        return {};
    }

    // How many statements of it were shown.
    Result<std::uint64_t> take_package(std::uint64_t package) {
        const std::uint64_t first = package * log::kTileWidth;
        const auto count = static_cast<unsigned>(std::min<std::uint64_t>(log::kTileWidth, size_ - first));
        COMITY_TRY(const Bytes bundle,
                   source_.tile(log_, {.entries = true, .level = 0, .index = package, .width = count}));
        COMITY_TRY(const auto entries, log::bundle_entries(bundle));
        if (entries.size() < count) return corrupt(log_.key.name, "a tile of entries is too short");
        std::vector<Digest> ids;
        for (unsigned i = 0; i < count; ++i) {
            COMITY_TRY(ids.emplace_back(), Digest::from_bytes(entries[i]));
            frontier_.append(log::leaf_hash(entries[i]));
            entries_.push_back(ids.back());
            const auto timed = times_.find(frontier_.size());
            if (timed != times_.end() && timed->second.root != frontier_.root())
                note(fmt::format("its entries do not hash to the root of its checkpoint of size {}",
                                 frontier_.size()));
        }
        COMITY_TRY(const std::vector<OfferedStatement> statements, source_.package(log_, package));
        for (const OfferedStatement& statement : statements) {
            if (statement.index < first || statement.index >= first + count) {
                note(fmt::format("a statement is said to be entry {}, which was not asked for",
                                 statement.index));
                continue;
            }
            take_statement(statement, ids[static_cast<std::size_t>(statement.index - first)]);
        }
        return statements.size();
    }

    void take_statement(const OfferedStatement& offered, const Digest& id) {
        const auto envelope = crypto::parse_envelope(offered.envelope);
        if (!envelope || envelope->digest() != id) {
            note(fmt::format("the statement shown for entry {} is not the one that stands there",
                             offered.index));
            return;
        }
        const auto statement = ledger::parse_statement(*envelope);
        if (!statement) return;
        const bool said =
            statement->type == kNode || statement->type == kCosigned || statement->type == kSeal;
        if (!said && !statement->type.starts_with("governance.")) return;
        const auto timed = times_.upper_bound(offered.index);  // the first checkpoint that is larger
        if (timed == times_.end()) {
            note(fmt::format("entry {} has no witnessed time yet", offered.index));
            return;
        }
        if (said)
            (void)said_.add(offered.envelope, timed->second.time);  // it has been parsed just now
        else if (acts_.add(offered.envelope, timed->second.time))
            ++result_.statements;
    }

    PeerSource& source_;
    const OfferedLog& log_;
    governance::Acts& acts_;
    governance::Acts& said_;
    Recount& result_;
    std::uint64_t size_ = 0;
    log::Frontier frontier_;
    std::vector<Digest> entries_;
    std::map<std::uint64_t, Timed> times_;  // by size
};

}  // namespace

Result<Recount> recount(PeerSource& source, const RecountOptions& options) {
    Recount result;
    governance::Acts acts, said;
    std::vector<ReadLog> read;
    COMITY_TRY(const std::vector<OfferedLog> logs, source.logs());
    for (const OfferedLog& log : logs) {
        if (!options.log_keys.empty() &&
            std::ranges::find(options.log_keys, log.key) == options.log_keys.end())
            continue;
        OfferedLog whole = log;
        if (whole.checkpoint.empty()) {
            COMITY_TRY(whole.checkpoint, source.checkpoint(log));
        }
        LogWalk walk(source, whole, acts, said, result);
        COMITY_CHECK(walk.walk(options));
        read.push_back(std::move(walk).read());
    }
    const ledger::Roll roll = governance::roll_of(acts.all());
    COMITY_TRY(const Digest vote, governance::resolve_vote(acts.all(), options.vote));
    COMITY_TRY(result.tally, governance::tally(acts.all(), vote, governance::verified_signatures(),
                                               word_out_of(read, said, roll)));
    for (const auto& [member, certification] : result.tally.certifications) {
        const auto same = governance::check_certification(certification, result.tally);
        if (!same)
            result.discrepancies.push_back(
                fmt::format("certified by {}: {}", member, same.error().message()));
    }
    return result;
}

}  // namespace comity::federation
