#include "governance/rules/liar_rules.h"

#include <algorithm>
#include <map>

namespace comity::governance {
namespace {

using ledger::Witnessed;

// Rule texts of `acts` that concern what follows from misbehaviour.
std::map<Digest, ProposalBody> liar_rules_in(std::span<const Act> acts) {
    std::map<Digest, ProposalBody> rules;
    std::set<std::string, std::less<>> numbers;
    for (const Act& act : acts) {
        if (act.statement->type != kProposal || !act.statement->body.as_object().contains("rule")) continue;
        auto body = parse_proposal(act.statement->body);
        if (!body || !body->rule) continue;
        if (body->rule->policy && body->rule->policy->drops_liars) numbers.insert(body->rule->number);
        rules.emplace(act.statement->id, *std::move(body));
    }
    std::erase_if(rules, [&](const auto& one) {
        const RulePart& rule = *one.second.rule;
        return !numbers.contains(rule.number) &&
               std::ranges::none_of(rule.repeals, [&](const auto& n) { return numbers.contains(n); });
    });
    return rules;
}

}  // namespace

std::set<Digest> liar_rule_texts(std::span<const Act> acts) {
    std::set<Digest> texts;
    for (const auto& [id, body] : liar_rules_in(acts)) texts.insert(id);
    return texts;
}

Result<LiarRules> count_liar_rules(const Record& record, std::span<const Act> acts,
                                   const CountByRules& count) {
    LiarRules rules;
    const std::map<Digest, ProposalBody> texts = liar_rules_in(acts);
    if (texts.empty()) return rules;
    std::multimap<Witnessed, std::pair<Digest, Digest>> votes;  // by close: the opening, and the text
    for (const Copies* one : record.all(kOpening)) {
        const auto body = parse_opening(one->statement().body);
        if (!body || !body->organ.empty() || !texts.contains(body->version)) continue;
        votes.emplace(body->closes.seconds(), std::pair(one->statement().id, body->version));
    }
    std::vector<Act> asks;
    for (const Copies* one : record.all(kSuspension)) {
        if (const auto act = record.counting(*one)) asks.push_back(*act);
    }
    std::vector<Adopted> adopted;
    for (auto vote = votes.begin(); vote != votes.end();) {
        // Those of one second do not hang on each other.
        const auto [first, last] = votes.equal_range(vote->first);
        std::vector<Adopted> more;
        for (auto one = first; one != last; ++one) {
            auto tally = count(one->second.first, rules);
            if (!tally) {
                if (makes_void(tally.error())) continue;
                return std::unexpected(std::move(tally).error());
            }
            if (!tally->settled()) {
                // What can bind nobody, whatever its witnesses will say, keeps nobody waiting.
                if (tally->unbinding && !tally->charter_waits) continue;
                rules.open = std::min(rules.open, vote->first);
            } else if (tally->verdict.outcome == Outcome::kAdopted) {
                more.push_back({*std::move(tally), texts.find(one->second.second)->second});
            }
        }
        std::ranges::move(more, std::back_inserter(adopted));
        rules.book = make_rulebook(adopted, asks, record.roll());
        vote = last;
    }
    return rules;
}

}  // namespace comity::governance
