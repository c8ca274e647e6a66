#include "federation/closing.h"

#include <fmt/format.h>
#include <algorithm>

#include "crypto/key_text.h"

namespace comity::federation {
namespace {

using ledger::Liars;
using ledger::Stand;
using ledger::Witnessed;

// What the witnesses had seen by a close.
class Closing {
  public:
    Closing(QuorumFacts& facts, const log::Policy& policy, Witnessed close)
        : facts_(facts), policy_(policy), close_(close), logs_(facts.logs()) {}

    Result<void> read(ledger::ClosedAt& into) {
        const std::size_t witnesses = policy_.witnesses.size();
        dropped_.assign(witnesses, false);
        doubtful_.assign(witnesses, false);
        reach_.assign(witnesses, std::vector<std::uint64_t>(logs_.size()));
        open_.assign(witnesses, false);
        std::map<std::size_t, std::uint64_t> behind;
        std::map<std::string, std::uint64_t> strange;
        for (std::size_t w = 0; w < witnesses; ++w) {
            COMITY_TRY(const auto sealed, sealed_sizes(w, into));
            if (!sealed) {
                open_[w] = true;
                into.waits.push_back(policy_.witnesses[w].name);
            }
            for (std::size_t log = 0; log < logs_.size(); ++log)
                COMITY_CHECK(read(w, log, sealed, behind, into));
            for (const auto& [key, size] : facts_.strange(w)) {
                strange[key] = std::max(strange[key], size);
                open_[w] = true;
            }
        }
        for (const auto& [log, size] : behind) {
            const QuorumFacts::Log& known = logs_[log];
            const auto key = crypto::parse_public_key(known.key);
            into.behind.push_back({key && known.known ? key->name : known.key, known.held, size});
        }
        for (const auto& [key, size] : strange) into.behind.push_back({key, 0, size});
        into.settled = !met([this](std::size_t w) { return open_[w]; });
        // Of those that are waited for, only who can make a difference.
        const auto verdict =
            log::judge_times(policy_, std::vector<std::optional<Time>>(policy_.witnesses.size()));
        std::erase_if(into.waits, [&](const std::string& name) {
            return std::ranges::find(verdict.waits, name) == verdict.waits.end();
        });
        return {};
    }

    // Drops whom evidence that was in by the close speaks against; that is asked of all witnesses.
    Result<void> drop_liars(ledger::ClosedAt& into) {
        COMITY_TRY(const auto against, facts_.evidence());
        std::vector<bool> to_drop(against.size()), doubtful(against.size());
        std::vector<ledger::ClosedAt::Dropped> dropped;
        for (std::size_t w = 0; w < against.size(); ++w) {
            COMITY_TRY(const auto places, facts_.places(against[w]));
            for (std::size_t i = 0; i < places.size() && !to_drop[w]; ++i) {
                const Stand stands = stand(places[i]);
                to_drop[w] = stands == Stand::kIn;
                if (stands == Stand::kOpen) doubtful[w] = true;
                if (to_drop[w]) dropped.emplace_back(policy_.witnesses[w].name, against[w][i]);
            }
            if (to_drop[w]) doubtful[w] = false;
        }
        if (!met([&](std::size_t w) { return !to_drop[w]; })) {
            into.faults.emplace_back(
                "without the witnesses that evidence speaks against there would be no quorum: all count");
            return {};
        }
        if (std::ranges::find(doubtful, true) != doubtful.end()) into.settled = false;
        dropped_ = std::move(to_drop);
        doubtful_ = std::move(doubtful);
        into.dropped = std::move(dropped);
        return {};
    }

    Stand stand(std::span<const QuorumFacts::Place> places) const {
        const auto covers = [&](std::size_t w) {
            return std::ranges::any_of(
                places, [&](const QuorumFacts::Place& place) { return reach_[w][place.log] > place.index; });
        };
        // A witness of which it is open whether it is dropped: with it or without it.
        if (met([&](std::size_t w) { return !dropped_[w] && !doubtful_[w] && covers(w); })) return Stand::kIn;
        const bool doubtful = std::ranges::find(doubtful_, true) != doubtful_.end();
        return met([&](std::size_t w) { return (doubtful || !dropped_[w]) && (open_[w] || covers(w)); })
                   ? Stand::kOpen
                   : Stand::kOut;
    }

  private:
    template <typename Has>
    bool met(const Has& has) const {
        std::vector<std::optional<Time>> seen(policy_.witnesses.size());
        for (std::size_t w = 0; w < seen.size(); ++w) {
            if (has(w)) seen[w] = Time{};
        }
        return log::judge_times(policy_, seen).met;
    }

    // What the witness has sealed of each log; nothing: it has not sealed that second.
    Result<std::optional<std::map<std::string, std::uint64_t>>> sealed_sizes(std::size_t w,
                                                                             ledger::ClosedAt& into) {
        COMITY_TRY(const auto seals, facts_.seals(w, close_));
        if (seals.empty()) return std::nullopt;
        std::map<std::string, std::uint64_t> sizes;
        for (const QuorumFacts::SealedSizes& seal : seals) {
            if (seal != seals.front()) {
                into.faults.emplace_back(
                    fmt::format("{} has sealed that second twice, and not alike", policy_.witnesses[w].name));
            }
            for (const auto& [log, sealed] : seal) sizes[log] = std::max(sizes[log], sealed.first);
        }
        return sizes;
    }

    Result<void> read(std::size_t w, std::size_t log,
                      const std::optional<std::map<std::string, std::uint64_t>>& sealed,
                      std::map<std::size_t, std::uint64_t>& behind, ledger::ClosedAt& into) {
        const std::string& name = policy_.witnesses[w].name;
        const QuorumFacts::Log& known = logs_[log];
        const std::vector<QuorumFacts::Word> words = facts_.words(w, log);
        if (sealed && !words.empty()) {
            const auto said = sealed->find(known.key);
            if (words.back().size > (said == sealed->end() ? 0 : said->second)) {
                into.faults.emplace_back(
                    fmt::format("{} has cosigned more of {} by that second than it sealed", name, known.key));
            }
        }
        for (std::size_t i = words.size(); i-- > 0;) {
            const QuorumFacts::Word& word = words[i];
            if (word.size > known.held) {
                std::uint64_t& size = behind[log];
                size = std::max(size, word.size);
                open_[w] = true;
                continue;
            }
            if (word.size == 0) break;
            COMITY_TRY(const bool same, facts_.holds(log, word.size, word.root));
            if (same) {
                reach_[w][log] = word.size;
                break;
            }
            // What stands in that one is not known here, and another node may hold it: a ballot in it is in
            // there.
            open_[w] = true;
            into.faults.emplace_back(
                fmt::format("{} has seen another history of {} at {} entries", name, known.key, word.size));
        }
        return {};
    }

    QuorumFacts& facts_;
    const log::Policy& policy_;
    const Witnessed close_;
    const std::vector<QuorumFacts::Log> logs_;
    std::vector<std::vector<std::uint64_t>> reach_;  // by witness, log: entries that it had seen
    std::vector<bool> open_;                         // more of what it says may still come, or be reached
    std::vector<bool> dropped_;                      // it does not count
    std::vector<bool> doubtful_;                     // that is open
};

}  // namespace

Result<ledger::ClosedAt> close_over(QuorumFacts& facts, const log::Policy& policy, Witnessed close,
                                    std::span<const Digest> statements, Liars liars) {
    ledger::ClosedAt closed;
    Closing closing(facts, policy, close);
    COMITY_CHECK(closing.read(closed));
    if (liars == Liars::kDrop) COMITY_CHECK(closing.drop_liars(closed));
    COMITY_TRY(const auto places, facts.places(statements));
    for (const std::vector<QuorumFacts::Place>& stands : places) {
        closed.stands.push_back(closing.stand(stands));
        if (closed.stands.back() == Stand::kOpen) closed.settled = false;
    }
    return closed;
}

}  // namespace comity::federation
