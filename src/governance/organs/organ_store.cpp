#include "governance/organs/organ_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "governance/voting/books.h"
#include "governance/voting/store.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using ledger::Witnessed;

struct KnownOrgans {
    Acts acts;
    OrganBook book;
    Roll roll;
};

bool acts_on_organ(const Act& act) {
    return act.statement->type == kProposal && act.statement->body.as_object().contains("body");
}

// The book with all that has closed by `now`.
Result<KnownOrgans> load_organs(db::Session& session, ledger::QuorumTime& quorum, Witnessed now) {
    KnownOrgans known;
    COMITY_TRY(known.acts, load_acts(session));
    known.roll = roll_of(known.acts.all());
    std::set<Digest> texts;
    for (const Act& act : known.acts.all()) {
        if (acts_on_organ(act)) texts.insert(act.statement->id);
    }
    if (texts.empty()) return known;
    std::set<Digest> votes;
    for (const Act& act : known.acts.all()) {
        if (act.statement->type != kOpening) continue;
        const auto body = parse_opening(act.statement->body);
        if (body && texts.contains(body->version) && body->closes.seconds() < now)
            votes.insert(act.statement->id);
    }
    for (const Digest& vote : votes) COMITY_CHECK(load_vote(session, known.acts, vote));
    COMITY_TRY(Books books, books_of(known.acts.all(), verified_signatures(), word_of(session, quorum)));
    known.book = std::move(books.organs);
    return known;
}

// With these seats and the classes that their holders are of: could they decide anything?
Result<void> check_decides(const json::Value& procedure_json, const std::vector<OrganSeat>& seats,
                           const Roll& roll) {
    const auto holders = holders_of(seats);
    COMITY_TRY(const Procedure procedure,
               parse_procedure(procedure_of_seats(procedure_json, holders), "body.body.procedure"));
    std::vector<Elector> electors;
    for (const std::string& id : holders) {
        const ledger::Member* member = roll.find(id);
        Elector& elector = electors.emplace_back();
        elector.id = id;
        elector.houses = procedure.houses_of(id, member->stakeholder_class, roll.groups_of(id));
        for (const WeightTable& table : procedure.weights)
            elector.weights.push_back(table.of.empty() ? 1 : table.find(id).value_or(0));
    }
    for (std::size_t i = 0; i < procedure.houses.size(); ++i) {
        if (std::ranges::none_of(electors, [&](const Elector& one) { return (one.houses >> i & 1) != 0; })) {
            return refused("body.body.seats",
                           fmt::format("nobody who holds one is of the house '{}'", procedure.houses[i].id),
                           "the procedure asks for its votes");
        }
    }
    if (!procedure.parameters.empty() || !procedure.earlier.empty())
        return {};  // known when a vote is opened
    if (auto reachable = check_reachable(procedure, electors, {}); !reachable)
        return refused("body.body.procedure." + reachable.error().where, reachable.error().what);
    return {};
}

json::Array seat_forms(const Organ& organ, const Roll& roll, Witnessed at) {
    json::Array list;
    for (const OrganSeat& seat : organ.part.seats) {
        json::Object form{{"seat", seat.id}};
        const ledger::Member* member = seat.member.empty() ? nullptr : roll.find(seat.member);
        if (!seat.member.empty()) form["member"] = seat.member;
        if (!seat.person.empty()) form["person"] = seat.person;
        if (seat.from) form["from"] = format_time_millis(*seat.from);
        if (seat.until) form["until"] = format_time_millis(*seat.until);
        form["held"] = seat.held_at(at) && member != nullptr && at < member->left;
        list.push_back(std::move(form));
    }
    return list;
}

json::Object organ_summary(const Organ& organ, const KnownOrgans& known, Witnessed at,
                           std::string_view language) {
    json::Object form{{"id", organ.id},
                      {"name", organ.mandate.shown(language).title},
                      {"kind", organ.part.kind},
                      {"powers", array_of(organ.part.powers)},
                      {"decides_by", organ.part.procedure_json.as_object().at("id")},
                      {"founded", second_text(organ.founded)},
                      {"since", second_text(organ.since)},
                      {"seats", seat_forms(organ, known.roll, at)}};
    if (!organ.part.parent.empty()) form["parent"] = organ.part.parent;
    if (organ.part.until) form["until"] = format_time_millis(*organ.part.until);
    const auto end = known.book.end_of(organ, at);
    form["state"] = end ? "ended" : "standing";
    if (end) {
        form["ended"] = second_text(end->first);
        form["why_ended"] = end->second;
    }
    return form;
}

json::Array act_forms(const KnownOrgans& known, std::string_view id, Witnessed at) {
    json::Array list;
    for (const OrganBook::Taken& taken : known.book.acts()) {
        if (taken.organ != id || taken.at >= at) continue;
        json::Object form{{"act", to_string(taken.act)},
                          {"vote", taken.opening.hex()},
                          {"text", taken.version.hex()},
                          {"proposed_by", taken.author},
                          {"adopted", second_text(taken.at)}};
        if (!taken.by.empty()) form["by"] = taken.by;
        if (!taken.objection.empty()) form["void"] = taken.objection;
        list.push_back(std::move(form));
    }
    return list;
}

}  // namespace

Result<OrganBook> load_organ_book(db::Session& session, ledger::QuorumTime& quorum, Witnessed now) {
    COMITY_TRY(KnownOrgans known, load_organs(session, quorum, now));
    return std::move(known.book);
}

Result<json::Array> organs_answer(db::Session& session, ledger::QuorumTime& quorum, const OrganQuery& query) {
    COMITY_TRY(const KnownOrgans known, load_organs(session, quorum, query.now));
    const Witnessed at = std::min(query.at.value_or(query.now), query.now);
    json::Array list;
    for (const Organ* organ : known.book.all(at)) {
        if (query.all || !known.book.end_of(*organ, at))
            list.push_back(organ_summary(*organ, known, at, query.language));
    }
    return list;
}

Result<json::Object> organ_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                  const OrganQuery& query) {
    COMITY_TRY(const KnownOrgans known, load_organs(session, quorum, query.now));
    const Witnessed at = std::min(query.at.value_or(query.now), query.now);
    const Organ* organ = known.book.last(id, at);
    if (organ == nullptr)
        return not_found(fmt::format("there is no body {}", id), "comity body list --all shows them");
    json::Object form = organ_summary(*organ, known, at, query.language);
    form["texts"] = proposal_json(organ->mandate).at("texts");
    form["procedure"] = procedure_of_seats(organ->part.procedure_json, holders_of(organ->part.seats, at));
    json::Array under, votes;
    for (const Organ* other : known.book.all(at)) {
        if (other->part.parent == id && !known.book.end_of(*other, at)) under.emplace_back(other->id);
    }
    form["bodies"] = std::move(under);
    form["acts"] = act_forms(known, id, at);
    for (const ProposalVote& vote : votes_of(known.acts.all())) {
        if (vote.body.organ != id || vote.opened > at) continue;
        json::Object head = vote_head(vote.opening, vote.opened, vote.body);
        head["title"] = vote.text.shown(query.language).title;
        votes.push_back(std::move(head));
    }
    form["votes"] = std::move(votes);
    return form;
}

Result<void> OrganDoor::check(const ledger::Statement& statement, const Roll& roll) const {
    const auto* body = statement.body.if_object();
    if (body == nullptr || !body->contains("body") ||
        (statement.type != kProposal && statement.type != kOpening)) {
        return {};
    }
    const Witnessed now = keeping_.clock.now().seconds();
    COMITY_TRY(const auto session, keeping_.database.snapshot());
    COMITY_TRY(const KnownOrgans known, load_organs(*session, keeping_.quorum, now));
    if (statement.type == kOpening) {
        COMITY_TRY(const OpeningBody opening, parse_opening(statement.body));
        if (opening.organ.empty()) return {};
        if (auto put_to = check_put_to(opening, known.book, now); !put_to)
            return std::unexpected(std::move(put_to).error());
        return {};
    }
    COMITY_TRY(const ProposalBody proposal, parse_proposal(statement.body));
    if (!proposal.organ) return {};
    const OrganPart& part = *proposal.organ;
    for (const OrganSeat& seat : part.seats) {
        const ledger::Member* member = seat.member.empty() ? nullptr : roll.find(seat.member);
        if (!seat.member.empty() && (member == nullptr || member->left <= now)) {
            return refused(
                "body.body.seats",
                fmt::format("'{}' cannot hold the seat '{}': it is no member", seat.member, seat.id),
                "comity member list shows the members");
        }
    }
    if (const std::string why = known.book.objection(part, "", now); !why.empty())
        return refused("body.body", why, "comity body list shows the bodies");
    if (part.act == OrganPart::Act::kDissolve) return {};
    const json::Value& decides = part.act == OrganPart::Act::kAppoint
                                     ? known.book.find(part.id, now)->part.procedure_json
                                     : part.procedure_json;
    return check_decides(decides, part.seats, roll);
}

}  // namespace comity::governance
