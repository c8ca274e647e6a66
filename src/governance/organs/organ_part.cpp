#include "governance/organs/organ_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxSeats = 1000;
constexpr std::array<std::string_view, 4> kActs = {"found", "amend", "appoint", "dissolve"};
constexpr std::array<std::string_view, 5> kKinds = {"committee", "working-group", "council", "board",
                                                    "secretariat"};

Result<std::optional<Time>> organ_time(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const auto text, fields.optional_text(name, 1, 40));
    if (!text) return std::nullopt;
    auto time = parse_time(*text);
    if (!time) return within(fields.path(name), time.error());
    return std::optional(*time);
}

Result<OrganSeat> read_seat(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    OrganSeat seat;
    COMITY_TRY(seat.id, fields.text("seat", 1, 64));
    COMITY_CHECK(ledger::check_member_id(seat.id, fields.path("seat")));
    COMITY_TRY(const auto member, fields.optional_text("member", 1, 64));
    if (member) {
        COMITY_CHECK(ledger::check_member_id(*member, fields.path("member")));
        seat.member = *member;
    }
    COMITY_TRY(const auto person, fields.optional_text("person", 1, 64));
    if (person) {
        COMITY_CHECK(ledger::check_member_id(*person, fields.path("person")));
        if (!member)
            return invalid(fields.path("person"), "is of no member",
                           "say which member the person speaks for");
        seat.person = *person;
    }
    COMITY_TRY(seat.from, organ_time(fields, "from"));
    COMITY_TRY(seat.until, organ_time(fields, "until"));
    if (seat.from && seat.until && *seat.until <= *seat.from)
        return invalid(fields.path("until"), "is not after \"from\"", "the seat would never be held");
    COMITY_CHECK(fields.nothing_else());
    return seat;
}

Result<void> read_seats(json::Fields& fields, OrganPart& part) {
    COMITY_TRY(const json::Array* seats, fields.array("seats", 1, kMaxSeats));
    std::set<std::string> ids, members;
    for (std::size_t i = 0; i < seats->size(); ++i) {
        const std::string path = fmt::format("{}[{}]", fields.path("seats"), i);
        COMITY_TRY(OrganSeat seat, read_seat((*seats)[i], path));
        if (!ids.insert(seat.id).second)
            return invalid(path + ".seat", fmt::format("'{}' stands there twice", seat.id));
        if (!seat.member.empty() && !members.insert(seat.member).second) {
            return invalid(path + ".member", fmt::format("'{}' holds another seat of this body", seat.member),
                           "a member has one vote in a body");
        }
        part.seats.push_back(std::move(seat));
    }
    if (members.empty())
        return invalid(fields.path("seats"), "are all vacant",
                       "a body without an electorate decides nothing: say who holds one");
    return {};
}

}  // namespace

bool OrganSeat::held_at(ledger::Witnessed at) const {
    return !member.empty() && (!from || from->seconds() <= at) && (!until || at < until->seconds());
}

std::string_view to_string(OrganPart::Act act) {
    return kActs[static_cast<std::size_t>(act)];
}

std::vector<std::string> holders_of(const std::vector<OrganSeat>& seats,
                                    std::optional<ledger::Witnessed> at) {
    std::vector<std::string> members;
    for (const OrganSeat& seat : seats) {
        if (!seat.member.empty() && (!at || seat.held_at(*at))) members.push_back(seat.member);
    }
    std::ranges::sort(members);
    return members;
}

json::Value procedure_of_seats(const json::Value& procedure, const std::vector<std::string>& members) {
    json::Object form = procedure.is_object() ? procedure.as_object() : json::Object();
    form["electorate"] = json::Object{{"members", array_of(members)}};
    return form;
}

Result<OrganPart> parse_organ_part(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    OrganPart part;
    COMITY_TRY(const std::string act, word_of(fields, "act", kActs));
    part.act = static_cast<OrganPart::Act>(std::ranges::find(kActs, act) - kActs.begin());
    COMITY_TRY(part.id, fields.text("id", 1, 64));
    COMITY_CHECK(ledger::check_member_id(part.id, fields.path("id")));
    if (part.act == OrganPart::Act::kDissolve) {
        COMITY_CHECK(fields.nothing_else());
        return part;
    }
    COMITY_CHECK(read_seats(fields, part));
    if (part.act == OrganPart::Act::kAppoint) {
        COMITY_CHECK(fields.nothing_else());
        return part;
    }
    COMITY_TRY(const auto kind, optional_word_of(fields, "kind", kKinds));
    if (!kind.empty()) part.kind = kind;
    COMITY_TRY(const auto parent, fields.optional_text("parent", 1, 64));
    if (parent) {
        COMITY_CHECK(ledger::check_member_id(*parent, fields.path("parent")));
        if (*parent == part.id)
            return invalid(fields.path("parent"), "is the body itself: its mandate would go round",
                           "leave it out: then the community is above it");
        part.parent = *parent;
    }
    COMITY_TRY(part.powers, fields.optional_texts("powers", std::size(kOrganPowers)));
    std::ranges::sort(part.powers);
    for (const std::string& power : part.powers) {
        if (std::ranges::find(kOrganPowers, power) == std::ranges::end(kOrganPowers))
            return invalid(fields.path("powers"), fmt::format("\"{}\" is no power", power),
                           "rules or bodies");
    }
    if (std::ranges::adjacent_find(part.powers) != part.powers.end())
        return invalid(fields.path("powers"), "name one twice");
    COMITY_TRY(part.until, organ_time(fields, "until"));
    const json::Value* procedure = fields.any("procedure");
    if (procedure == nullptr)
        return invalid(fields.path("procedure"), "is missing", "say how the body decides");
    part.procedure_json = *procedure;
    COMITY_TRY(const Procedure read, parse_procedure(procedure_of_seats(*procedure, holders_of(part.seats)),
                                                     fields.path("procedure")));
    if (!read.adopted) {
        return invalid(fields.path("procedure"), "chooses between several",
                       "a body adopts or rejects: give a procedure with \"adopted\"");
    }
    COMITY_CHECK(fields.nothing_else());
    return part;
}

json::Object organ_part_json(const OrganPart& part) {
    json::Object form{{"act", to_string(part.act)}, {"id", part.id}};
    if (part.act == OrganPart::Act::kDissolve) return form;
    json::Array seats;
    for (const OrganSeat& seat : part.seats) {
        json::Object one{{"seat", seat.id}};
        if (!seat.member.empty()) one["member"] = seat.member;
        if (!seat.person.empty()) one["person"] = seat.person;
        if (seat.from) one["from"] = format_time_millis(*seat.from);
        if (seat.until) one["until"] = format_time_millis(*seat.until);
        seats.push_back(std::move(one));
    }
    form["seats"] = std::move(seats);
    if (part.act == OrganPart::Act::kAppoint) return form;
    form["kind"] = part.kind;
    if (!part.parent.empty()) form["parent"] = part.parent;
    if (!part.powers.empty()) form["powers"] = array_of(part.powers);
    if (part.until) form["until"] = format_time_millis(*part.until);
    form["procedure"] = part.procedure_json;
    return form;
}

}  // namespace comity::governance
