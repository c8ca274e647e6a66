#include "governance/rules/impact.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/forms.h"
#include "governance/rules/analysis.h"
#include "governance/rules/guard.h"
#include "governance/rules/rule_store.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

constexpr std::int64_t kPage = 1000;
constexpr std::size_t kMaxFlips = 500;

struct Counts {
    std::uint64_t acts = 0, before = 0, after = 0, flipped = 0;
    json::Array flips;
};

// The text by the id of its version, or of any of its proposal's (then the last), or a unique beginning.
Result<std::pair<Digest, ProposalBody>> find_text(std::span<const Act> acts, std::string_view id) {
    COMITY_TRY(const Digest version, resolve_version(acts, id));
    for (const Act& act : acts) {
        if (act.statement->id != version) continue;
        COMITY_TRY(ProposalBody body, parse_proposal(act.statement->body));
        if (!body.rule || !body.rule->policy) {
            return invalid("PROPOSAL", "is no rule that acts: its text carries no policy",
                           "comity rule show tells what a rule says; there is nothing to replay");
        }
        return std::pair(version, std::move(body));
    }
    return not_found(fmt::format("there is no proposal {}", id));
}

json::Object flip_json(const ledger::Statement& statement, Witnessed at, const Judged& before,
                       const Judged& after) {
    const Judged& refusing = before.ruling.allowed ? after : before;
    return {{"id", statement.id.hex()},
            {"type", statement.type},
            {"author", statement.author},
            {"witnessed", format_time_millis(Time::from_seconds(at))},
            {"before", before.ruling.allowed ? "allowed" : "refused"},
            {"after", after.ruling.allowed ? "allowed" : "refused"},
            {"rule", refusing.by->number},
            {"why", refusal_text(refusing, statement.type)}};
}

// One that binds the same at any time: what is asked is what the rules as they stand would have said then.
Rulebook as_if_always(const Rulebook& book, Witnessed at) {
    Rulebook standing;
    for (const RuleVersion& rule : book.versions) {
        if (rule.state_at(at) != RuleVersion::State::kInForce) continue;
        RuleVersion& always = standing.versions.emplace_back(rule);
        always.from = 0;
        always.until = ledger::kNever;
        always.suspension.reset();
        for (auto& [member, since] : always.acceded) since = 0;
    }
    return standing;
}

void judge_act(const ledger::Statement& statement, const ActRequest& request, const Rulebook& before,
               const Rulebook& after, Counts& counts) {
    const Judged was = judge(before, request), would = judge(after, request);
    ++counts.acts;
    counts.before += was.ruling.allowed ? 1 : 0;
    counts.after += would.ruling.allowed ? 1 : 0;
    if (was.ruling.allowed == would.ruling.allowed) return;
    ++counts.flipped;
    if (counts.flips.size() < kMaxFlips) counts.flips.push_back(flip_json(statement, request.at, was, would));
}

Result<void> replay(db::Session& session, const ledger::Readable& readable, const ledger::Roll& roll,
                    Witnessed since, const Rulebook& before, const Rulebook& after, Counts& counts) {
    std::int64_t last = INT64_MAX;
    const std::int64_t oldest = Time::from_seconds(since).micros;
    for (std::int64_t rows = kPage; rows == kPage;) {
        rows = 0;
        Result<void> read;
        COMITY_CHECK(session.each(
            "SELECT seq, added, witnessed, audience, envelope FROM statements WHERE seq < $1 AND effective = "
            "1 "
            "ORDER BY seq DESC LIMIT $2",
            {last, kPage}, [&](const db::Row& row) {
                last = row.integer(0);
                if (row.integer(1) < oldest)
                    return false;  // what came before cannot have been witnessed later
                ++rows;
                if (row.integer(2) < since || !readable.contains(row.integer(3))) return true;
                const auto envelope = crypto::parse_envelope(row.text(4));
                const auto statement = envelope
                                           ? ledger::parse_statement(*envelope)
                                           : Result<ledger::Statement>(std::unexpected(envelope.error()));
                if (!statement) {
                    read = corrupt("statements", statement.error().message(), "run comity check");
                    return false;
                }
                if (untouchable(statement->type)) return true;
                if (const auto request = request_of(*statement, roll, row.integer(2)))
                    judge_act(*statement, *request, before, after, counts);
                return true;
            }));
        COMITY_CHECK(read);
    }
    return {};
}

}  // namespace

Result<json::Object> impact_answer(db::Session& session, ledger::QuorumTime& quorum,
                                   const ledger::Readable& readable, std::string_view proposal,
                                   std::int64_t days, Witnessed now) {
    COMITY_TRY(const Acts acts, load_acts(session));
    COMITY_TRY(const auto text, find_text(acts.all(), proposal));
    COMITY_TRY(KnownRules known, load_rules(session, quorum, now));
    if (known.roll.members.empty()) known.roll = roll_of(acts.all());
    const RulePart& rule = *text.second.rule;
    const Rulebook before = as_if_always(known.book, now);
    // As if it were adopted now and in force at once.
    ProposalBody at_once = text.second;
    at_once.rule->delay_days = 0;
    at_once.rule->from.reset();
    const Rulebook after = as_if_always(with_rule(known.book, at_once, text.first, now), now);

    Counts counts;
    COMITY_CHECK(replay(session, readable, known.roll, now - days * kDay, before, after, counts));
    std::vector<NamedPolicy> others;
    for (const RuleVersion& one : after.versions) {
        if (one.opening != text.first && one.rule().policy)
            others.push_back({one.number, &*one.rule().policy});
    }
    const auto concerns = analyse({rule.number, &*rule.policy}, others);
    return json::Object{{"proposal", text.first.hex()},
                        {"rule", rule.number},
                        {"days", days},
                        {"acts", counts.acts},
                        {"allowed_before", counts.before},
                        {"allowed_after", counts.after},
                        {"flipped", counts.flipped},
                        {"flips", std::move(counts.flips)},
                        {"concerns", concerns_json(concerns)}};
}

}  // namespace comity::governance
