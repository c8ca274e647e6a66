#include "governance/charter/charter_part.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxNamed = 10;
constexpr std::int64_t kMaxCharterDelay = 3650;

// Founders, who all sign, may name procedures in which not all vote; nobody else takes a vote from another.
enum class NamedIn { kCharter, kAmendment };

bool depends_on_round(const Condition& condition) {
    return condition.kind == Condition::Kind::kRound ||
           std::ranges::any_of(condition.parts, depends_on_round);
}

Result<void> check_named(const Procedure& procedure, const std::string& path, bool by_all) {
    if (!procedure.adopted) {
        return invalid(path, "chooses between several",
                       "a text is adopted or rejected: give a procedure with \"adopted\"");
    }
    if (!procedure.parameters.empty())
        return invalid(path + ".parameters", "would be filled in by whoever opens a vote",
                       "write the numbers into the conditions");
    if (!procedure.earlier.empty())
        return invalid(path + ".earlier", "would be chosen by whoever opens a vote", "name two procedures");
    if (!procedure.weights.empty())
        return invalid(path + ".weights", "give a newcomer none: no vote could be counted after an admission",
                       "count one vote each, or by houses");
    for (const auto* condition : {&procedure.quorum, &procedure.postponed, &procedure.adopted}) {
        if (*condition && depends_on_round(**condition))
            return invalid(path, "asks for the round, which whoever opens a vote says", "leave it out");
    }
    if (by_all && !procedure.electorate.everybody) {
        return invalid(path + ".electorate", "takes the vote from some, which is every member's",
                       "write {\"everybody\":true}; houses can count classes for themselves");
    }
    return {};
}

// Nothing where the list is not there.
Result<std::optional<std::vector<json::Value>>> read_named(json::Fields& fields, std::string_view name,
                                                           NamedIn in) {
    std::vector<json::Value> list;
    COMITY_TRY(const json::Array* array,
               fields.optional_array(name, in == NamedIn::kCharter ? 1 : 0, kMaxNamed));
    if (array == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const std::string path = fmt::format("{}[{}]", fields.path(name), i);
        if ((*array)[i].is_string()) {
            return invalid(path, "is a name: what it stands for could change",
                           "give the procedure whole, as comity procedure show prints it");
        }
        COMITY_TRY(const Procedure procedure, parse_procedure((*array)[i], path));
        COMITY_CHECK(check_named(procedure, path, in == NamedIn::kAmendment || name == "charter"));
        if (std::ranges::find(list, (*array)[i]) != list.end())
            return invalid(path, fmt::format("'{}' stands there twice", procedure.id));
        list.push_back((*array)[i]);
    }
    return std::optional(std::move(list));
}

json::Array array_of_values(const std::vector<json::Value>& values) {
    json::Array list;
    for (const json::Value& value : values) list.push_back(value);
    return list;
}

Result<void> could_decide(const Procedure& procedure, const ledger::Roll& roll, ledger::Witnessed at) {
    std::vector<Elector> electors;
    for (const auto& [id, member] : roll.members) {
        const auto groups = roll.groups_of(id);
        if (member.left <= at || !procedure.electorate.takes(id, member.stakeholder_class, groups)) continue;
        Elector& elector = electors.emplace_back();
        elector.id = id;
        elector.houses = procedure.houses_of(id, member.stakeholder_class, groups);
    }
    for (std::size_t i = 0; i < procedure.houses.size(); ++i) {
        if (std::ranges::none_of(electors, [&](const Elector& one) { return (one.houses >> i & 1) != 0; }))
            return refused("houses", fmt::format("nobody is of the house '{}'", procedure.houses[i].id));
    }
    COMITY_CHECK(check_votes(procedure, electors, {}));
    return check_reachable(procedure, electors, {});
}

}  // namespace

Result<CharterProcedures> parse_charter_procedures(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    CharterProcedures procedures;
    const std::pair<std::string_view, std::vector<json::Value>*> lists[] = {
        {"rules", &procedures.rules}, {"bodies", &procedures.bodies}, {"charter", &procedures.charter}};
    for (const auto& [name, into] : lists) {
        COMITY_TRY(auto list, read_named(fields, name, NamedIn::kCharter));
        if (list) *into = std::move(*list);
    }
    COMITY_CHECK(fields.nothing_else());
    if (!procedures.named())
        return invalid(path, "name none", "give rules, bodies, charter, or leave it out");
    return procedures;
}

json::Object charter_procedures_json(const CharterProcedures& procedures) {
    json::Object form;
    if (!procedures.rules.empty()) form["rules"] = array_of_values(procedures.rules);
    if (!procedures.bodies.empty()) form["bodies"] = array_of_values(procedures.bodies);
    if (!procedures.charter.empty()) form["charter"] = array_of_values(procedures.charter);
    return form;
}

Result<CharterPart> parse_charter_part(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    CharterPart part;
    for (const std::string_view fixed : {"members", "keys", "admission", "id", "community"}) {
        if (!fields.has(fixed)) continue;
        return invalid(fields.path(fixed), "cannot be amended: who is a member is told from signatures alone",
                       "it stays as it was founded; name, purpose and procedures can be amended");
    }
    COMITY_TRY(part.name, fields.optional_text("name", 1, 200));
    COMITY_TRY(part.purpose, fields.optional_text("purpose", 1, 10'000));
    if (const json::Value* procedures = fields.any("procedures")) {
        COMITY_TRY(json::Fields inner, json::Fields::of(*procedures, fields.path("procedures")));
        COMITY_TRY(part.rules, read_named(inner, "rules", NamedIn::kAmendment));
        COMITY_TRY(part.bodies, read_named(inner, "bodies", NamedIn::kAmendment));
        COMITY_TRY(part.charter, read_named(inner, "charter", NamedIn::kAmendment));
        COMITY_CHECK(inner.nothing_else());
    }
    COMITY_TRY(const auto delay, fields.optional_integer("delay_days", 0, kMaxCharterDelay));
    part.delay_days = delay.value_or(0);
    COMITY_TRY(const auto from, fields.optional_text("from", 1, 40));
    if (from) {
        auto time = parse_time(*from);
        if (!time) return within(fields.path("from"), time.error());
        part.from = *time;
    }
    COMITY_CHECK(fields.nothing_else());
    if (!part.name && !part.purpose && !part.rules && !part.bodies && !part.charter)
        return invalid(path, "changes nothing", "give name, purpose or procedures");
    return part;
}

json::Object charter_part_json(const CharterPart& part) {
    json::Object form, procedures;
    if (part.name) form["name"] = *part.name;
    if (part.purpose) form["purpose"] = *part.purpose;
    if (part.rules) procedures["rules"] = array_of_values(*part.rules);
    if (part.bodies) procedures["bodies"] = array_of_values(*part.bodies);
    if (part.charter) procedures["charter"] = array_of_values(*part.charter);
    if (!procedures.empty()) form["procedures"] = std::move(procedures);
    if (part.delay_days != 0) form["delay_days"] = part.delay_days;
    if (part.from) form["from"] = format_time_millis(*part.from);
    return form;
}

std::string lock_out(const CharterPart& part, const ledger::Roll& roll, ledger::Witnessed at) {
    const std::pair<const char*, const std::optional<std::vector<json::Value>>*> lists[] = {
        {"rules", &part.rules}, {"bodies", &part.bodies}, {"charter", &part.charter}};
    for (const auto& [name, list] : lists) {
        if (!*list) continue;
        for (const json::Value& value : **list) {
            const auto procedure = parse_procedure(value, name);
            auto could = procedure ? could_decide(*procedure, roll, at)
                                   : Result<void>(std::unexpected(procedure.error()));
            if (could) continue;
            return fmt::format("the members could decide nothing by '{}' (procedures.{}): {}",
                               procedure ? procedure->id : "", name, could.error().message());
        }
    }
    return {};
}

}  // namespace comity::governance
