// The problem as a flow, where there are no floors, no prices, and one lot for all: then lots are whole in
// the best plan of all, and it is found much faster than by a linear program. By LEMON's network simplex.
#pragma once

#include "development/allocation/program.h"

namespace comity::development {

bool is_matching(const PlanProblem& problem);
// Most of sum(weight x people), in whole lots. The problem must be one (is_matching).
Result<Fractions> match(const PlanProblem& problem);

}  // namespace comity::development
