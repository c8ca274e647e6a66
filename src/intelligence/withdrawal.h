// intelligence.withdrawal: the author takes back objects that it shared. A tombstone: every copy by the same
// author that was witnessed up to it is shown to nobody any more, at no door, whichever of the two came here
// first (law 1). What others shared of the same object stays, and so does what the author shares later.
//
//     body {"withdrawn":[{"id":"<STIX id>","version"?:"<RFC 3339>"}, ...], "reason"?: 1 to 2000 bytes}
//         1 to 500 objects; without a version all versions of the object are meant
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "intelligence/stix/identifier.h"
#include "json/value.h"

namespace comity::intelligence {

inline constexpr std::string_view kWithdrawal = "intelligence.withdrawal";
inline constexpr std::size_t kMaxWithdrawn = 500;  // objects in one statement: its envelope must hold them

struct Withdrawn {
    ObjectId id;
    std::optional<Time> version;  // nothing: all of them

    friend auto operator<=>(const Withdrawn&, const Withdrawn&) = default;
};

struct WithdrawalBody {
    std::vector<Withdrawn> objects;
    std::string reason;
};

// kInvalid with the field.
Result<WithdrawalBody> parse_withdrawal(const json::Value& body);
json::Object withdrawal_json(const WithdrawalBody& withdrawal);

// The condition that a row `i` of intelligence_objects is not withdrawn: every query that shows objects has
// it. Where a share and a withdrawal are witnessed in the same second, the author's own times say which of
// its two acts was the later.
inline constexpr std::string_view kNotWithdrawn =
    "(i.contested = 0 OR NOT EXISTS(SELECT 1 FROM intelligence_withdrawn w "
    "JOIN statements ws ON ws.seq = w.seq JOIN statements os ON os.seq = i.seq "
    "WHERE w.uuid = i.uuid AND w.type = i.type AND ws.author = os.author "
    "AND (w.version IS NULL OR w.version = i.version) "
    "AND (os.witnessed < ws.witnessed OR (os.witnessed = ws.witnessed AND os.issued <= ws.issued))))";

}  // namespace comity::intelligence
