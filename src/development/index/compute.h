// An index computed of figures, and how much of its ranking is the weights' doing. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "development/index/definition.h"

namespace comity::development {

// One indicator's figure between its goalposts: 0 to 1. A figure at or below 0 on a logarithmic scale is at
// its low end.
double score_of(double value, const Goalposts& goalposts);

// A place's figures by indicator.
using Figures = std::map<std::string, double, std::less<>>;

struct NodeScore {
    std::string id;
    std::optional<double> score;    // 0 to 1 (a little more or less where weights do not add up to 1)
    std::vector<std::string> gaps;  // indicators below it without a figure
};
struct PlaceScore {
    std::string place;
    std::optional<double> score;      // on the definition's scale; nothing: too much is missing
    std::vector<NodeScore> nodes;     // the root first, then downwards in order
    std::optional<std::size_t> rank;  // 1 is the highest; equals share the better rank
};

// In the order of the places; kInvalid where goalposts are missing.
Result<std::vector<PlaceScore>> compute(const IndexDefinition& definition,
                                        const std::map<std::string, Figures>& places);

// The mean of scores rounded to one decimal, as ITU makes its regions' (half away from zero): not weighted.
// Nothing where there is none.
std::optional<double> mean_of_rounded(std::span<const double> scores);

// What ranks come to when every part's weight is drawn anew, each between (1 - share) and (1 + share) times
// its own, the sum within each part kept: `draws` times, from a seed, so that anyone can repeat it.
struct RankRange {
    std::string place;
    std::size_t rank = 0;  // with the weights as they are
    std::size_t best = 0;
    std::size_t worst = 0;
    double p5 = 0;  // 5% of the draws had this rank or a better one
    double median = 0;
    double p95 = 0;
};
struct SensitivityQuery {
    double share = 0.25;  // above 0, at most 1
    std::size_t draws = 1000;
    std::uint64_t seed = 1;
};
Result<std::vector<RankRange>> sensitivity(const IndexDefinition& definition,
                                           const std::map<std::string, Figures>& places,
                                           const SensitivityQuery& query);

}  // namespace comity::development
