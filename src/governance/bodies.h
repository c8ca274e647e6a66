// What governance's statements say: their bodies as values. Parsing checks the form; docs/formats.md,
// "Statement types", describes them. Whether an act has effect is the fold's to say (fold.h).
#pragma once

#include <string>
#include <vector>

#include "governance/key_bodies.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kCharter = "governance.charter";
inline constexpr std::string_view kAdmission = "governance.admission";
inline constexpr std::string_view kDeparture = "governance.departure";
inline constexpr std::string_view kGroup = "governance.group";

// {"id","name","class","keys":[{"key":"<vkey>","custody":false}]}
struct MemberBody {
    std::string id;
    std::string name;
    ledger::StakeholderClass stakeholder_class = ledger::StakeholderClass::kCitizen;
    std::vector<KeyBody> keys;
    friend bool operator==(const MemberBody&, const MemberBody&) = default;
};

// {"name","purpose","admission":{"sponsors":N},"members":[...],"procedures":{...}}: how many members must ask
// for a newcomer to be admitted, and by which procedures rules and bodies are adopted (charter/procedures.h).
struct CharterBody {
    std::string name;
    std::string purpose;
    std::int64_t sponsors = 1;
    std::vector<MemberBody> members;
    json::Object procedures{};  // as the charter has them; empty: it names none
};

struct GroupBody {
    std::string name;  // within the author's own: the group is "author/name"
    std::vector<std::string> members;
};

// The types from which the roll is made.
inline constexpr std::string_view kRollTypes[] = {kCharter,       kAdmission,       kKeyAddition,
                                                  kKeyRevocation, kDeparture,       kGroup,
                                                  kRecovery,      kRecoveryRequest, kRecoveryVeto};
bool makes_roll(std::string_view type);

Result<CharterBody> parse_charter(const json::Value& body);
Result<MemberBody> parse_admission(const json::Value& body);  // {"member":{...}}
Result<void> parse_departure(const json::Value& body);        // {"reason"?}
Result<GroupBody> parse_group(const json::Value& body);       // {"name","members":[...]}

json::Object charter_json(const CharterBody& charter);
json::Object member_json(const MemberBody& member);

}  // namespace comity::governance
