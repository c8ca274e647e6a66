// The roll: who the members are and which keys speak for them, as governance has it from the statements. The
// ledger asks it whose signature counts; governance makes it (governance/roll.h: a fold over the set of
// statements, law 1).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "crypto/dsse.h"
#include "crypto/key_text.h"
#include "ledger/audience.h"

namespace comity::ledger {

// When an act counts: the whole second of the first checkpoint that held it, in any of the community's logs.
using Witnessed = std::int64_t;  // seconds since 1970; kNever: not revoked
inline constexpr Witnessed kNever = INT64_MAX;

struct MemberKey {
    crypto::NamedKey key;
    bool custody = false;  // held by a node on the member's behalf
    Witnessed from = 0;    // since when it is the member's; shown, and decides nothing: nodes' clocks differ
    Witnessed until = kNever;           // counts for statements witnessed until then, that second included
    Witnessed starts = 0;               // and not for those witnessed before
    std::vector<std::string> powers{};  // what it may sign (powers.h), sorted; empty: everything
    std::string person{};               // who holds it, as the member says

    // As a key that the member has then, for statements of the type. Whose custody it is in the statement
    // must say: that is not asked here.
    bool speaks_for(std::string_view type, Witnessed at) const;
    friend bool operator==(const MemberKey&, const MemberKey&) = default;
};

enum class StakeholderClass { kGovernment, kInternational, kCompany, kTechnical, kCivil, kCitizen };
std::string_view to_string(StakeholderClass stakeholder_class);  // "government", ...
Result<StakeholderClass> parse_stakeholder_class(std::string_view text, std::string where);

struct Member {
    std::string id;
    std::string name;
    StakeholderClass stakeholder_class = StakeholderClass::kCitizen;
    std::vector<MemberKey> keys;
    Witnessed admitted = 0;
    Witnessed left = kNever;
    // Who can give it a new key when its own are lost, and what is under way, as JSON (docs/formats.md,
    // "Recovery"); empty: nobody.
    std::string recovery{};
    friend bool operator==(const Member&, const Member&) = default;
};

struct Roll {
    Digest community;  // all zero: no charter yet
    std::string name;  // of the community
    std::string purpose;
    std::int64_t sponsors = 1;  // how many members must ask for a newcomer
    Witnessed founded_at = 0;
    std::string
        procedures{};  // by which rules and bodies are adopted, as the charter's JSON; empty: it names none
    std::map<std::string, Member, std::less<>> members;
    std::map<std::string, std::vector<std::string>, std::less<>> groups;  // "owner/name" -> members, sorted

    bool founded() const { return community != Digest{}; }
    const Member* find(std::string_view id) const;
    // The key that signed the envelope as one of the author's that counts at that time for statements of the
    // type; null: none does. Of several, one that may speak for itself before one in custody, and the one
    // that counts longest.
    const MemberKey* signer(const crypto::Envelope& envelope, std::string_view author, std::string_view type,
                            Witnessed at) const;
    std::vector<std::string> groups_of(std::string_view member) const;
    friend bool operator==(const Roll&, const Roll&) = default;
};

// A person of a member as a viewer, with the groups its member is in. For one who is no member: nobody in
// particular.
Viewer viewer_of(const Roll& roll, std::string_view member, std::string_view person, bool staff);

}  // namespace comity::ledger
