// A member's part in rounds of counting (count_round.h), as far as its node carries it: local tables, no
// statements. What is signed is kept before it is said, so that a round is joined once and contributed to
// once, whatever dies when and however many servers share a database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "crypto/agreement.h"
#include "db/database.h"
#include "intelligence/hit/count_week.h"

namespace comity::intelligence {

enum class CountStep {
    kJoins = 0,        // the key's statement is signed and to be said
    kJoined = 1,       // it is said
    kContributes = 2,  // the contribution is signed and to be said; the secret is gone
    kContributed = 3,  // it is said
    kPassed = 4,       // nothing more is said of this week
};

struct CountPart {
    std::string member;
    CountWeek week;
    CountStep step = CountStep::kJoins;
    std::optional<crypto::AgreementSecret> secret;  // kJoins, kJoined
    Digest key;                                     // the statement that says the key
    std::string envelope;                           // kJoins, kContributes
    std::string object;                             // kContributes
};

// A new part, kJoins. False: there is one of that member and week already.
Result<bool> add_count_part(db::Transaction& tx, const CountPart& part);
// All that are at none of the last two steps, by week and member.
Result<std::vector<CountPart>> open_count_parts(db::Session& session);
// The member's part in the week; nothing where it has none here.
Result<std::optional<CountPart>> count_part_of(db::Session& session, std::string_view member, CountWeek week);
// Goes on from the step it is at to a later one, with what belongs there; the secret stays for kJoined only.
// False: another server was faster.
Result<bool> go_on(db::Transaction& tx, const CountPart& from, CountStep to, std::string_view envelope = {},
                   std::string_view object = {});

// For the migrations of hits.
inline constexpr std::string_view kHitRoundsTable = R"(
    CREATE TABLE hit_rounds(
        member TEXT NOT NULL,
        week INTEGER NOT NULL,
        step INTEGER NOT NULL,
        secret BLOB,
        key BLOB NOT NULL,
        envelope TEXT NOT NULL,
        object TEXT NOT NULL,
        PRIMARY KEY(member, week)
    );
    CREATE INDEX hit_rounds_by_step ON hit_rounds(step, week);
)";

}  // namespace comity::intelligence
