// Procedures by which nothing can be decided: tried on an electorate of the kinds that they name.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "governance/procedure/read.h"

namespace comity::governance {
namespace {

constexpr std::size_t kOfEachKind = 100;  // members of a class or a group, where nobody knows how many

// So many of each class, each group and all members that it names, each in the houses that take it.
std::vector<Elector> trial_electorate(const Procedure& procedure) {
    using ledger::StakeholderClass;
    std::vector<Elector> electors;
    const auto add = [&](const std::string& id, StakeholderClass stakeholder_class,
                         const std::vector<std::string>& groups) {
        Elector elector;
        elector.id = id;
        elector.houses = procedure.houses_of(id, stakeholder_class, groups);
        for (const WeightTable& table : procedure.weights)
            elector.weights.push_back(table.of.empty() ? 1 : table.find(id).value_or(0));
        electors.push_back(std::move(elector));
    };
    const Selector& who = procedure.electorate;
    std::set<std::string> members(who.members.begin(), who.members.end());
    std::set<std::string> groups(who.groups.begin(), who.groups.end());
    if (who.everybody) {
        for (const House& house : procedure.houses) {
            members.insert(house.who.members.begin(), house.who.members.end());
            groups.insert(house.who.groups.begin(), house.who.groups.end());
        }
    }
    // Of which class a member is that is named alone, a procedure does not know: it may be of any that a
    // house takes.
    std::set<StakeholderClass> named_classes;
    std::vector<std::string> named_groups;
    for (const House& house : procedure.houses) {
        if (who.everybody) break;
        named_classes.insert(house.who.classes.begin(), house.who.classes.end());
        named_groups.insert(named_groups.end(), house.who.groups.begin(), house.who.groups.end());
    }
    if (named_classes.empty()) named_classes.insert(StakeholderClass::kCitizen);
    for (const std::string& member : members) {
        for (const StakeholderClass stakeholder_class : named_classes)
            add(member, stakeholder_class, named_groups);
    }
    for (const std::string& group : groups) {
        for (std::size_t i = 0; i < kOfEachKind; ++i)
            add(fmt::format("{} {}", group, i), StakeholderClass::kCitizen, {group});
    }
    const bool tables =
        std::ranges::any_of(procedure.weights, [](const auto& table) { return !table.of.empty(); });
    if (tables && !members.empty()) return electors;
    for (const StakeholderClass stakeholder_class :
         {StakeholderClass::kGovernment, StakeholderClass::kInternational, StakeholderClass::kCompany,
          StakeholderClass::kTechnical, StakeholderClass::kCivil, StakeholderClass::kCitizen}) {
        if (!who.takes("", stakeholder_class, {})) continue;
        for (std::size_t i = 0; i < kOfEachKind; ++i)
            add(fmt::format("{} {}", ledger::to_string(stakeholder_class), i), stakeholder_class, {});
    }
    return electors;
}

void declare(const Condition& condition, bool declared, Circumstances& circumstances) {
    if (condition.kind == Condition::Kind::kDeclared) circumstances.declarations[condition.name] = declared;
    for (const Condition& part : condition.parts) declare(part, declared, circumstances);
}

// All of them for it, or all against it.
Verdict unanimous(const Procedure& procedure, std::vector<Elector>& electors, Circumstances circumstances,
                  bool yes) {
    for (Elector& elector : electors) {
        elector.choice = yes ? Choice::kYes : Choice::kNo;
        elector.reasoned = true;
        elector.objects = !yes;
        elector.addressed = false;
        elector.recused = false;
    }
    if (procedure.adopted) declare(*procedure.adopted, yes, circumstances);
    return evaluate(procedure, electors, circumstances);
}

}  // namespace

Result<void> check_possible(const Procedure& procedure, const std::string& path) {
    std::vector<Elector> electors = trial_electorate(procedure);
    const std::string place = path.empty() ? "" : path + ".";
    for (std::size_t i = 0; i < procedure.houses.size(); ++i) {
        if (std::ranges::none_of(electors, [&](const Elector& e) { return (e.houses >> i & 1) != 0; })) {
            return invalid(fmt::format("{}houses[{}].who", place, i), "takes nobody of the electorate",
                           "who votes must be of both");
        }
    }
    Circumstances circumstances;
    for (const Parameter& parameter : procedure.parameters)
        circumstances.parameters[parameter.id] = parameter.min;
    // Every way in which the earlier votes can have ended.
    for (unsigned outcomes = 0; outcomes < 1u << procedure.earlier.size(); ++outcomes) {
        for (std::size_t i = 0; i < procedure.earlier.size(); ++i)
            circumstances.earlier[procedure.earlier[i].id] = (outcomes >> i & 1) != 0;
        const Verdict best = unanimous(procedure, electors, circumstances, true);
        if (best.quorum && !best.quorum->met)
            return invalid(place + "quorum", "is out of reach though all vote yes: " + best.why);
        if (!procedure.adopted) return {};
        if (best.outcome != Outcome::kAdopted)
            return invalid(place + "adopted", "nothing is adopted though all vote yes: " + best.why);
        const Verdict worst = unanimous(procedure, electors, circumstances, false);
        if (worst.outcome == Outcome::kAdopted) {
            return invalid(place + "adopted", "is met though all vote no and object",
                           "say how many yes it needs, or that objections stop it");
        }
    }
    return {};
}

Result<void> check_reachable(const Procedure& procedure, std::span<const Elector> electors,
                             const Circumstances& circumstances) {
    std::vector<Elector> copy(electors.begin(), electors.end());
    const Verdict best = unanimous(procedure, copy, circumstances, true);
    if (best.quorum && !best.quorum->met)
        return invalid("quorum", fmt::format("these {} electors cannot reach it: {}", copy.size(), best.why));
    if (procedure.adopted && best.outcome != Outcome::kAdopted)
        return invalid("adopted",
                       fmt::format("these {} electors cannot adopt anything: {}", copy.size(), best.why));
    return {};
}

Result<void> check_no_circle(const Procedure& procedure,
                             const std::function<const Procedure*(std::string_view)>& find) {
    std::vector<std::string> way{procedure.id};
    const std::function<Result<void>(const Procedure&)> walk = [&](const Procedure& at) -> Result<void> {
        for (const Earlier& earlier : at.earlier) {
            way.push_back(earlier.procedure);
            if (std::ranges::find(way.begin(), way.end() - 1, earlier.procedure) != way.end() - 1) {
                return invalid("earlier", fmt::format("goes round: {}", fmt::join(way, " -> ")),
                               "an earlier vote must be held by a procedure that does not ask for this one");
            }
            if (const Procedure* next = find(earlier.procedure)) COMITY_CHECK(walk(*next));
            way.pop_back();
        }
        return {};
    };
    return walk(procedure);
}

}  // namespace comity::governance
