#include "governance/rules/rule_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "governance/forms.h"
#include "governance/rules/akoma_ntoso.h"
#include "governance/rules/conformity.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

json::Object suspension_json(const RuleVersion::Suspension& suspension) {
    json::Array classes;
    for (const auto one : suspension.classes) classes.emplace_back(ledger::to_string(one));
    return {{"from", second_text(suspension.from)},
            {"until", second_text(suspension.until)},
            {"classes", std::move(classes)},
            {"asked_by", array_of(suspension.members)}};
}

json::Object summary(const RuleVersion& rule, Witnessed at, std::string_view language) {
    json::Object form{{"number", rule.number},
                      {"version", rule.version},
                      {"title", rule.text.shown(language).title},
                      {"topics", array_of(rule.rule().topics)},
                      {"state", to_string(rule.state_at(at))},
                      {"author", rule.author},
                      {"procedure", rule.procedure},
                      {"vote", rule.opening.hex()},
                      {"text", rule.text_id.hex()},
                      {"adopted", second_text(rule.adopted)},
                      {"in_force", second_text(rule.from)},
                      {"acts", rule.rule().policy.has_value()},
                      {"binds", rule.binds_all ? "all" : "acceding"}};
    if (rule.until != ledger::kNever) {
        form["until"] = second_text(rule.until);
        form["ended"] = rule.ended;
    }
    if (rule.suspension) form["suspension"] = suspension_json(*rule.suspension);
    json::Array acceded;
    for (const auto& [member, since] : rule.acceded)
        acceded.push_back(json::Object{{"member", member}, {"since", second_text(since)}});
    if (!acceded.empty()) form["acceded"] = std::move(acceded);
    return form;
}

// The votes on texts that are rules.
std::vector<std::pair<Digest, OpeningBody>> rule_votes(std::span<const Act> acts,
                                                       const std::map<Digest, ProposalBody>& texts) {
    std::vector<std::pair<Digest, OpeningBody>> votes;
    std::set<Digest> seen;
    for (const Act& act : acts) {
        if (act.statement->type != kOpening || !seen.insert(act.statement->id).second) continue;
        auto body = parse_opening(act.statement->body);
        if (body && texts.contains(body->version)) votes.emplace_back(act.statement->id, std::move(*body));
    }
    return votes;
}

}  // namespace

Result<KnownRules> load_rules(db::Session& session, ledger::QuorumTime& quorum, Witnessed now) {
    KnownRules known;
    COMITY_TRY(const auto any, session.integer("SELECT seq FROM governance_rules LIMIT 1"));
    if (!any) return known;
    COMITY_TRY(Acts acts, load_acts(session));
    std::map<Digest, ProposalBody> texts;
    for (const Act& act : acts.all()) {
        if (act.statement->type != kProposal) continue;
        auto body = parse_proposal(act.statement->body);
        if (body && body->rule) texts.emplace(act.statement->id, std::move(*body));
    }
    std::vector<Digest> closed;
    for (const auto& [id, body] : rule_votes(acts.all(), texts)) {
        if (body.closes.seconds() >= now) {
            known.changes = std::min(known.changes, body.closes.seconds() + 1);
            continue;
        }
        closed.push_back(id);
        COMITY_CHECK(load_vote(session, acts, id));
    }
    std::vector<Adopted> adopted;
    for (Result<Tally>& tally :
         tally_all(acts.all(), closed, verified_signatures(), word_of(session, quorum))) {
        if (!tally) {
            if (makes_void(tally.error())) continue;
            return std::unexpected(std::move(tally).error());
        }
        if (!tally->settled()) {
            known.waits = known.waits || !tally->unbinding || tally->charter_waits;
        } else if (tally->verdict.outcome == Outcome::kAdopted) {
            adopted.push_back({std::move(*tally), texts.find(tally->version)->second});
        }
    }
    known.roll = roll_of(acts.all());
    known.book = make_rulebook(std::move(adopted), acts.all(), known.roll);
    return known;
}

Result<const RuleVersion*> find_rule(const Rulebook& book, std::string_view number, Witnessed at) {
    if (const RuleVersion* rule = book.find(number, at)) return rule;
    const RuleVersion* found = nullptr;  // the last before; else the first to come
    for (const RuleVersion& rule : book.versions) {
        if (rule.number != number) continue;
        if (found == nullptr || rule.from <= at) found = &rule;
    }
    if (found == nullptr) {
        const auto barred = std::ranges::find_if(
            book.barred, [&](const BarredText& one) { return one.number == number && one.adopted < at; });
        if (barred != book.barred.end()) {
            return not_found(
                fmt::format("there is no rule {}: the vote {} adopted a text of that number, which "
                            "binds nobody: {}: {}",
                            number, barred->opening.hex().substr(0, 12), barred->why.where, barred->why.what),
                barred->why.mend);
        }
        return not_found(fmt::format("there is no rule {}", number), "comity rule list --all shows them");
    }
    return found;
}

Result<json::Array> rules_answer(db::Session& session, ledger::QuorumTime& quorum, const RuleQuery& query) {
    COMITY_TRY(const KnownRules known, load_rules(session, quorum, query.now));
    const Witnessed at = query.at.value_or(query.now);
    std::vector<const RuleVersion*> shown;
    for (const RuleVersion& rule : known.book.versions) {
        const RuleVersion::State state = rule.state_at(at);
        const bool stands = state == RuleVersion::State::kInForce || state == RuleVersion::State::kSuspended;
        const bool meant = query.topic.empty() ||
                           std::ranges::find(rule.rule().topics, query.topic) != rule.rule().topics.end();
        if (meant && (query.all || stands)) shown.push_back(&rule);
    }
    std::ranges::sort(shown, {},
                      [](const RuleVersion* rule) { return std::pair(rule->number, rule->version); });
    json::Array list;
    for (const RuleVersion* rule : shown) list.push_back(summary(*rule, at, query.language));
    return list;
}

Result<json::Object> rule_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view number,
                                 const RuleQuery& query) {
    COMITY_TRY(const KnownRules known, load_rules(session, quorum, query.now));
    const Witnessed at = query.at.value_or(query.now);
    COMITY_TRY(const RuleVersion* rule, find_rule(known.book, number, at));
    json::Object form = summary(*rule, at, query.language);
    form["texts"] = proposal_json(rule->text).at("texts");
    if (!rule->text.note.empty()) form["note"] = rule->text.note;
    form["rule"] = rule_part_json(rule->rule());
    form["conformity"] = declarations_of(*rule);
    json::Array versions;
    for (const RuleVersion& one : known.book.versions) {
        if (one.number == number) versions.push_back(summary(one, at, query.language));
    }
    form["versions"] = std::move(versions);
    json::Array barred;
    for (const BarredText& one : known.book.barred) {
        if (one.number != number) continue;
        barred.push_back(json::Object{{"vote", one.opening.hex()},
                                      {"text", one.text_id.hex()},
                                      {"adopted", second_text(one.adopted)},
                                      {"where", one.why.where},
                                      {"why", one.why.what},
                                      {"mend", one.why.mend}});
    }
    form["barred"] = std::move(barred);
    return form;
}

Result<std::string> rule_document(db::Session& session, ledger::QuorumTime& quorum, std::string_view number,
                                  const RuleQuery& query) {
    COMITY_TRY(const KnownRules known, load_rules(session, quorum, query.now));
    COMITY_TRY(const RuleVersion* rule, find_rule(known.book, number, query.at.value_or(query.now)));
    return akoma_ntoso(*rule, query.language, known.roll);
}

}  // namespace comity::governance
