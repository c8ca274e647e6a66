// Finds the observations that a pattern's expressions can be bound to.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "intelligence/pattern/match.h"

namespace comity::intelligence {

// Deeper repetitions of compound expressions are refused: each is a level of the search.
inline constexpr std::int64_t kMaxCompoundRepeats = 1000;
// Observations bound at once, each likewise a level.
inline constexpr std::size_t kMaxBound = 4096;

// `held` has for each expression of kind kObservation the observations that it holds for. As Matcher::match.
Result<std::optional<std::vector<Binding>>> find_bindings(const Pattern& pattern,
                                                          std::span<const Observation> observations,
                                                          const std::vector<std::vector<std::size_t>>& held);

}  // namespace comity::intelligence
