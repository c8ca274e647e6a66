#include "governance/charter/procedures.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/forms.h"
#include "governance/voting/tally.h"

namespace comity::governance {
namespace {

std::string ids_of(const std::vector<json::Value>& procedures) {
    std::string ids;
    for (const json::Value& one : procedures) {
        if (!ids.empty()) ids += ", ";
        ids += std::string_view(one.at("id").as_string());
    }
    return ids;
}

std::string_view what_of(Binding binding) {
    if (binding == Binding::kTheCharter) return "itself";
    return binding == Binding::kRule ? "rules" : "bodies";
}

Error unbinding_error(std::string where, std::string what, std::string mend) {
    return {ErrorKind::kRefused, "opening." + std::move(where), std::move(what), std::move(mend)};
}

}  // namespace

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
    take("charter", procedures.charter);
    return procedures;
}

Binding binding_of(const ProposalBody& text) {
    if (text.charter) return Binding::kTheCharter;
    if (text.rule) return Binding::kRule;
    if (!text.organ) return Binding::kNothing;
    return std::ranges::find(text.organ->powers, "rules") == text.organ->powers.end() ? Binding::kBody
                                                                                      : Binding::kRule;
}

const std::vector<json::Value>& named_for(const CharterProcedures& procedures, Binding binding) {
    if (binding == Binding::kTheCharter) return procedures.charter;
    return binding == Binding::kBody && !procedures.bodies.empty() ? procedures.bodies : procedures.rules;
}

std::optional<Error> unbinding_opening(const CharterProcedures& procedures, Binding binding,
                                       const OpeningBody& opening) {
    if (binding == Binding::kNothing) return std::nullopt;
    if (!opening.organ.empty()) {
        if (binding != Binding::kTheCharter) return std::nullopt;
        return unbinding_error("body", "was asked: no body amends the charter", "put it to the community");
    }
    const std::vector<json::Value>& named = named_for(procedures, binding);
    if (named.empty()) {
        // They could be silent for ever, and what hangs on this vote with them.
        if (opening.procedure.witnesses) {
            return unbinding_error("procedure.witnesses",
                                   "are not the charter's: others would wait for whom the opener has chosen",
                                   "leave them out, or have the charter name the procedure with them");
        }
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
    const std::size_t all = tally.roll_call.size();
    std::size_t yes = 0, no = 0;
    for (const RollCallLine& line : tally.roll_call) {
        if (line.recused) continue;
        yes += line.choice == Choice::kYes ? 1 : 0;
        no += line.choice == Choice::kNo ? 1 : 0;
    }
    if (binding == Binding::kTheCharter) {
        if (3 * yes >= 2 * all) return std::nullopt;
        return unbinding_error("procedure.adopted",
                               fmt::format("{} of {} voted yes: to amend a charter that names no procedure "
                                           "for it takes two thirds of all members",
                                           yes, all),
                               "those who said nothing count as no");
    }
    if (2 * yes > all) return std::nullopt;
    if (yes <= no) {
        return unbinding_error(
            "procedure.adopted",
            fmt::format("{} voted yes and {} no: what binds all needs more yes than no", yes, no),
            "one vote each, whatever the procedure counts by");
    }
    if (tally.closes - tally.opened >= kSafeDays * kDay) return std::nullopt;
    return unbinding_error(
        "closes",
        fmt::format("votes are open for less than {} days, and {} of {} voted yes: that is not more "
                    "than half",
                    kSafeDays, yes, all),
        fmt::format("open a vote for {} days, or let more than half of all members vote yes", kSafeDays));
}

}  // namespace comity::governance
