// What is proved of policies before they are voted on, by Z3 (Debian's libz3): over all acts that there could
// be, not over those that there were.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "governance/rules/policy.h"

namespace comity::governance {

struct NamedPolicy {
    std::string name;  // "DS-1"
    const RulePolicy* policy = nullptr;
};

struct Concern {
    enum class Kind {
        kNobodyCan,      // the action is refused to everybody: a lockout
        kClassCannot,    // to everybody of one class
        kNeverApplies,   // a clause that no act can meet
        kNeverPermits,   // a permission that others always overrule
        kContradiction,  // one permits what another forbids (what forbids goes before)
        kUndecided,      // the prover gave up
    };
    Kind kind = Kind::kUndecided;
    std::string text;      // one clause
    json::Object example;  // an act that shows it (parse_request); empty where there is none
};
std::string_view to_string(Concern::Kind kind);  // "nobody-can", ...

// Of `policy` beside `others`, which are in force without it. What was so before is not told: a class that
// could not do a thing anyway. Sound: what is told is so. Each question is given five seconds.
std::vector<Concern> analyse(const NamedPolicy& policy, std::span<const NamedPolicy> others);
json::Array concerns_json(std::span<const Concern> concerns);

}  // namespace comity::governance
