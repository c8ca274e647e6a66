// Student's t distribution.
#pragma once

namespace comity::development {

// The value that t stays below with probability p (0 < p < 1), for that many degrees of freedom (at least 1),
// to ten digits.
double student_quantile(double p, double degrees);

}  // namespace comity::development
