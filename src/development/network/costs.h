// What it costs to connect a place, by each technology, and why one can't: Giga's cost model (UNICEF's
// giga-open-cost-model, Apache-2.0) without its random tie-break.
//
//     fibre      capex: km x 1.2 x cost a km + fixed     opex a year: km x 1.2 x opex a km + Mbps x its cost
//     + fixed cellular   capex: fixed                            opex: Mbps x its cost + fixed; a tower
//     within range p2p        capex: fixed + a tower of its own       likewise; a tower within range, in
//     sight (not told here) satellite  capex: fixed                            likewise power      from the
//     grid: cost a kWh x kWh a year; else solar: capex of W x cost a W
// Over the lifetime: capex + years x opex, undiscounted.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"

namespace comity::development {

enum class Technology { kFibre, kCellular, kP2p, kSatellite };
inline constexpr std::array kTechnologies{Technology::kFibre, Technology::kCellular, Technology::kP2p,
                                          Technology::kSatellite};
std::string_view to_string(Technology technology);  // "fibre", "cellular", "p2p", "satellite"
std::optional<Technology> parse_technology(std::string_view text);

struct TechnologyCost {
    double capex = 0;
    double own_tower = 0;     // p2p
    double capex_per_km = 0;  // fibre
    double opex = 0;          // a year
    double opex_per_km = 0;   // fibre
    double opex_per_mbps = 0;
    double most_mbps = 0;
    std::optional<double> most_km{};  // to the node; nothing: no node is needed
    double power = 0;                 // kWh a year; watts of solar panels where there is no grid
};

struct CostModel {
    std::array<TechnologyCost, 4> technologies{};  // by Technology
    double years = 0;
    double mbps = 0;  // that a place needs
    double grid_per_kwh = 0;
    double solar_per_watt = 0;
};

// Giga's country file, or its "model_defaults". kInvalid names the field.
Result<CostModel> parse_costs(const json::Value& value);

// Why a technology can't connect a place.
enum class Obstacle { kNone, kNoNode, kTooFar, kTooMuchBandwidth, kNoElectricity };
std::string_view to_string(Obstacle obstacle);  // "", "no-node", "too-far", "bandwidth", "no-electricity"

struct SiteCost {
    Technology technology = Technology::kSatellite;
    Obstacle obstacle = Obstacle::kNone;
    std::optional<double> km{};  // to the nearest node, in a straight line
    double capex = 0;
    double opex = 0;  // a year, power included
    double lifetime = 0;
};
// Of one place: `km` to the nearest node of the technology, nothing where there is none. Fibre's length
// is 1.2 times that.
SiteCost cost_of(const CostModel& model, Technology technology, std::optional<double> km, double mbps,
                 bool on_grid);

}  // namespace comity::development
