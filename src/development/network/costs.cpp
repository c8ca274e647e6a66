#include "development/network/costs.h"

#include <fmt/format.h>

#include <cmath>

#include "json/fields.h"

namespace comity::development {
namespace {

constexpr double kDetour = 1.2;  // fibre follows roads
constexpr double kMetres = 1000;
constexpr std::array<std::string_view, 4> kTechnologyWords{"fibre", "cellular", "p2p", "satellite"};
constexpr std::array<std::string_view, 4> kInFile{"fiber", "cellular", "p2p", "satellite"};
constexpr std::array<std::string_view, 5> kObstacleWords{"", "no-node", "too-far", "bandwidth",
                                                         "no-electricity"};

// Reads numbers by their path, all of them at least 0.
class CostReader {
  public:
    explicit CostReader(const json::Object& root) : root_(root) {}

    double number(std::initializer_list<std::string_view> path,
                  std::optional<double> otherwise = std::nullopt) {
        const json::Object* at = &root_;
        std::string where = "costs";
        for (const std::string_view step : path) {
            where.append(".").append(step);
            const json::Value* value = at == nullptr ? nullptr : at->if_contains(step);
            if (value != nullptr && value->is_object()) {
                at = &value->get_object();
                continue;
            }
            if (value != nullptr && value->is_number()) {
                const auto read = value->to_number<double>();
                if (std::isfinite(read) && read >= 0) return read;
                fail(where, "is below 0");
                return 0;
            }
            if (otherwise) return *otherwise;
            fail(where, "is no number");
            return 0;
        }
        fail(where, "is no number");
        return 0;
    }

    const std::optional<Error>& error() const { return error_; }

  private:
    void fail(const std::string& where, std::string what) {
        if (!error_)
            error_ = invalid(where, std::move(what), "use a country's file of giga-open-cost-model").error();
    }
    const json::Object& root_;
    std::optional<Error> error_;
};

}  // namespace

std::string_view to_string(Technology technology) {
    return kTechnologyWords[static_cast<std::size_t>(technology)];
}
std::optional<Technology> parse_technology(std::string_view text) {
    for (const Technology each : kTechnologies)
        if (to_string(each) == text) return each;
    return std::nullopt;
}
std::string_view to_string(Obstacle obstacle) {
    return kObstacleWords[static_cast<std::size_t>(obstacle)];
}

Result<CostModel> parse_costs(const json::Value& value) {
    const json::Object* root = value.if_object();
    if (root == nullptr) return invalid("costs", "is no object");
    if (const json::Value* inner = root->if_contains("model_defaults")) {
        root = inner->if_object();
        if (root == nullptr) return invalid("costs.model_defaults", "is no object");
    }
    CostReader read(*root);
    CostModel model;
    model.years = read.number({"scenario", "years_opex"});
    model.mbps = read.number({"scenario", "bandwidth_demand"});
    model.grid_per_kwh = read.number({"electricity", "opex", "cost_per_kwh"});
    model.solar_per_watt = read.number({"electricity", "capex", "solar_cost_per_watt"});
    for (std::size_t i = 0; i < kInFile.size(); ++i) {
        const std::string_view name = kInFile[i];
        TechnologyCost& cost = model.technologies[i];
        cost.capex = read.number({name, "capex", "fixed_costs"});
        cost.own_tower = read.number({name, "capex", "tower_fixed_costs"}, 0);
        cost.capex_per_km = read.number({name, "capex", "cost_per_km"}, 0);
        cost.opex = read.number({name, "opex", "fixed_costs"});
        cost.opex_per_km = read.number({name, "opex", "cost_per_km"}, 0);
        cost.opex_per_mbps = read.number({name, "opex", "annual_bandwidth_cost_per_mbps"});
        cost.most_mbps = read.number({name, "constraints", "maximum_bandwithd"});  // Giga's spelling
        cost.power = read.number({name, "constraints", "required_power"});
    }
    model.technologies[0].most_km =
        read.number({"fiber", "constraints", "maximum_connection_length"}) / kMetres;
    model.technologies[1].most_km = read.number({"cellular", "constraints", "maximum_range"}) / kMetres;
    model.technologies[2].most_km = read.number({"p2p", "constraints", "maximum_range"}) / kMetres;
    if (read.error()) return std::unexpected(*read.error());
    return model;
}

SiteCost cost_of(const CostModel& model, Technology technology, std::optional<double> km, double mbps,
                 bool on_grid) {
    const TechnologyCost& cost = model.technologies[static_cast<std::size_t>(technology)];
    SiteCost out;
    out.technology = technology;
    out.km = cost.most_km ? km : std::nullopt;
    if (mbps > cost.most_mbps) {
        out.obstacle = Obstacle::kTooMuchBandwidth;
    } else if (cost.most_km && !km) {
        out.obstacle = Obstacle::kNoNode;
    } else if (cost.most_km && *km > *cost.most_km) {
        out.obstacle = Obstacle::kTooFar;
    } else if (!on_grid && model.solar_per_watt <= 0 && cost.power > 0) {
        out.obstacle = Obstacle::kNoElectricity;
    }
    const double length = technology == Technology::kFibre ? km.value_or(0) * kDetour : 0;
    out.capex = cost.capex + cost.own_tower + length * cost.capex_per_km;
    out.opex = cost.opex + length * cost.opex_per_km + mbps * cost.opex_per_mbps;
    if (on_grid) {
        out.opex += model.grid_per_kwh * cost.power;
    } else {
        out.capex += model.solar_per_watt * cost.power;
    }
    out.lifetime = out.capex + model.years * out.opex;
    return out;
}

}  // namespace comity::development
