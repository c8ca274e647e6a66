#include "governance/rules/rulebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "governance/forms.h"

namespace comity::governance {
namespace {

using ledger::StakeholderClass;
using ledger::Witnessed;

constexpr Witnessed kAskedWithin = 7 * kDay;  // asks for a suspension count together so long

Witnessed takes_force(const RulePart& rule, Witnessed adopted) {
    const Witnessed after = adopted + rule.delay_days * kDay;
    return rule.from ? std::max(after, rule.from->seconds()) : after;
}

void end(RuleVersion& rule, Witnessed at, std::string why) {
    if (at >= rule.until) return;
    rule.until = std::max(at, rule.from);
    rule.ended = std::move(why);
}

// Orders the versions, numbers them, and ends those that later ones end.
void settle(Rulebook& book) {
    std::ranges::sort(book.versions, {}, [](const RuleVersion& rule) {
        return std::tuple(rule.from, rule.adopted, rule.opening);
    });
    std::map<std::string, RuleVersion*, std::less<>> newest;
    for (RuleVersion& rule : book.versions) {
        rule.until = ledger::kNever;
        rule.ended.clear();
        rule.version = 1;
        if (const auto& expires = rule.rule().expires) end(rule, expires->seconds(), "expired");
        if (RuleVersion*& before = newest[rule.number]; before != nullptr) {
            rule.version = before->version + 1;
            end(*before, rule.from, fmt::format("superseded by version {}", rule.version));
            before = &rule;
        } else {
            before = &rule;
        }
        for (const std::string& number : rule.rule().repeals) {
            if (const auto at = newest.find(number); at != newest.end() && at->second != &rule)
                end(*at->second, rule.from, "repealed by " + rule.number);
        }
    }
}

RuleVersion version_of(const ProposalBody& text, const Digest& opening, Witnessed adopted) {
    RuleVersion rule;
    rule.number = text.rule->number;
    rule.opening = opening;
    rule.text = text;
    rule.adopted = adopted;
    rule.from = takes_force(*text.rule, adopted);
    return rule;
}

struct Ask {
    const Act* act = nullptr;
    SuspensionBody body;
};

// The classes that have asked by that second, and whether they are enough.
bool agreed(const RuleVersion& rule, std::span<const Ask> asks, const ledger::Roll& roll, Witnessed at,
            RuleVersion::Suspension& into) {
    std::map<StakeholderClass, std::int64_t> members, asking;
    for (const auto& [id, member] : roll.members) {
        if (member.admitted <= at && member.left > at) ++members[member.stakeholder_class];
    }
    into.members.clear();
    into.classes.clear();
    std::set<std::string> counted;
    for (const Ask& ask : asks) {
        const ledger::Member* author = roll.find(ask.act->statement->author);
        if (ask.act->witnessed > at || ask.act->witnessed <= at - kAskedWithin || author == nullptr ||
            author->left <= at || !counted.insert(author->id).second) {
            continue;
        }
        ++asking[author->stakeholder_class];
    }
    const SuspensionRule& limits = rule.rule().suspension;
    for (const auto& [stakeholder_class, count] : asking) {
        const std::int64_t of = members[stakeholder_class];
        if (count * limits.of_each.den >= of * limits.of_each.num) into.classes.push_back(stakeholder_class);
    }
    into.members.assign(counted.begin(), counted.end());
    const auto all = static_cast<std::int64_t>(members.size());
    const std::int64_t needed = std::min(limits.classes.value_or(all / 2 + 1), all);
    return static_cast<std::int64_t>(into.classes.size()) >= needed;
}

void take_suspension(RuleVersion& rule, std::vector<Ask> asks, const ledger::Roll& roll) {
    std::ranges::sort(asks, {}, [](const Ask& ask) { return order_of(*ask.act); });
    for (const Ask& ask : asks) {
        const Witnessed at = ask.act->witnessed;
        RuleVersion::Suspension suspension;
        if (at < rule.adopted || !agreed(rule, asks, roll, at, suspension)) continue;
        std::int64_t days = rule.rule().suspension.days;
        for (const Ask& one : asks) {
            if (one.act->witnessed <= at && one.act->witnessed > at - kAskedWithin)
                days = std::min(days, one.body.days);
        }
        suspension.from = at;
        suspension.until = at + days * kDay;
        rule.suspension = std::move(suspension);
        return;
    }
}

// Of each member the last on each rule, and of each reviewer the last on each of those.
void take_conformity(RuleVersion& rule, std::span<const Act* const> acts) {
    std::map<std::string, const Act*> last;
    for (const Act* act : acts) {
        if (act->statement->type != kConformity) continue;
        const Act*& known = last[act->statement->author];
        if (known == nullptr || order_of(*known) < order_of(*act)) known = act;
    }
    for (const auto& [member, act] : last) {
        const auto body = parse_conformity(act->statement->body);
        if (!body) continue;
        RuleVersion::Conformity said{member, act->statement->id, act->witnessed, *body, {}};
        std::map<std::string, const Act*> reviews;
        for (const Act* other : acts) {
            if (other->statement->type != kReview || other->statement->author == member) continue;
            const auto review = parse_review(other->statement->body);
            if (!review || review->conformity != said.id) continue;
            const Act*& known = reviews[other->statement->author];
            if (known == nullptr || order_of(*known) < order_of(*other)) known = other;
        }
        for (const auto& [by, review] : reviews)
            said.reviews.push_back({by, review->statement->id, *parse_review(review->statement->body)});
        rule.conformity.push_back(std::move(said));
    }
}

}  // namespace

RuleVersion::State RuleVersion::state_at(Witnessed at) const {
    if (at >= until) return State::kEnded;
    if (at < from) return State::kToCome;
    if (suspension && at >= suspension->from && at < suspension->until) return State::kSuspended;
    return State::kInForce;
}

bool RuleVersion::binds(std::string_view member, Witnessed at) const {
    if (binds_all) return true;
    const auto since =
        std::ranges::find(acceded, member, [](const auto& one) { return std::string_view(one.first); });
    return since != acceded.end() && since->second <= at;
}

std::string_view to_string(RuleVersion::State state) {
    switch (state) {
        case RuleVersion::State::kToCome:
            return "to-come";
        case RuleVersion::State::kInForce:
            return "in-force";
        case RuleVersion::State::kSuspended:
            return "suspended";
        case RuleVersion::State::kEnded:
            break;
    }
    return "ended";
}

std::vector<const RuleVersion*> Rulebook::acting_on(std::string_view member, Witnessed at) const {
    std::vector<const RuleVersion*> acting;
    for (const RuleVersion& rule : versions) {
        if (rule.rule().policy && rule.state_at(at) == RuleVersion::State::kInForce && rule.binds(member, at))
            acting.push_back(&rule);
    }
    return acting;
}

CountTerms Rulebook::counts_at(Witnessed at) const {
    CountTerms terms;
    for (const RuleVersion& rule : versions) {
        if (!rule.rule().policy || !rule.rule().policy->counts || !rule.binds_all ||
            rule.state_at(at) != RuleVersion::State::kInForce)
            continue;
        terms.least = std::max(terms.least, rule.rule().policy->counts->least);
        terms.noise = std::max(terms.noise, rule.rule().policy->counts->noise);
    }
    return terms;
}

bool Rulebook::drops_liars_at(Witnessed at) const {
    return std::ranges::any_of(versions, [&](const RuleVersion& rule) {
        return rule.rule().policy && rule.rule().policy->drops_liars && rule.binds_all &&
               rule.state_at(at) == RuleVersion::State::kInForce;
    });
}

const RuleVersion* Rulebook::find(std::string_view number, Witnessed at) const {
    for (const RuleVersion& rule : versions) {
        const RuleVersion::State state = rule.state_at(at);
        if (rule.number == number &&
            (state == RuleVersion::State::kInForce || state == RuleVersion::State::kSuspended))
            return &rule;
    }
    return nullptr;
}

Rulebook make_rulebook(std::vector<Adopted> adopted, std::span<const Act> acts, const ledger::Roll& roll) {
    std::ranges::sort(adopted, {},
                      [](const Adopted& one) { return std::pair(one.tally.closes, one.tally.opening); });
    Rulebook book;
    std::set<Digest> texts;
    for (Adopted& one : adopted) {
        if (!one.text.rule) continue;
        if (one.tally.unbinding) {
            book.barred.push_back({one.text.rule->number, one.tally.opening, one.tally.version,
                                   one.tally.closes, *one.tally.unbinding});
            continue;
        }
        if (!texts.insert(one.tally.version).second) continue;
        RuleVersion rule = version_of(one.text, one.tally.opening, one.tally.closes);
        rule.text_id = one.tally.version;
        rule.author = one.tally.author;
        rule.procedure = one.tally.body.procedure.id;
        rule.binds_all = one.tally.body.procedure.binds == Binds::kAll;
        rule.acceded = std::move(one.tally.acceded);
        book.versions.push_back(std::move(rule));
    }
    settle(book);
    std::map<Digest, std::vector<const Act*>> by_rule;
    for (const Act& act : acts) {
        if (std::ranges::find(kRuleTypes, act.statement->type) == std::ranges::end(kRuleTypes) ||
            !counts_by(roll, act))
            continue;
        if (const auto rule = rule_of(*act.statement)) by_rule[*rule].push_back(&act);
    }
    for (RuleVersion& rule : book.versions) {
        const auto said = by_rule.find(rule.opening);
        if (said == by_rule.end()) continue;
        std::vector<Ask> asks;
        for (const Act* act : said->second) {
            if (act->statement->type != kSuspension) continue;
            if (auto body = parse_suspension(act->statement->body)) asks.push_back({act, std::move(*body)});
        }
        take_suspension(rule, std::move(asks), roll);
        take_conformity(rule, said->second);
    }
    return book;
}

Rulebook with_rule(Rulebook book, const ProposalBody& text, const Digest& opening, Witnessed adopted) {
    book.versions.push_back(version_of(text, opening, adopted));
    settle(book);
    return book;
}

}  // namespace comity::governance
