// Whole lots out of fractions of them: rounded down, then given out again by what they are worth above their
// prices, then exchanged while that gains; then floors that are missed are mended by taking from groups that
// are above theirs, or less below. What is lost by it shows against the bound.
#pragma once

#include "development/allocation/program.h"

namespace comity::development {

// By pair, amounts above 0. `floors` are what is to be kept (times keep already); `factors` as in check.h.
std::vector<PlanAssignment> round_to_lots(const PlanProblem& problem, const Fractions& fractions,
                                          const std::vector<double>& factors,
                                          const std::vector<double>& floors);

}  // namespace comity::development
