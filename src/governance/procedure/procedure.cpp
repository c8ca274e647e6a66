#include "governance/procedure/procedure.h"

#include <algorithm>

namespace comity::governance {
namespace {

template <typename T>
int index_of(const std::vector<T>& list, std::string_view id) {
    const auto at = std::ranges::find(list, id, &T::id);
    return at == list.end() ? -1 : static_cast<int>(at - list.begin());
}

void add_declarations(const Condition& condition, std::vector<std::string>& names) {
    if (condition.kind == Condition::Kind::kDeclared &&
        std::ranges::find(names, condition.name) == names.end())
        names.push_back(condition.name);
    for (const Condition& part : condition.parts) add_declarations(part, names);
}

}  // namespace

std::vector<std::string> Procedure::declarations() const {
    std::vector<std::string> names;
    for (const auto* condition : {&quorum, &postponed, &adopted}) {
        if (*condition) add_declarations(**condition, names);
    }
    return names;
}

std::string quantity_text(Quantity quantity) {
    struct Word {
        Quantity of;
        std::string_view word;
    };
    // The widest first, so that a sum is told in as few words as it can be.
    constexpr Word kNames[] = {{kEverybody, "all"},
                               {kPresent, "present"},
                               {kCast, "cast"},
                               {kNoVotes, "no"},
                               {kYesVotes, "yes"},
                               {kNoReasoned, "no with reasons"},
                               {kNoUnreasoned, "no without reasons"},
                               {kAbstentions, "abstain"},
                               {kAttendances, "not voting"},
                               {kAbsences, "absent"},
                               {kSustained, "sustained objections"},
                               {kAddressed, "answered objections"}};
    if (quantity == (kEverybody & ~kYesVotes)) return "not yes";
    std::string text;
    for (const Word& word : kNames) {
        if ((quantity & word.of) != word.of) continue;
        if (!text.empty()) text += " + ";
        text += word.word;
        quantity &= ~word.of;
    }
    return text;
}

bool Selector::takes(const std::string& member, ledger::StakeholderClass stakeholder_class,
                     const std::vector<std::string>& in_groups) const {
    const auto in = [](const auto& list, const auto& what) {
        return std::ranges::find(list, what) != list.end();
    };
    return everybody || in(classes, stakeholder_class) || in(members, member) ||
           std::ranges::any_of(in_groups, [&](const std::string& group) { return in(groups, group); });
}

std::optional<std::int64_t> WeightTable::find(std::string_view member) const {
    const auto at =
        std::ranges::find(of, member, [](const auto& row) { return std::string_view(row.first); });
    return at == of.end() ? std::nullopt : std::optional(at->second);
}

int Procedure::house(std::string_view wanted) const {
    return index_of(houses, wanted);
}
int Procedure::weight(std::string_view wanted) const {
    return index_of(weights, wanted);
}
int Procedure::parameter(std::string_view wanted) const {
    return index_of(parameters, wanted);
}
std::uint32_t Procedure::houses_of(const std::string& member, ledger::StakeholderClass stakeholder_class,
                                   const std::vector<std::string>& in_groups) const {
    std::uint32_t taken = 0;
    for (std::size_t i = 0; i < houses.size(); ++i) {
        if (houses[i].who.takes(member, stakeholder_class, in_groups)) taken |= 1u << i;
    }
    return taken;
}

}  // namespace comity::governance
