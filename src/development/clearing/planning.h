// A plan out of the board: which needs and offers take part, what each group's floor is measured by, and the
// plan with what a reader wants to know of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "development/allocation/make_plan.h"
#include "development/clearing/board.h"
#include "development/clearing/circle.h"
#include "development/observatory/membership.h"

namespace comity::development {

struct PlanPolicy {
    Fairness fairness = Fairness::kShare;
    double keep = 1;
    // Groups that floors are for: those of all these schemes and "other", for places in none.
    std::vector<MembershipBody> schemes{};
    std::map<std::string, double> weights{};  // of groups; 1 where nothing is said
    std::map<std::string, double> sizes{};    // likewise
    std::map<std::string, double>
        priority{};           // what a person in it counts: of a need the greatest of its groups
    std::optional<Day> at{};  // leaves out what ended before; nothing: all take part
    std::string kind{};       // only of this kind and the funds that pay for it; empty: all
};

// Who takes no part, and why.
struct LeftOut {
    std::string what;  // "need", "offer"
    std::string ref;
    std::string why;
};

struct Planning {
    PlanProblem problem;  // sorted
    std::vector<LeftOut> left_out;
    // Amounts that choices and commitments have taken already, by need and offer: they stand, and the plan is
    // of the rest.
    std::vector<Taken> taken;
};
// kInvalid: a weight or size names no group.
Result<Planning> planning_of(const std::vector<StatedNeed>& needs, const std::vector<StatedOffer>& offers,
                             const Circle& circle, const PlanPolicy& policy);

}  // namespace comity::development
