// Where the next money connects most people: places, what there is already, what it costs, a budget.
//
// Fibre grows along a minimum spanning tree from the nodes that there are (a place that is connected is a
// node for the next), edges no longer than the model's limit. Places are taken by people per money, where a
// place on fibre brings those on its way along; all others by the cheapest technology that can. A queue keeps
// what was worth most when last looked at, and looks again before it takes (lazy evaluation). Ties go to the
// lesser id: the same input, the same plan.
//
// The bound: no plan connects a place for less than its cheapest technology, or the nearest edge of fibre
// that there is for it; the best places by that, the last of them in part, are more than any plan can reach.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "development/network/costs.h"

namespace comity::development {

inline constexpr std::size_t kMostSites = 20'000;

struct Site {
    std::string id{};
    std::string name{};
    double people = 0;
    double latitude = 0;
    double longitude = 0;
    double connected = 0;  // the part of its people who are connected already
    bool on_grid = true;
};

struct NetworkNode {
    std::string id{};
    Technology technology = Technology::kFibre;  // what it serves: a tower of cellular serves p2p too
    double latitude = 0;
    double longitude = 0;
};

struct BuildOut {
    std::vector<Site> sites;         // by id
    std::vector<NetworkNode> nodes;  // by id
    CostModel costs;
    double budget = 0;
    std::set<Technology> technologies{kTechnologies.begin(), kTechnologies.end()};
    double mbps_per_thousand = 0;  // a place needs this for each 1,000 people, at least the model's Mbps
    // Counts people of those places only that are connected least, up to this part of all people; 1: of all.
    double least = 1;
};

// kInvalid: a coordinate, a number below 0, an id twice, too many places.
Result<void> check_build_out(const BuildOut& build);

struct Connection {
    std::uint32_t site = 0;
    SiteCost cost{};
    // Where from: of fibre a site or else a node, of cellular and point to point the nearest node that serves
    // it; of a satellite neither.
    std::optional<std::uint32_t> from_site{};
    std::optional<std::uint32_t> from_node{};
    double people = 0;   // who gain, as they are counted
    double spent = 0;    // with it, so far
    double reached = 0;  // likewise
};

struct BuildPlan {
    std::vector<Connection> connections;  // in the order in which they are worth doing
    double spent = 0;
    double reached = 0;
    double bound = 0;      // no plan within the budget reaches more
    double countable = 0;  // people that count at all
};
BuildPlan plan_build_out(const BuildOut& build);

// What each technology would cost for a site by itself, with what stands against it.
std::vector<SiteCost> options_of(const BuildOut& build, std::uint32_t site);

// The same for each site, in their order.
std::vector<std::vector<SiteCost>> all_options_of(const BuildOut& build);

double km_between(double latitude_a, double longitude_a, double latitude_b, double longitude_b);

}  // namespace comity::development
