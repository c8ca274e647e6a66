#include "governance/charter/charter_store.h"

#include <set>

#include "governance/forms.h"
#include "governance/voting/books.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using ledger::Witnessed;

// False: no vote has ever been opened on a text that amends the charter.
Result<bool> any_charter_vote(db::Session& session) {
    COMITY_TRY(
        const auto any,
        session.integer("SELECT a.seq FROM governance_charter_texts c JOIN statements s ON s.seq = c.seq "
                        "JOIN governance_acts a ON a.belongs_to = s.id "
                        "WHERE a.type = 'governance.opening' LIMIT 1"));
    return any.has_value();
}

Result<CharterBook> book_of_acts(db::Session& session, ledger::QuorumTime& quorum, Acts acts, Witnessed now) {
    std::set<Digest> texts;
    for (const Act& act : acts.all()) {
        if (act.statement->type == kProposal && act.statement->body.as_object().contains("charter"))
            texts.insert(act.statement->id);
    }
    std::set<Digest> votes;
    for (const Act& act : acts.all()) {
        if (act.statement->type != kOpening) continue;
        const auto body = parse_opening(act.statement->body);
        if (body && texts.contains(body->version) && body->closes.seconds() < now)
            votes.insert(act.statement->id);
    }
    for (const Digest& vote : votes) COMITY_CHECK(load_vote(session, acts, vote));
    COMITY_TRY(Books books, books_of(acts.all(), verified_signatures(), word_of(session, quorum)));
    return std::move(books.charter);
}

json::Object state_json(const CharterState& state) {
    json::Object form{{"name", state.name}, {"purpose", state.purpose}};
    if (state.procedures.named()) form["procedures"] = charter_procedures_json(state.procedures);
    return form;
}

json::Array changes_of(const CharterPart& part) {
    json::Array changes;
    if (part.name) changes.emplace_back("name");
    if (part.purpose) changes.emplace_back("purpose");
    if (part.rules) changes.emplace_back("procedures.rules");
    if (part.bodies) changes.emplace_back("procedures.bodies");
    if (part.charter) changes.emplace_back("procedures.charter");
    return changes;
}

}  // namespace

Result<CharterBook> load_charter_book(db::Session& session, ledger::QuorumTime& quorum, const Roll& roll,
                                      Witnessed now) {
    COMITY_TRY(const bool any, any_charter_vote(session));
    if (!any) return CharterBook(roll);
    COMITY_TRY(Acts acts, load_acts(session));
    return book_of_acts(session, quorum, std::move(acts), now);
}

Result<json::Array> charter_answer(db::Session& session, ledger::QuorumTime& quorum,
                                   const CharterQuery& query) {
    COMITY_TRY(Acts acts, load_acts(session));
    const Roll roll = roll_of(acts.all());
    if (!roll.founded()) return json::Array();
    COMITY_TRY(const CharterBook book, book_of_acts(session, quorum, std::move(acts), query.now));
    const Witnessed at = query.at.value_or(query.now);
    const auto state_of = [&](Witnessed from) {
        if (from > at) return "to-come";
        return book.at(at).since == from ? "in-force" : "ended";
    };
    json::Object first = state_json(book.founded());
    first["version"] = book.founded().version;
    first["state"] = state_of(book.founded().since);
    first["since"] = second_text(book.founded().since);
    first["charter"] = roll.community.hex();
    json::Array list{std::move(first)};
    for (const CharterBook::Amended& one : book.amendments()) {
        const CharterDecision& decision = one.decision;
        if (decision.closes >= query.now) continue;  // still voted on
        const CharterState after = book.at(one.from);
        json::Object form = one.has_effect() ? state_json(after) : json::Object();
        if (one.has_effect()) form["version"] = after.version;
        form["state"] = one.has_effect() ? state_of(one.from) : "void";
        form["since"] = second_text(one.from);
        form["adopted"] = second_text(decision.closes);
        form["vote"] = decision.opening.hex();
        form["text"] = decision.version.hex();
        form["title"] = decision.text.shown(query.language).title;
        form["proposed_by"] = decision.author;
        form["changes"] = changes_of(*decision.text.charter);
        if (!one.has_effect()) form["void"] = decision.objection;
        list.push_back(std::move(form));
    }
    return list;
}

Result<void> add_charter_now(json::Object& community, db::Session& session, ledger::QuorumTime& quorum,
                             const Roll& roll, Witnessed now) {
    COMITY_TRY(const CharterBook book, load_charter_book(session, quorum, roll, now));
    const CharterState state = book.at(now);
    community.erase("procedures");
    for (auto& field : state_json(state)) community[field.key()] = std::move(field.value());
    community["charter"] = json::Object{{"version", state.version}, {"since", second_text(state.since)}};
    return {};
}

Result<void> check_charter_text(const ledger::Statement& statement, const Roll& roll, Witnessed now) {
    const auto* body = statement.body.if_object();
    if (body == nullptr || statement.type != kProposal || !body->contains("charter")) return {};
    COMITY_TRY(const ProposalBody proposal, parse_proposal(statement.body));
    if (!proposal.charter) return {};
    if (const std::string why = lock_out(*proposal.charter, roll, now); !why.empty())
        return refused("body.charter", why, "name a procedure that the members who are there can decide by");
    return {};
}

}  // namespace comity::governance
