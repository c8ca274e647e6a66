#include "development/trend/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace comity::development {
namespace {

constexpr std::size_t kLeastPoints = 6;
constexpr int kMostSteps = 500;
constexpr int kFirstSteps = 40;        // of each start, to see which are worth more
constexpr double kRoughly = 1e-6;      // what a step must gain to be worth another, there
constexpr std::size_t kPromising = 4;  // that are followed to their end
constexpr double kInfinite = std::numeric_limits<double>::infinity();

using Matrix = std::array<std::array<double, 3>, 3>;
using Points = std::span<const Observed>;

struct Bounds {
    Parameters low{};
    Parameters high{};
};

Bounds bounds_of(Model model, const CeilingBounds& ceiling) {
    if (model == Model::kBass) return {{ceiling.low, 1e-12, 1e-9}, {ceiling.high, 1, 20}};
    return {{ceiling.low, -1e6, 1e-9}, {ceiling.high, 1e6, 20}};
}

// The residuals' sum of squares, J'J and J'r at a point, in one pass: all three curves are K times a curve
// without K, so that the derivative by K tells the value too.
struct Evaluated {
    double rss = 0;
    Matrix square{};
    Parameters right{};
};

Evaluated evaluate(Model model, const Parameters& at, Points points) {
    Evaluated out;
    for (const Observed& each : points) {
        const Parameters slope = gradient_at(model, at, each.t);
        const double rest = each.value - at[0] * slope[0];
        out.rss += rest * rest;
        for (std::size_t i = 0; i < 3; ++i) {
            out.right[i] += slope[i] * rest;
            for (std::size_t j = 0; j <= i; ++j) out.square[i][j] += slope[i] * slope[j];
        }
    }
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = i + 1; j < 3; ++j) out.square[i][j] = out.square[j][i];
    if (!std::isfinite(out.rss)) out.rss = kInfinite;
    return out;
}

// Solves the rows and columns that are free, by elimination with the largest pivot; nothing where it is
// singular.
std::optional<Parameters> solve(Matrix m, Parameters right, const std::array<bool, 3>& held) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (!held[i]) continue;
        for (std::size_t j = 0; j < 3; ++j) m[i][j] = m[j][i] = 0;
        m[i][i] = 1;
        right[i] = 0;
    }
    for (std::size_t column = 0; column < 3; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < 3; ++row)
            if (std::abs(m[row][column]) > std::abs(m[pivot][column])) pivot = row;
        if (!(std::abs(m[pivot][column]) > 0)) return std::nullopt;
        std::swap(m[pivot], m[column]);
        std::swap(right[pivot], right[column]);
        for (std::size_t row = column + 1; row < 3; ++row) {
            const double times = m[row][column] / m[column][column];
            for (std::size_t j = column; j < 3; ++j) m[row][j] -= times * m[column][j];
            right[row] -= times * right[column];
        }
    }
    Parameters out{};
    for (std::size_t i = 3; i-- > 0;) {
        double rest = right[i];
        for (std::size_t j = i + 1; j < 3; ++j) rest -= m[i][j] * out[j];
        out[i] = rest / m[i][i];
    }
    return out;
}

// At a bound and pushed against it.
std::array<bool, 3> held_at(const Parameters& at, const Parameters& push, const Bounds& bounds) {
    std::array<bool, 3> held{};
    for (std::size_t i = 0; i < 3; ++i)
        held[i] = (at[i] <= bounds.low[i] && push[i] <= 0) || (at[i] >= bounds.high[i] && push[i] >= 0);
    return held;
}

struct Found {
    Parameters at{};
    double rss = kInfinite;
};

bool is_near(const Found& one, const Found& other) {
    for (std::size_t i = 0; i < 3; ++i)
        if (std::abs(one.at[i] - other.at[i]) > 1e-3 * std::max(std::abs(one.at[i]), std::abs(other.at[i])))
            return false;
    return true;
}

// `enough`: a step that gains less than this part of the rest is the last.
Found descend(Model model, Parameters at, Points points, const Bounds& bounds, int most_steps,
              double enough) {
    for (std::size_t i = 0; i < 3; ++i) at[i] = std::clamp(at[i], bounds.low[i], bounds.high[i]);
    Evaluated here = evaluate(model, at, points);
    double damping = 1e-3;
    for (int step = 0; step < most_steps && damping < 1e15; ++step) {
        const auto held = held_at(at, here.right, bounds);
        Matrix damped = here.square;
        for (std::size_t i = 0; i < 3; ++i) damped[i][i] *= 1 + damping;
        const auto change = solve(damped, here.right, held);
        if (!change) {
            damping *= 10;
            continue;
        }
        Parameters next{};
        bool moved = false;
        for (std::size_t i = 0; i < 3; ++i) {
            next[i] = std::clamp(at[i] + (*change)[i], bounds.low[i], bounds.high[i]);
            moved = moved || std::abs(next[i] - at[i]) > 1e-14 * std::abs(at[i]);
        }
        if (!moved) break;
        const Evaluated there = evaluate(model, next, points);
        if (there.rss < here.rss) {
            const bool last = here.rss - there.rss < enough * here.rss;
            at = next;
            here = there;
            if (last) break;
            damping = std::max(damping / 10, 1e-15);
        } else {
            damping *= 10;
        }
    }
    return {at, here.rss};
}

// a and b by a straight line through what the curve's own transformation makes of the points below the
// ceiling.
std::optional<Parameters> line_start(Model model, double ceiling, Points points) {
    double n = 0, st = 0, sy = 0, stt = 0, sty = 0;
    for (const Observed& each : points) {
        const double share = each.value / ceiling;
        if (share <= 1e-6 || share >= 1 - 1e-6) continue;
        const double y = model == Model::kGompertz ? std::log(-std::log(share)) : std::log(1 / share - 1);
        n += 1;
        st += each.t;
        sy += y;
        stt += each.t * each.t;
        sty += each.t * y;
    }
    const double spread = n * stt - st * st;
    if (n < 3 || !(spread > 0)) return std::nullopt;
    const double slope = (n * sty - st * sy) / spread;
    return Parameters{ceiling, (sy - slope * st) / n, std::max(-slope, 1e-3)};
}

std::vector<Parameters> starts(Model model, const CeilingBounds& ceiling, Points points) {
    std::vector<Parameters> out;
    for (const double part : {0.02, 0.25, 0.6, 1.0}) {
        const double k = ceiling.low + part * (ceiling.high - ceiling.low);
        if (model == Model::kBass) {
            for (const double p : {1e-5, 1e-4, 1e-3, 1e-2})
                for (const double q : {0.05, 0.15, 0.3, 0.5}) out.push_back({k, p, q});
            continue;
        }
        if (const auto line = line_start(model, k, points)) out.push_back(*line);
        for (const double b : {0.05, 0.15, 0.4}) {
            const double middle = points[points.size() / 2].t;
            out.push_back({k, b * middle, b});
        }
    }
    return out;
}

// The inverse over the free parameters, with s^2.
Matrix covariance_of(const Matrix& square, const std::array<bool, 3>& held, double variance) {
    Matrix out{};
    for (std::size_t j = 0; j < 3; ++j) {
        if (held[j]) continue;
        Parameters unit{};
        unit[j] = 1;
        const auto column = solve(square, unit, held);
        if (!column) return {};
        for (std::size_t i = 0; i < 3; ++i) out[i][j] = variance * (*column)[i];
    }
    return out;
}

}  // namespace

double Fit::standard_error(std::size_t parameter) const {
    return std::sqrt(std::max(0.0, covariance[parameter][parameter]));
}

Result<Fit> fit_model(Model model, std::span<const Observed> points, const CeilingBounds& ceiling) {
    if (points.size() < kLeastPoints)
        return invalid("series", fmt::format("has {} figures: too few for a curve", points.size()),
                       fmt::format("it takes {}", kLeastPoints));
    std::vector<Observed> ordered(points.begin(), points.end());
    std::ranges::sort(ordered, {}, [](const Observed& o) { return std::pair(o.t, o.value); });
    const auto [least, most] = std::ranges::minmax_element(ordered, {}, &Observed::value);
    if (!(most->value > 0) || most->value == least->value)
        return invalid("series", "does not move: no curve is told from it", "choose another place");
    const Bounds bounds = bounds_of(model, ceiling);
    std::vector<Found> promising;
    for (const Parameters& start : starts(model, ceiling, ordered))
        promising.push_back(descend(model, start, ordered, bounds, kFirstSteps, kRoughly));
    std::ranges::sort(promising, {}, [](const Found& f) { return std::pair(f.rss, f.at); });
    // Starts that came to the same place are one.
    const auto [same, end] = std::ranges::unique(promising, is_near);
    promising.erase(same, end);
    promising.resize(std::min(promising.size(), kPromising));
    Found best;
    for (const Found& each : promising) {
        const Found found = descend(model, each.at, ordered, bounds, kMostSteps, 0);
        // The first of equals stays, so that the last bits of a sum decide nothing.
        if (found.rss < best.rss * (1 - 1e-9)) best = found;
    }
    const auto n = static_cast<double>(ordered.size());
    Fit fit{.model = model, .parameters = best.at, .points = ordered.size(), .rss = best.rss};
    const Evaluated found = evaluate(model, best.at, ordered);
    double free = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        fit.at_bound[i] = best.at[i] <= bounds.low[i] || best.at[i] >= bounds.high[i];
        if (!fit.at_bound[i]) free += 1;
    }
    fit.degrees = n - free;
    fit.sigma = std::sqrt(fit.rss / fit.degrees);
    constexpr double kParameters = 4;
    // A perfect fit has no likelihood; the least that a double tells apart stands for it.
    const double mean_square = std::max(fit.rss / n, 1e-300);
    fit.aicc =
        n * std::log(mean_square) + 2 * kParameters +
        (n > kParameters + 1 ? 2 * kParameters * (kParameters + 1) / (n - kParameters - 1) : kInfinite);
    fit.covariance = covariance_of(found.square, fit.at_bound, fit.sigma * fit.sigma);
    return fit;
}

}  // namespace comity::development
