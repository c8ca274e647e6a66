#include "governance/charter/procedures.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "governance/voting/tally.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxNamed = 10;

bool depends_on_round(const Condition& condition) {
    return condition.kind == Condition::Kind::kRound ||
           std::ranges::any_of(condition.parts, depends_on_round);
}

Result<void> check_named(const Procedure& procedure, const std::string& path) {
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
    return {};
}

Result<std::vector<json::Value>> read_named(json::Fields& fields, std::string_view name) {
    std::vector<json::Value> list;
    COMITY_TRY(const json::Array* array, fields.optional_array(name, 1, kMaxNamed));
    if (array == nullptr) return list;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const std::string path = fmt::format("{}[{}]", fields.path(name), i);
        if ((*array)[i].is_string()) {
            return invalid(path, "is a name: what it stands for could change",
                           "give the procedure whole, as comity procedure show prints it");
        }
        COMITY_TRY(const Procedure procedure, parse_procedure((*array)[i], path));
        COMITY_CHECK(check_named(procedure, path));
        if (std::ranges::find(list, (*array)[i]) != list.end())
            return invalid(path, fmt::format("'{}' stands there twice", procedure.id));
        list.push_back((*array)[i]);
    }
    return list;
}

json::Array array_of_values(const std::vector<json::Value>& values) {
    json::Array list;
    for (const json::Value& value : values) list.push_back(value);
    return list;
}

std::string ids_of(const std::vector<json::Value>& procedures) {
    std::string ids;
    for (const json::Value& one : procedures) {
        if (!ids.empty()) ids += ", ";
        ids += std::string_view(one.at("id").as_string());
    }
    return ids;
}

std::string_view what_of(Binding binding) {
    return binding == Binding::kRule ? "rules" : "bodies";
}

Error unbinding_error(std::string where, std::string what, std::string mend) {
    return {ErrorKind::kRefused, "opening." + std::move(where), std::move(what), std::move(mend)};
}

}  // namespace

Result<CharterProcedures> parse_charter_procedures(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    CharterProcedures procedures;
    COMITY_TRY(procedures.rules, read_named(fields, "rules"));
    COMITY_TRY(procedures.bodies, read_named(fields, "bodies"));
    COMITY_CHECK(fields.nothing_else());
    if (!procedures.named()) return invalid(path, "name none", "give rules, bodies, or leave it out");
    return procedures;
}

json::Object charter_procedures_json(const CharterProcedures& procedures) {
    json::Object form;
    if (!procedures.rules.empty()) form["rules"] = array_of_values(procedures.rules);
    if (!procedures.bodies.empty()) form["bodies"] = array_of_values(procedures.bodies);
    return form;
}

CharterProcedures charter_procedures(const ledger::Roll& roll) {
    CharterProcedures procedures;
    if (roll.procedures.empty()) return procedures;
    const auto value = json::parse(roll.procedures);  // as the charter had it, which was read before
    const auto* form = value ? value->if_object() : nullptr;
    if (form == nullptr) return procedures;
    const auto take = [&](std::string_view name, std::vector<json::Value>& into) {
        const json::Value* list = form->if_contains(name);
        if (list != nullptr && list->is_array())
            into.assign(list->get_array().begin(), list->get_array().end());
    };
    take("rules", procedures.rules);
    take("bodies", procedures.bodies);
    return procedures;
}

Binding binding_of(const ProposalBody& text) {
    if (text.rule) return Binding::kRule;
    if (!text.organ) return Binding::kNothing;
    return std::ranges::find(text.organ->powers, "rules") == text.organ->powers.end() ? Binding::kBody
                                                                                      : Binding::kRule;
}

const std::vector<json::Value>& named_for(const CharterProcedures& procedures, Binding binding) {
    return binding == Binding::kBody && !procedures.bodies.empty() ? procedures.bodies : procedures.rules;
}

std::optional<Error> unbinding_opening(const CharterProcedures& procedures, Binding binding,
                                       const OpeningBody& opening) {
    if (binding == Binding::kNothing || !opening.organ.empty()) return std::nullopt;
    const std::vector<json::Value>& named = named_for(procedures, binding);
    if (named.empty()) {
        if (opening.procedure.electorate.everybody) return std::nullopt;
        return unbinding_error("procedure.electorate",
                               "not everybody could vote: what binds all is decided by all",
                               "open a vote with {\"everybody\":true}, or put it to a body with the power");
    }
    if (std::ranges::find(named, opening.procedure_json) != named.end()) return std::nullopt;
    return unbinding_error("procedure",
                           fmt::format("'{}' is not one by which the charter lets {} be adopted: {}",
                                       opening.procedure.id, what_of(binding), ids_of(named)),
                           "comity proposal open without --procedure takes the charter's");
}

std::optional<Error> unbinding_vote(const CharterProcedures& procedures, Binding binding,
                                    const Tally& tally) {
    if (auto why = unbinding_opening(procedures, binding, tally.body)) return why;
    if (binding == Binding::kNothing) return std::nullopt;
    if (!tally.body.organ.empty()) {
        if (binding != Binding::kRule || !tally.put_to || tally.put_to->has_power("rules"))
            return std::nullopt;
        return unbinding_error("body",
                               fmt::format("the mandate of {} does not let it adopt rules", tally.put_to->id),
                               "put it to the community, or to a body with the power");
    }
    if (!named_for(procedures, binding).empty()) return std::nullopt;
    std::size_t yes = 0, no = 0;
    for (const RollCallLine& line : tally.roll_call) {
        if (line.recused) continue;
        yes += line.choice == Choice::kYes ? 1 : 0;
        no += line.choice == Choice::kNo ? 1 : 0;
    }
    if (2 * yes > tally.roll_call.size()) return std::nullopt;
    if (yes <= no) {
        return unbinding_error(
            "procedure.adopted",
            fmt::format("{} voted yes and {} no: what binds all needs more yes than no", yes, no),
            "one vote each, whatever the procedure counts by");
    }
    // Who sees to it that a ballot was late is whom the opener has named, so only yes votes show anything.
    if (tally.body.procedure.witnesses) {
        return unbinding_error(
            "procedure.witnesses",
            fmt::format("are not the charter's, and {} of {} voted yes: that is not more than half", yes,
                        tally.roll_call.size()),
            "leave them out, or let more than half of all members vote yes");
    }
    if (tally.closes - tally.opened >= kSafeDays * kDay) return std::nullopt;
    return unbinding_error(
        "closes",
        fmt::format("votes are open for less than {} days, and {} of {} voted yes: that is not more "
                    "than half",
                    kSafeDays, yes, tally.roll_call.size()),
        fmt::format("open a vote for {} days, or let more than half of all members vote yes", kSafeDays));
}

}  // namespace comity::governance
