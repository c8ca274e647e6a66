// How far an object is believed now: what its producer stated, less what time has taken, more what members
// have sighted, less what members have reported to be false. Counted per member, so that no one speaks louder
// by speaking often, and of what the reader may read, as everything.
//
//     c  = the stated confidence, or 50 where none is stated
//     c0 = before valid_from: c. From valid_until on: 0. Between, c x (end - now) / (end - begin), rounded to
//          the nearest number, in whole seconds; begin: valid_from; end: valid_until, and without it 180 days
//          after the later of valid_from and modified. Without valid_from (what is no indicator): c
//     c1 = c0 + floor((100 - c0) x s / (s + 4)), s: members that have sighted it; where c0 is 0: 0
//     c2 = floor(c1 x 2 / (2 + f)), f: members whose last opinion of it is disagree or strongly-disagree
//
// A member counts in s once, however many sightings it shared, and not at all while it counts in f. Revoked
// sightings and opinions count nothing; a revoked object has 0.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "intelligence/search/search.h"

namespace comity::intelligence::search {

inline constexpr int kUnstated = 50;
inline constexpr int kLifetimeDays = 180;

struct Verdicts {
    struct OfMember {
        std::string member;
        std::int64_t sightings = 0;     // the sum of its sightings' counts
        std::string opinion;            // its last; empty: none
        std::optional<Time> sighted{};  // when it saw it last, as it says; else, when it said so
        bool disagrees() const { return opinion == "disagree" || opinion == "strongly-disagree"; }
    };
    std::vector<OfMember> members;  // by name
    bool more = false;              // too many to count them all
    std::int64_t sighted_by() const;
    std::int64_t false_by() const;
    std::optional<Time> last_sighted() const;  // by those that sighted_by() counts
};

// c2 of the formula.
int confidence_now(const Facts& facts, const ObjectRow& row, const Verdicts& verdicts, Time now);

// What members say of each of these objects, as far as the reader may read it. Reads `most` sightings and
// opinions at the most; where there are more, Verdicts::more says so.
inline constexpr std::size_t kUsualVerdicts = 10'000;
Result<std::map<std::string, Verdicts>> find_verdicts(db::Session& session, const ledger::Readable& readable,
                                                      std::span<const std::string> ids,
                                                      std::size_t most = kUsualVerdicts);

}  // namespace comity::intelligence::search
