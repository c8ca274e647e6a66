#include "ledger/roll.h"

#include <algorithm>
#include <array>

#include "ledger/powers.h"

namespace comity::ledger {
namespace {
constexpr std::array<std::string_view, 6> kClasses = {"government", "international", "company",
                                                      "technical",  "civil",         "citizen"};
}

std::string_view to_string(StakeholderClass stakeholder_class) {
    return kClasses[static_cast<std::size_t>(stakeholder_class)];
}

Result<StakeholderClass> parse_stakeholder_class(std::string_view text, std::string where) {
    for (std::size_t i = 0; i < kClasses.size(); ++i) {
        if (text == kClasses[i]) return static_cast<StakeholderClass>(i);
    }
    return invalid(std::move(where), "'" + std::string(text) + "' is no stakeholder class",
                   "use government, international, company, technical, civil or citizen");
}

const Member* Roll::find(std::string_view id) const {
    const auto it = members.find(id);
    return it == members.end() ? nullptr : &it->second;
}

bool MemberKey::speaks_for(std::string_view type, Witnessed at) const {
    return at >= starts && at <= until &&
           (powers.empty() ? type != kRecoveryRequest : has_power(powers, type));
}

const MemberKey* Roll::signer(const crypto::Envelope& envelope, std::string_view author,
                              std::string_view type, Witnessed at) const {
    const Member* member = find(author);
    if (member == nullptr || at > member->left) return nullptr;
    const MemberKey* best = nullptr;
    for (const MemberKey& key : member->keys) {
        const auto rank = [](const MemberKey& k) { return std::pair(!k.custody, k.until); };
        if (!key.speaks_for(type, at) || (best != nullptr && rank(key) <= rank(*best))) continue;
        if (crypto::signed_by(envelope, key.key)) best = &key;
    }
    return best;
}

std::vector<std::string> Roll::groups_of(std::string_view member) const {
    std::vector<std::string> found;
    for (const auto& [group, list] : groups) {
        if (std::ranges::binary_search(list, member, std::less<>())) found.push_back(group);
    }
    return found;
}

Viewer viewer_of(const Roll& roll, std::string_view member, std::string_view person, bool staff) {
    const Member* found = roll.find(member);
    if (found == nullptr || found->left != kNever) return {};
    return {std::string(member), std::string(person), staff, roll.groups_of(member)};
}

}  // namespace comity::ledger
