// What governance's statements say of keys: a member's own, those of delegates with their powers and terms,
// and those of the officers who can give it a new one. docs/formats.md, "Governance", "Delegates" and
// "Recovery". Whether an act has effect is the fold's to say (fold.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/fields.h"
#include "ledger/powers.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kKeyAddition = "governance.key-addition";
inline constexpr std::string_view kKeyRevocation = "governance.key-revocation";
inline constexpr std::string_view kRecovery = "governance.recovery";
using ledger::kRecoveryRequest;
inline constexpr std::string_view kRecoveryVeto = "governance.recovery-veto";

struct KeyBody {
    crypto::NamedKey key;  // named after its member
    bool custody = false;
    friend bool operator==(const KeyBody&, const KeyBody&) = default;
};

// {"person","powers":[...],"from","until"}: what a delegate's key may sign, and in which seconds.
struct DelegateBody {
    std::string person;
    std::vector<std::string> powers;  // sorted
    ledger::Witnessed from = 0;       // the first second; 0: at once
    ledger::Witnessed until = 0;      // the last
};

struct KeyAdditionBody {
    KeyBody key;
    std::optional<DelegateBody> delegate;  // nothing: it may sign everything
};

struct OfficerBody {
    std::string person;
    crypto::NamedKey key;
};

// {"officers":[{"person","key"}],"threshold":K,"wait_hours":H}
struct RecoveryBody {
    std::vector<OfficerBody> officers;  // none: nobody can any more
    std::int64_t threshold = 0;         // how many of them; fewer than there are
    std::int64_t wait_hours = 72;       // before what they ask for takes effect
};
inline constexpr std::int64_t kMaxWaitHours = 24 * 30;

// {"key":"<vkey>","custody":false}, named after the member where one is given.
Result<KeyBody> parse_key_body(const json::Value& value, std::string_view member, std::string path);

Result<KeyAdditionBody> parse_key_addition(const ledger::Statement& statement);  // {"key":{...},"delegate"?}
Result<crypto::NamedKey> parse_key_revocation(const json::Value& body);          // {"key":"<vkey>","reason"?}
Result<RecoveryBody> parse_recovery(const ledger::Statement& statement);
Result<crypto::NamedKey> parse_recovery_request(const ledger::Statement& statement);  // {"key","reason"?}
Result<crypto::NamedKey> parse_recovery_veto(const ledger::Statement& statement);     // {"key","reason"?}

// What its author would want to be told before it is logged: that the act on keys would have no effect.
// kRefused.
Result<void> check_key_effect(const ledger::Statement& statement, const ledger::Roll& roll);

json::Object recovery_json(const RecoveryBody& recovery);

}  // namespace comity::governance
