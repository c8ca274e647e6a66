// The part of a rule that the software keeps: which acts it forbids and permits, as a typed document
// (docs/formats.md, "Policies"). Closed: no loops, no input or output, nothing that is not named here; what
// is not known is refused. It is decided in a time that grows with its size, and alike on every machine.
//
// An act is allowed unless a rule in force forbids it. Where a rule has closed an action, it is allowed only
// if a rule permits it. What forbids goes before what permits, in whatever order the rules came.
//
// No rule can touch the core: all that governance's statements do (to propose, to vote, to object, to appeal,
// to accede, to leave, to change one's keys) and what keeps logs honest. Reading the log is no act at all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::governance {

enum class Attribute {
    kAuthor,         // the member's id
    kClass,          // its stakeholder class
    kGroups,         // the groups that it is in, "owner/name"
    kTlp,            // the statement's label, from clear to red
    kReaders,        // the members that the audience names
    kReaderGroups,   // the groups that the audience names
    kCustody,        // signed by a node on the member's behalf
    kObjects,        // how many objects it carries
    kAttachments,    // how many attachments
    kAt,             // when, in seconds: the log's time, not the author's
    kPurpose,        // body.purpose; empty where it says none
    kRetentionDays,  // body.retention_days; kNoLimit where it says none
};
inline constexpr std::int64_t kNoLimit = INT64_MAX;
enum class AttributeType { kText, kClass, kSet, kLabel, kTruth, kNumber, kTime };
AttributeType type_of(Attribute attribute);
std::string_view to_string(Attribute attribute);  // "author", ..., "retention_days"

// A condition on an act.
struct Test {
    enum class Kind { kAll, kAny, kNot, kCompared };
    enum class Operator {
        kIn,       // text, class, label, truth: it is one of `texts` (of a truth: of `number`)
        kHas,      // set: it holds one of `texts`
        kAtLeast,  // number, label (its place from clear, 0), time
        kAtMost,   // number, label
        kBefore,   // time
    };
    Kind kind = Kind::kAll;
    std::vector<Test> parts;
    Attribute attribute = Attribute::kAuthor;
    Operator op = Operator::kIn;
    std::vector<std::string> texts;
    std::int64_t number = 0;
    friend bool operator==(const Test&, const Test&) = default;
};

struct Clause {
    bool forbids = true;  // else it permits
    std::string title;    // what a refusal says
    std::vector<std::string> actions;
    std::optional<Test> when, unless;  // nothing: always, never
    friend bool operator==(const Clause&, const Clause&) = default;
};

// What a node may tell of hits that members let be counted only (intelligence/hit/private_count.h): of so
// many members at the least, with noise of that scale. A rule can ask for more than there is without one, and
// not for less.
struct CountTerms {
    std::int64_t least = 5;
    std::int64_t noise = 1;
    friend bool operator==(const CountTerms&, const CountTerms&) = default;
};

struct RulePolicy {
    std::vector<std::string> closed;  // actions that are allowed only where they are permitted
    std::vector<Clause> clauses;      // none only where there is something of what follows
    std::optional<CountTerms> counts;
    bool drops_liars = false;  // a witness that has lied does not count for votes (ledger::Liars)
    friend bool operator==(const RulePolicy&, const RulePolicy&) = default;
};

// kInvalid with the place: an unknown field, an attribute compared with what it is not, an action of the
// core.
Result<RulePolicy> parse_policy(const json::Value& value, const std::string& path);

// "intelligence.share", or "intelligence.*" for every action of a pillar.
bool action_matches(std::string_view pattern, std::string_view action);
// Is the action of the core?
bool untouchable(std::string_view action);

// An act as policies see it.
struct ActRequest {
    std::string action;  // the statement's type
    std::string author;
    ledger::StakeholderClass stakeholder_class = ledger::StakeholderClass::kCitizen;
    std::vector<std::string> groups;
    ledger::Tlp tlp = ledger::Tlp::kClear;
    std::vector<std::string> readers, reader_groups;
    bool custody = false;
    std::int64_t objects = 0;
    std::int64_t attachments = 0;
    ledger::Witnessed at = 0;
    std::string purpose;
    std::int64_t retention_days = kNoLimit;
};
// Of one who is no member: nothing.
std::optional<ActRequest> request_of(const ledger::Statement& statement, const ledger::Roll& roll,
                                     ledger::Witnessed at);
// {"action","author","class","groups","tlp","readers","reader_groups","custody","objects","attachments","at",
// "purpose","retention_days"}; what is left out has the value above.
Result<ActRequest> parse_request(const json::Value& value, const std::string& path);
json::Object request_json(const ActRequest& request);

bool holds(const Test& test, const ActRequest& request);
bool applies(const Clause& clause, const ActRequest& request);

// What policies say together. `rule` is the number of the policy in the list, `clause` that in it; -1: none
// (allowed because nothing forbids, or refused because the action is closed by `rule` and nothing permits).
struct Ruling {
    bool allowed = true;
    int rule = -1;
    int clause = -1;
    friend bool operator==(const Ruling&, const Ruling&) = default;
};
// `policies`: those that bind the author now. The first that forbids is named.
Ruling decide(std::span<const RulePolicy* const> policies, const ActRequest& request);

}  // namespace comity::governance
