#include "development/index/compute.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace comity::development {
namespace {

constexpr std::size_t kMaxDraws = 100'000;

struct Scored {
    std::optional<double> score;
    std::vector<std::string> gaps;
};

Scored score_node(const IndexNode& node, const Figures& figures, std::vector<NodeScore>* told) {
    const std::size_t place = told == nullptr ? 0 : told->size();
    if (told != nullptr) told->push_back({node.id, {}, {}});
    Scored out;
    if (node.parts.empty()) {
        if (const auto at = figures.find(node.indicator); at != figures.end()) {
            out.score = score_of(at->second, *node.goalposts);
        } else {
            out.gaps.push_back(node.indicator);
        }
    } else {
        double whole = 0, there = 0, sum = 0;
        bool zero = false;
        for (const IndexNode& part : node.parts) {
            const Scored scored = score_node(part, figures, told);
            out.gaps.insert(out.gaps.end(), scored.gaps.begin(), scored.gaps.end());
            whole += part.weight;
            if (!scored.score) continue;
            there += part.weight;
            if (node.aggregate == Aggregate::kArithmetic) {
                sum += part.weight * *scored.score;
            } else if (*scored.score > 0) {
                sum += part.weight * std::log(*scored.score);
            } else if (part.weight > 0) {
                zero = true;
            }
        }
        // What is there counts for what is missing, as far as the definition allows.
        if (there > 0 && whole - there <= node.missing * whole * (1 + 1e-12)) {
            if (node.aggregate == Aggregate::kArithmetic) {
                out.score = sum * (whole / there);
            } else {
                out.score = zero ? 0 : std::exp(sum / there);
            }
        }
    }
    if (told != nullptr) {
        (*told)[place].score = out.score;
        (*told)[place].gaps = out.gaps;
    }
    return out;
}

Result<void> check_complete(const IndexDefinition& definition) {
    const auto lacking = without_goalposts(definition);
    if (lacking.empty()) return {};
    return invalid(definition.id, fmt::format("has no goalposts for {}", fmt::join(lacking, ", ")),
                   "load them from a file with their source: --goalposts FILE");
}

// Ranks from 1; those without a score have none. Equal scores share the better rank.
std::vector<std::optional<std::size_t>> ranks_of(std::span<const std::optional<double>> scores) {
    std::vector<double> ordered;
    for (const auto& each : scores)
        if (each) ordered.push_back(*each);
    std::ranges::sort(ordered, std::greater<>());
    std::vector<std::optional<std::size_t>> ranks;
    for (const auto& each : scores) {
        if (!each) {
            ranks.emplace_back();
            continue;
        }
        const auto at = std::ranges::lower_bound(ordered, *each, std::greater<>());
        ranks.emplace_back(static_cast<std::size_t>(at - ordered.begin()) + 1);
    }
    return ranks;
}

// SplitMix64: a small generator whose every draw follows from the seed (Steele, Lea and Flood, 2014).
class Draws {
  public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}
    double next() {  // in [0, 1)
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1p-53;
    }

  private:
    std::uint64_t state_;
};

void redraw(IndexNode& node, double share, Draws& draws) {
    double before = 0, after = 0;
    for (IndexNode& part : node.parts) {
        before += part.weight;
        part.weight *= 1 - share + 2 * share * draws.next();
        after += part.weight;
    }
    for (IndexNode& part : node.parts) {
        if (after > 0) part.weight *= before / after;
        redraw(part, share, draws);
    }
}

}  // namespace

double score_of(double value, const Goalposts& goalposts) {
    double x = value;
    double low = goalposts.low;
    double high = goalposts.high;
    if (goalposts.log) {
        if (x <= 0) return low < high ? 0 : 1;
        x = std::log(x);
        low = std::log(low);
        high = std::log(high);
    }
    return std::clamp((x - low) / (high - low), 0.0, 1.0);
}

Result<std::vector<PlaceScore>> compute(const IndexDefinition& definition,
                                        const std::map<std::string, Figures>& places) {
    COMITY_CHECK(check_complete(definition));
    std::vector<PlaceScore> out;
    std::vector<std::optional<double>> scores;
    for (const auto& [place, figures] : places) {
        PlaceScore one{.place = place, .score = {}, .nodes = {}, .rank = {}};
        const Scored scored = score_node(definition.root, figures, &one.nodes);
        if (scored.score) one.score = *scored.score * definition.scale;
        scores.push_back(one.score);
        out.push_back(std::move(one));
    }
    const auto ranks = ranks_of(scores);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].rank = ranks[i];
    return out;
}

std::optional<double> mean_of_rounded(std::span<const double> scores) {
    if (scores.empty()) return std::nullopt;
    std::int64_t tenths = 0;
    for (const double each : scores) tenths += std::llround(each * 10);
    return static_cast<double>(tenths) / 10 / static_cast<double>(scores.size());
}

Result<std::vector<RankRange>> sensitivity(const IndexDefinition& definition,
                                           const std::map<std::string, Figures>& places,
                                           const SensitivityQuery& query) {
    COMITY_CHECK(check_complete(definition));
    if (!(query.share > 0 && query.share <= 1))
        return invalid("share", fmt::format("{} is not above 0 and at most 1", query.share));
    if (query.draws == 0 || query.draws > kMaxDraws)
        return invalid("draws", fmt::format("{} is not between 1 and {}", query.draws, kMaxDraws));
    std::vector<RankRange> out;
    std::vector<const Figures*> figures;
    std::vector<std::optional<double>> scores;
    for (const auto& [place, each] : places) {
        const Scored scored = score_node(definition.root, each, nullptr);
        if (!scored.score) continue;
        out.push_back({.place = place});
        figures.push_back(&each);
        scores.push_back(scored.score);
    }
    const auto ranks = ranks_of(scores);
    std::vector<std::vector<std::size_t>> drawn(out.size());
    Draws draws(query.seed);
    for (std::size_t round = 0; round < query.draws; ++round) {
        IndexNode root = definition.root;
        redraw(root, query.share, draws);
        for (std::size_t i = 0; i < out.size(); ++i) scores[i] = score_node(root, *figures[i], nullptr).score;
        const auto now = ranks_of(scores);
        for (std::size_t i = 0; i < out.size(); ++i) drawn[i].push_back(now[i].value_or(out.size()));
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::ranges::sort(drawn[i]);
        const auto at = [&](double p) {
            const auto last = static_cast<double>(drawn[i].size() - 1);
            return static_cast<double>(drawn[i][static_cast<std::size_t>(std::lround(p * last))]);
        };
        out[i].rank = *ranks[i];
        out[i].best = drawn[i].front();
        out[i].worst = drawn[i].back();
        out[i].p5 = at(.05);
        out[i].median = at(.5);
        out[i].p95 = at(.95);
    }
    return out;
}

}  // namespace comity::development
