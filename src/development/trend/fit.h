// A curve fitted to a series by least squares (Levenberg and Marquardt's method within bounds), from several
// starts that depend on the data alone: the same series, the same fit.
#pragma once

#include <array>
#include <span>

#include "base/error.h"
#include "development/trend/models.h"

namespace comity::development {

struct Observed {
    double t = 0;  // years since the origin
    double value = 0;
};

struct CeilingBounds {
    double low = 0;   // of K
    double high = 0;  // at least low
};

struct Fit {
    Model model = Model::kLogistic;
    Parameters parameters{};
    std::array<bool, 3> at_bound{};  // held there by its bound: it takes no part in the errors
    std::size_t points = 0;
    double rss = 0;    // the residuals' sum of squares
    double sigma = 0;  // sqrt(rss / degrees)
    double degrees = 0;
    double aicc = 0;  // n ln(rss/n) + 2k + 2k(k+1)/(n-k-1), k = 4: three parameters and the variance
    // s^2 (J'J)^-1 over the free parameters; rows and columns of those at a bound are 0.
    std::array<std::array<double, 3>, 3> covariance{};

    double standard_error(std::size_t parameter) const;
};

// At least six points, in any order. kInvalid: too few of them, none above 0, or all alike; kInternal never.
Result<Fit> fit_model(Model model, std::span<const Observed> points, const CeilingBounds& ceiling);

}  // namespace comity::development
