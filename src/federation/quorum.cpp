#include "federation/quorum.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <unordered_map>

#include "federation/closing.h"
#include "federation/evidence_against.h"
#include "ledger/id_index.h"
#include "ledger/log_edge.h"
#include "log/tile.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

using ledger::Stand;
using ledger::Witnessed;

constexpr std::size_t kAskedAtOnce = 32;  // statements asked for in one query
constexpr std::size_t kKeptBundles = 256;

using Place = QuorumFacts::Place;
using Word = QuorumFacts::Word;

// A log that counts.
struct LogHere {
    std::string key;
    std::optional<std::int64_t> mirror;  // its number among the mirrors; nothing: this node's own
    bool known = false;                  // whether it is here at all
    std::uint64_t held = 0;              // entries
    std::map<std::uint64_t, Digest> roots;
};

// Reads one state of the store for one policy.
class Reading final : public QuorumFacts {
  public:
    Reading(db::Session& session, const log::Policy& policy, const std::string& own, ledger::TileCache& tiles)
        : session_(session), policy_(policy), own_(own), reader_(session, tiles) {}

    Result<void> open() {
        std::set<std::string> keys;
        for (const log::Policy::Log& log : policy_.logs) keys.insert(log.key.text());
        if (keys.empty()) {
            COMITY_CHECK(
                session_.each("SELECT DISTINCT log_key FROM federation_nodes", {}, [&](const db::Row& row) {
                    keys.emplace(row.text(0));
                    return true;
                }));
        }
        for (const std::string& key : keys) {
            by_key_.emplace(key, logs_.size());
            logs_.push_back({key, std::nullopt, false, 0, {}});
        }
        COMITY_CHECK(
            session_.each("SELECT n, log_key, applied FROM federation_logs", {}, [&](const db::Row& row) {
                const auto known = by_key_.find(row.text(1));
                if (known == by_key_.end()) return true;
                LogHere& log = logs_[known->second];
                log.mirror = row.integer(0);
                log.known = true;
                log.held = static_cast<std::uint64_t>(row.integer(2));
                by_mirror_.emplace(row.integer(0), known->second);
                return true;
            }));
        if (const auto own = by_key_.find(own_); own != by_key_.end()) {
            COMITY_TRY(const ledger::LogState state, ledger::LogEdge::read_state(session_));
            LogHere& log = logs_[own->second];
            log.mirror.reset();
            log.known = true;
            log.held = state.size;
            own_log_ = own->second;
        }
        words_.resize(policy_.witnesses.size());
        strange_.resize(policy_.witnesses.size());
        return {};
    }

    std::vector<QuorumFacts::Log> logs() const override {
        std::vector<QuorumFacts::Log> all;
        for (const auto& log : logs_) all.push_back({log.key, log.known, log.held});
        return all;
    }

    // What the witnesses said in checkpoints and seals, of each log by size. With a close: what they had seen
    // by then alone.
    Result<void> read_words(std::optional<Witnessed> close) {
        const Witnessed until = close.value_or(INT64_MAX);
        for (std::size_t w = 0; w < words_.size(); ++w) {
            words_[w].resize(logs_.size());
            const std::string witness = policy_.witnesses[w].key.text();
            const auto take = [&](const db::Row& row) {
                if (const auto log = by_key_.find(row.text(0)); log != by_key_.end()) {
                    words_[w][log->second].push_back(
                        {static_cast<std::uint64_t>(row.integer(1)), row.digest(2), row.integer(3)});
                } else if (policy_.logs.empty()) {
                    std::uint64_t& size = strange_[w][std::string(row.text(0))];
                    size = std::max(size, static_cast<std::uint64_t>(row.integer(1)));
                }
                return true;
            };
            COMITY_CHECK(session_.each(
                "SELECT log, size, root, time FROM federation_cosigned WHERE witness = $1 AND time <= $2",
                {witness, until}, take));
            COMITY_CHECK(session_.each(
                "SELECT d.log, d.size, d.root, s.close FROM federation_seals s JOIN federation_sealed d ON "
                "d.statement = s.statement WHERE s.witness = $1 AND s.close <= $2",
                {witness, until}, take));
            for (std::vector<Word>& words : words_[w]) {
                std::ranges::sort(words, {}, [](const Word& word) {
                    return std::tie(word.size, word.time, word.root.bytes);
                });
            }
        }
        return {};
    }
    std::size_t log_count() const { return logs_.size(); }
    std::uint64_t held(std::size_t log) const { return logs_[log].held; }
    std::vector<Word> words(std::size_t witness, std::size_t log) const override {
        return words_[witness][log];
    }
    std::map<std::string, std::uint64_t> strange(std::size_t witness) const override {
        return strange_[witness];
    }

    Result<std::vector<SealedSizes>> seals(std::size_t witness, Witnessed close) override {
        std::map<Digest, SealedSizes> by_statement;
        COMITY_CHECK(session_.each(
            "SELECT s.statement, d.log, d.size, d.root FROM federation_seals s LEFT JOIN federation_sealed d "
            "ON d.statement = s.statement WHERE s.witness = $1 AND s.close = $2",
            {policy_.witnesses[witness].key.text(), close}, [&](const db::Row& row) {
                SealedSizes& seal = by_statement[row.digest(0)];
                if (!row.null(1)) {
                    seal.emplace(row.text(1),
                                 std::pair(static_cast<std::uint64_t>(row.integer(2)), row.digest(3)));
                }
                return true;
            }));
        std::vector<SealedSizes> seals;
        for (auto& [statement, seal] : by_statement) seals.push_back(std::move(seal));
        return seals;
    }

    Result<bool> holds(std::size_t at, std::uint64_t size, const Digest& root) override {
        LogHere& log = logs_[at];
        auto known = log.roots.find(size);
        if (known == log.roots.end()) {
            COMITY_TRY(const Digest made,
                       log::tree_root(size, log.mirror ? hashes(*log.mirror) : reader_.hashes(size)));
            known = log.roots.emplace(size, made).first;
        }
        return known->second == root;
    }

    Result<std::vector<std::vector<Digest>>> evidence() override {
        EvidenceAgainst against;
        COMITY_CHECK(session_.each(
            "SELECT log_key, cosigner_key, witness_key FROM federation_nodes WHERE witness_key IS NOT NULL",
            {}, [&](const db::Row& row) {
                against.announced(std::string(row.text(0)), std::string(row.text(1)),
                                  std::string(row.text(2)));
                return true;
            }));
        Result<void> parsed;
        COMITY_CHECK(
            session_.each("SELECT statement, data FROM federation_evidence", {}, [&](const db::Row& row) {
                const auto one = parse_evidence(row.text(1));
                if (!one) {
                    parsed = corrupt("federation_evidence", one.error().message(), "run comity rebuild");
                    return false;
                }
                against.found(row.digest(0), *one);
                return true;
            }));
        COMITY_CHECK(parsed);
        return against.of(policy_);
    }

    Result<std::vector<std::vector<Place>>> places(std::span<const Digest> statements) override {
        std::vector<std::vector<Place>> found(statements.size());
        for (std::size_t first = 0; first < statements.size(); first += kAskedAtOnce) {
            const std::size_t end = std::min(first + kAskedAtOnce, statements.size());
            std::unordered_multimap<std::int64_t, std::size_t> by_prefix;
            std::vector<db::Param> prefixes;
            for (std::size_t i = 0; i < kAskedAtOnce; ++i) {  // the last one again fills up what is left over
                const std::size_t at = std::min(first + i, end - 1);
                prefixes.emplace_back(ledger::id_prefix(statements[at]));
                if (first + i < end) by_prefix.emplace(ledger::id_prefix(statements[at]), at);
            }
            if (own_log_) {
                static const std::string look_up = ledger::of_prefixes("SELECT id, idx", kAskedAtOnce);
                COMITY_CHECK(session_.each(look_up, prefixes, [&](const db::Row& row) {
                    if (row.null(1)) return true;
                    const Digest id = row.digest(0);
                    const auto [begin, last] = by_prefix.equal_range(ledger::id_prefix(id));
                    for (auto it = begin; it != last; ++it) {
                        if (statements[it->second] == id)
                            found[it->second].push_back(
                                {*own_log_, static_cast<std::uint64_t>(row.integer(1))});
                    }
                    return true;
                }));
            }
            struct Row {
                std::int64_t prefix, mirror;
                std::uint64_t index;
            };
            std::vector<Row> rows;
            COMITY_CHECK(
                session_.each(query("SELECT prefix, log, idx FROM federation_places WHERE prefix IN "),
                              prefixes, [&](const db::Row& row) {
                                  rows.push_back({row.integer(0), row.integer(1),
                                                  static_cast<std::uint64_t>(row.integer(2))});
                                  return true;
                              }));
            for (const Row& row : rows) {
                const auto log = by_mirror_.find(row.mirror);
                if (log == by_mirror_.end() || log->second == own_log_) continue;
                // Two ids may begin alike: the entry itself says whose place it is.
                COMITY_TRY(const Digest id, entry(row.mirror, row.index));
                const auto [begin, last] = by_prefix.equal_range(row.prefix);
                for (auto it = begin; it != last; ++it) {
                    if (statements[it->second] == id) found[it->second].push_back({log->second, row.index});
                }
            }
        }
        return found;
    }

  private:
    static std::string query(std::string_view begin) {
        std::string sql(begin);
        for (std::size_t i = 1; i <= kAskedAtOnce; ++i) sql += fmt::format("{}${}", i == 1 ? "(" : ", ", i);
        return sql + ")";
    }

    log::HashReader hashes(std::int64_t mirror) {
        return [this, mirror](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
            std::vector<Digest> found;
            for (const log::Node& node : nodes) {
                const log::TilePlace place = log::place_of(node);
                COMITY_TRY(
                    const auto data,
                    session_.blob("SELECT data FROM federation_tiles WHERE log = $1 AND place = $2",
                                  {mirror, ledger::tile_place(static_cast<int>(place.level), place.index)}));
                if (!data || data->size() < (place.first + place.count) * Digest::kSize)
                    return corrupt("federation_tiles", "lacks a tile of what is applied", "restore a backup");
                found.push_back(log::hash_in_tile(*data, place));
            }
            return found;
        };
    }

    Result<Digest> entry(std::int64_t mirror, std::uint64_t index) {
        const std::pair key(mirror, index / log::kTileWidth);
        auto bundle = bundles_.find(key);
        if (bundle == bundles_.end()) {
            COMITY_TRY(auto data,
                       session_.blob("SELECT data FROM federation_tiles WHERE log = $1 AND place = $2",
                                     {mirror, ledger::tile_place(-1, key.second)}));
            if (bundles_.size() == kKeptBundles) bundles_.clear();
            bundle = bundles_.emplace(key, std::move(data).value_or(Bytes())).first;
        }
        return log::digest_entry(bundle->second, index % log::kTileWidth);
    }

    db::Session& session_;
    const log::Policy& policy_;
    const std::string& own_;
    ledger::LogReader reader_;
    std::vector<LogHere> logs_;
    std::map<std::string, std::size_t, std::less<>> by_key_;
    std::map<std::int64_t, std::size_t> by_mirror_;
    std::optional<std::size_t> own_log_;
    std::vector<std::vector<std::vector<Word>>> words_;  // by witness, log
    std::vector<std::map<std::string, std::uint64_t>> strange_;
    std::map<std::pair<std::int64_t, std::uint64_t>, Bytes> bundles_;
};

// The earliest second by which one witness had seen an entry of one log, for many entries.
class Earliest {
  public:
    Earliest(Reading& reading, std::size_t witness, std::size_t log)
        : reading_(reading), log_(log), words_(reading.words(witness, log)) {
        const std::uint64_t held = reading.held(log);
        std::erase_if(words_, [&](const Word& word) { return word.size > held; });
        find_best();
    }
    Result<std::optional<Witnessed>> holding(std::uint64_t index) {
        for (;;) {
            const auto first = std::ranges::upper_bound(words_, index, {}, &Word::size);
            if (first == words_.end()) return std::nullopt;
            const std::size_t best = best_[static_cast<std::size_t>(first - words_.begin())];
            COMITY_TRY(const bool same, reading_.holds(log_, words_[best].size, words_[best].root));
            if (same) return words_[best].time;
            words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(best));  // of another history
            find_best();
        }
    }

  private:
    // For each, the earliest from there on: a larger tree may have been seen before a smaller was cosigned.
    void find_best() {
        best_.resize(words_.size());
        for (std::size_t i = words_.size(); i-- > 0;) {
            const bool later = i + 1 < words_.size() && words_[best_[i + 1]].time < words_[i].time;
            best_[i] = later ? best_[i + 1] : i;
        }
    }

    Reading& reading_;
    const std::size_t log_;
    std::vector<Word> words_;  // by size
    std::vector<std::size_t> best_;
};

Result<std::vector<std::optional<Witnessed>>> own_times(db::Session& session,
                                                        std::span<const Digest> statements) {
    std::vector<std::optional<Witnessed>> times;
    for (const Digest& id : statements) {
        std::optional<Witnessed> time;
        static const std::string by_prefix = ledger::of_prefix("SELECT id, witnessed");
        COMITY_CHECK(session.each(by_prefix, {ledger::id_prefix(id)}, [&](const db::Row& row) {
            if (row.digest(0) == id) time = row.integer(1);
            return true;
        }));
        times.push_back(time);
    }
    return times;
}

}  // namespace

Result<std::vector<std::optional<Witnessed>>> Quorum::times(db::Session& session, const log::Policy& policy,
                                                            std::span<const Digest> statements) {
    if (policy.quorum == "none") return own_times(session, statements);
    Reading reading(session, policy, own_, tiles_);
    COMITY_CHECK(reading.open());
    COMITY_CHECK(reading.read_words(std::nullopt));
    std::vector<std::vector<Earliest>> earliest(policy.witnesses.size());
    for (std::size_t w = 0; w < earliest.size(); ++w) {
        for (std::size_t log = 0; log < reading.log_count(); ++log) earliest[w].emplace_back(reading, w, log);
    }
    COMITY_TRY(const auto places, reading.places(statements));
    std::vector<std::optional<Witnessed>> times;
    times.reserve(statements.size());
    for (const std::vector<Place>& stands : places) {
        std::vector<std::optional<Time>> seen(policy.witnesses.size());
        for (std::size_t w = 0; w < seen.size(); ++w) {
            for (const Place& place : stands) {
                COMITY_TRY(const auto second, earliest[w][place.log].holding(place.index));
                if (!second) continue;
                const Time time = Time::from_seconds(*second);
                seen[w] = std::min(time, seen[w].value_or(time));
            }
        }
        const log::PolicyVerdict verdict = log::judge_times(policy, seen);
        times.push_back(verdict.since ? std::optional(verdict.since->seconds()) : std::nullopt);
    }
    return times;
}

Result<ledger::ClosedAt> Quorum::closed_at(db::Session& session, const log::Policy& policy, Witnessed close,
                                           std::span<const Digest> statements, ledger::Liars liars) {
    ledger::ClosedAt closed;
    if (policy.quorum == "none") {
        COMITY_TRY(const auto times, own_times(session, statements));
        for (const auto& time : times)
            closed.stands.push_back(time && *time <= close ? Stand::kIn : Stand::kOut);
        closed.settled = true;
        return closed;
    }
    Reading reading(session, policy, own_, tiles_);
    COMITY_CHECK(reading.open());
    COMITY_CHECK(reading.read_words(close));
    return close_over(reading, policy, close, statements, liars);
}

}  // namespace comity::federation
