#include "development/trend/models.h"

#include <cmath>

namespace comity::development {

std::string_view to_string(Model model) {
    switch (model) {
        case Model::kLogistic:
            return "logistic";
        case Model::kGompertz:
            return "gompertz";
        case Model::kBass:
            return "bass";
    }
    return "";
}

std::array<std::string_view, 3> parameter_names(Model model) {
    if (model == Model::kBass) return {"K", "p", "q"};
    return {"K", "a", "b"};
}

double value_at(Model model, const Parameters& parameters, double t) {
    const auto [k, a, b] = parameters;
    switch (model) {
        case Model::kLogistic:
            return k / (1 + std::exp(a - b * t));
        case Model::kGompertz:
            return k * std::exp(-std::exp(a - b * t));
        case Model::kBass: {
            const double e = std::exp(-(a + b) * t);
            return k * (1 - e) / (1 + b / a * e);
        }
    }
    return 0;
}

Parameters gradient_at(Model model, const Parameters& parameters, double t) {
    const auto [k, a, b] = parameters;
    switch (model) {
        case Model::kLogistic: {
            const double e = std::exp(a - b * t);
            const double f = 1 / (1 + e);
            const double slope = k * f * (e / (1 + e));
            return {f, -slope, slope * t};
        }
        case Model::kGompertz: {
            const double e = std::exp(a - b * t);
            const double f = std::exp(-e);
            return {f, -k * f * e, k * f * e * t};
        }
        case Model::kBass: {
            const double e = std::exp(-(a + b) * t);
            const double ratio = b / a;
            const double above = 1 - e;
            const double below = 1 + ratio * e;
            const double d_above = t * e;  // by p and by q alike
            const double d_below_p = -ratio / a * e - ratio * t * e;
            const double d_below_q = e / a - ratio * t * e;
            const double square = below * below;
            return {above / below, k * (d_above * below - above * d_below_p) / square,
                    k * (d_above * below - above * d_below_q) / square};
        }
    }
    return {};
}

std::optional<double> time_of(Model model, const Parameters& parameters, double level) {
    const auto [k, a, b] = parameters;
    if (!(level > 0) || level >= k) return std::nullopt;
    switch (model) {
        case Model::kLogistic:
            return (a - std::log(k / level - 1)) / b;
        case Model::kGompertz:
            return (a - std::log(std::log(k / level))) / b;
        case Model::kBass:
            return std::log((level * b / a + k) / (k - level)) / (a + b);
    }
    return std::nullopt;
}

}  // namespace comity::development
