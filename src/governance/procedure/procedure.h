// A procedure: how a decision is made, as data. Read from JSON (read.h; docs/formats.md, "Procedures"),
// evaluated over votes (evaluate.h); real ones come with the program (presets.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "governance/procedure/rational.h"
#include "ledger/roll.h"
#include "log/policy.h"

namespace comity::governance {

// What is counted: sums of the five things an elector can do, or of what was objected.
using Quantity = unsigned;
inline constexpr Quantity kYesVotes = 1;
inline constexpr Quantity kNoReasoned = 2;  // no, with a reason given
inline constexpr Quantity kNoUnreasoned = 4;
inline constexpr Quantity kAbstentions = 8;
inline constexpr Quantity kAttendances = 16;  // there, and did not vote
inline constexpr Quantity kAbsences = 32;
inline constexpr Quantity kSustained = 64;   // objections that stand; never summed with the above
inline constexpr Quantity kAddressed = 128;  // objections that were answered
inline constexpr int kQuantities = 8;
inline constexpr Quantity kNoVotes = kNoReasoned | kNoUnreasoned;
inline constexpr Quantity kCast = kYesVotes | kNoVotes;
inline constexpr Quantity kPresent = kCast | kAbstentions | kAttendances;
inline constexpr Quantity kEverybody = kPresent | kAbsences;
std::string quantity_text(Quantity quantity);  // "yes", "cast", "yes + abstain"

// Who: everybody, or those of the classes, of the groups ("owner/name"), and the members named.
struct Selector {
    bool everybody = false;
    std::vector<ledger::StakeholderClass> classes;
    std::vector<std::string> groups;
    std::vector<std::string> members;
    bool takes(const std::string& member, ledger::StakeholderClass stakeholder_class,
               const std::vector<std::string>& in_groups) const;
};

// A part of the electorate that is counted for itself: a house, a class, the members with a veto.
struct House {
    std::string id;
    std::string title;
    Selector who;
};

// What a vote weighs where a condition counts by it. A table without figures is given when votes are opened.
struct WeightTable {
    std::string id;
    std::string title;
    std::vector<std::pair<std::string, std::int64_t>> of;  // by member; empty: given later
    std::optional<std::int64_t> find(std::string_view member) const;
};

enum class Comparison { kAtLeast, kMoreThan, kAtMost, kLessThan };
enum class Rounding { kNone, kDown, kUp, kNearest };  // of the threshold times its base, before `plus`

struct Condition {
    enum class Kind {
        kAll,       // all of `parts`
        kAny,       // one of `parts`
        kNot,       // not parts[0]
        kCompared,  // `of` against a threshold
        kDeclared,  // somebody whose office it is has declared `name`
        kEarlier,   // parts[0] where the earlier vote `name` was adopted, parts[1] where it was not
        kRound,     // this is at the latest the round-th vote on it
    };
    Kind kind = Kind::kAll;
    std::string title;
    std::vector<Condition> parts;
    std::string name;
    std::int64_t round = 1;

    Quantity of = kYesVotes;
    Quantity base = 0;  // 0: the threshold is a number, not a share
    int house = -1;     // index; -1: the whole electorate
    int weight = -1;    // index; -1: one each
    Comparison comparison = Comparison::kAtLeast;
    Rational threshold;
    int parameter = -1;  // index: the threshold is this one's value
    Rounding rounding = Rounding::kNone;
    std::int64_t plus = 0;  // "50 % + 1"
};

struct Parameter {  // a number that is known when votes are opened
    std::string id;
    std::string title;
    std::int64_t min = 0;
};

struct Earlier {  // a vote before this one, whose outcome chooses a condition
    std::string id;
    std::string title;
    std::string procedure;  // by which it is held
};

struct Phase {
    std::string id;
    std::int64_t min_days = 0;
    std::optional<std::int64_t> max_days;
    bool votes = false;  // votes are cast in it
};

struct Tie {
    enum class Then { kRejected, kRevote, kCastingVote };
    Then then = Then::kRejected;
    std::int64_t rounds = 1;  // of voting at the most; equal in the last: rejected
    std::int64_t within_hours = 0;
    std::string by;  // whose casting vote, as a declaration
};

struct Appeal {
    std::string to;
    std::int64_t within_days = 0;
};

struct Citation {
    std::string title;
    std::string url;
};

enum class Recusal { kLeavesElectorate, kAbstains };
enum class Binds { kAll, kAcceding };

// Choices between several: governance/choice/.
enum class ChoiceTies { kIdentifier, kUndecided };  // of equal options the first in their order, or none
struct ChoiceRule {
    std::string method;  // "approval", "schulze", "stv", "majority-judgment"
    std::int64_t seats = 1;
    ChoiceTies ties = ChoiceTies::kIdentifier;
    std::int64_t grades = 5;    // majority judgment: 1 is the best
    bool upper_median = false;  // majority judgment: of two medians the better
};

struct Procedure {
    std::string id;
    std::string title;
    std::vector<Citation> sources;
    std::string note;  // how the rule's text was taken where it leaves room
    Selector electorate;
    std::vector<House> houses;
    std::vector<WeightTable> weights;
    std::vector<Parameter> parameters;
    std::vector<Earlier> earlier;
    std::optional<Condition> quorum;
    std::optional<Condition> postponed;  // met: to be voted on again later
    std::optional<Condition> adopted;    // this or `choice`
    std::optional<ChoiceRule> choice;
    std::optional<Tie> tie;
    std::vector<Phase> phases;
    std::vector<Appeal> appeals;
    Recusal recusal = Recusal::kLeavesElectorate;
    Binds binds = Binds::kAll;
    std::optional<std::int64_t> max_proxies;  // that one member may hold; nothing: no proxies
    std::int64_t max_rounds = 1;              // how often it may be voted on
    // Whose word it is that a ballot was in by the close (ledger/quorum_time.h); nothing: that of the logs
    // that hold it.
    std::optional<log::Policy> witnesses;

    // What somebody whose office it is has to declare for it to be adopted, once each.
    std::vector<std::string> declarations() const;

    int house(std::string_view id) const;  // -1: none such
    int weight(std::string_view id) const;
    int parameter(std::string_view id) const;
    // Of whom the houses take; bit i: houses[i].
    std::uint32_t houses_of(const std::string& member, ledger::StakeholderClass stakeholder_class,
                            const std::vector<std::string>& in_groups) const;
};

}  // namespace comity::governance
