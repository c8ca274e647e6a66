#include "development/allocation/matching.h"

#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace comity::development {
namespace {

using Graph = lemon::StaticDigraph;
using Flow = lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t>;

constexpr double kCostScale =
    1e9;  // the solver counts in whole numbers; sums of path costs stay far below 2^63
constexpr double kMostLots = 1e9;

std::int64_t lots_in(double amount, double lot) {
    return static_cast<std::int64_t>(std::floor(amount / lot + 1e-7));
}

}  // namespace

bool is_matching(const PlanProblem& problem) {
    if (problem.fairness != Fairness::kNone || problem.pairs.empty()) return false;
    const double lot = problem.needs.front().lot;
    for (const PlanNeed& need : problem.needs)
        if (need.lot != lot || need.amount / lot > kMostLots) return false;
    return std::ranges::none_of(problem.offers, [](const PlanOffer& o) { return o.fund.has_value(); });
}

Result<Fractions> match(const PlanProblem& problem) {
    const auto needs = static_cast<int>(problem.needs.size());
    const auto offers = static_cast<int>(problem.offers.size());
    const int source = needs + offers, sink = source + 1;
    const double lot = problem.needs.front().lot;
    double most = 0;
    const auto worth = [&](const PlanPair& pair) {
        return worth_of(problem, pair) * problem.needs[pair.need].weight * lot;
    };
    for (const PlanPair& pair : problem.pairs) most = std::max(most, worth(pair));
    const double scale = most > 0 ? kCostScale / most : 1;

    // Arcs in the order of their sources, as a static graph wants them: pairs, then offers to the sink, then
    // the source to needs, and past them all.
    std::vector<std::pair<int, int>> arcs;
    std::vector<std::int64_t> capacities, costs;
    const auto add = [&](int from, int to, std::int64_t capacity, std::int64_t cost) {
        arcs.emplace_back(from, to);
        capacities.push_back(capacity);
        costs.push_back(cost);
    };
    std::int64_t all = 1;  // one more than there is, so that the way past is always in use and has no price
    for (const PlanPair& pair : problem.pairs)
        add(static_cast<int>(pair.need), needs + static_cast<int>(pair.offer),
            lots_in(most_of(problem, pair), lot), -std::llround(worth(pair) * scale));
    for (int o = 0; o < offers; ++o)
        add(needs + o, sink, lots_in(problem.offers[static_cast<std::size_t>(o)].amount, lot), 0);
    for (int n = 0; n < needs; ++n) {
        const std::int64_t lots = lots_in(problem.needs[static_cast<std::size_t>(n)].amount, lot);
        add(source, n, lots, 0);
        all += lots;
    }
    add(source, sink, all + 1, 0);

    Graph graph;
    graph.build(sink + 1, arcs.begin(), arcs.end());
    Graph::ArcMap<std::int64_t> capacity(graph), cost(graph);
    for (std::size_t i = 0; i < arcs.size(); ++i) {
        capacity[graph.arc(static_cast<int>(i))] = capacities[i];
        cost[graph.arc(static_cast<int>(i))] = costs[i];
    }
    Flow flow(graph);
    flow.upperMap(capacity).costMap(cost).stSupply(graph.node(source), graph.node(sink), all);
    if (flow.run() != Flow::OPTIMAL) return internal("matching", "found no plan");

    Fractions out;
    const auto potential = [&](int node) {
        return static_cast<double>(flow.potential(graph.node(node))) / scale / lot;
    };
    for (int n = 0; n < needs; ++n)
        out.prices.needs.push_back(std::max(0.0, potential(n) - potential(source)));
    for (int o = 0; o < offers; ++o)
        out.prices.offers.push_back(std::max(0.0, potential(sink) - potential(needs + o)));
    out.prices.floors.assign(problem.groups.size(), 0);
    for (std::size_t p = 0; p < problem.pairs.size(); ++p) {
        const auto lots = static_cast<double>(flow.flow(graph.arc(static_cast<int>(p))));
        out.given.push_back(lots * lot);
        out.value += lots * worth(problem.pairs[p]);
    }
    return out;
}

}  // namespace comity::development
