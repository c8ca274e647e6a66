// How a technology spreads: three curves of three parameters each, over t in years from an origin.
//
//     logistic    K / (1 + exp(a - b t))
//     Gompertz    K exp(-exp(a - b t))
//     Bass        K (1 - exp(-(p + q) t)) / (1 + (q/p) exp(-(p + q) t)), adoption beginning at t = 0
// K is the ceiling: what is never passed.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace comity::development {

enum class Model { kLogistic, kGompertz, kBass };
inline constexpr std::array kModels{Model::kLogistic, Model::kGompertz, Model::kBass};

std::string_view to_string(Model model);                       // "logistic", "gompertz", "bass"
std::array<std::string_view, 3> parameter_names(Model model);  // {"K", "a", "b"} or {"K", "p", "q"}
using Parameters = std::array<double, 3>;                      // in that order

double value_at(Model model, const Parameters& parameters, double t);
// The derivative by each parameter.
Parameters gradient_at(Model model, const Parameters& parameters, double t);
// When it reaches the level; nothing where it never does (the level is not above 0 or not below K), and for
// Bass where it stood above it from the start.
std::optional<double> time_of(Model model, const Parameters& parameters, double level);

}  // namespace comity::development
