#include "development/answer/network.h"

#include <fmt/format.h>

#include "development/clearing/terms.h"
#include "development/network/site_files.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxAskedTable = 16u << 20;
constexpr std::size_t kMostAskedNodes = 5'000;

json::Array sites_form(const BuildOut& build, const BuildPlan& plan) {
    std::vector<const Connection*> by_site(build.sites.size(), nullptr);
    for (const Connection& each : plan.connections) by_site[each.site] = &each;
    const auto options = all_options_of(build);
    json::Array out;
    for (std::size_t s = 0; s < build.sites.size(); ++s) {
        const Site& site = build.sites[s];
        json::Array costs;
        for (const SiteCost& each : options[s]) {
            json::Object cost = site_cost_form(each);
            cost["obstacle"] = to_string(each.obstacle);
            costs.push_back(std::move(cost));
        }
        out.push_back(json::Object{
            {"place", site.id},
            {"name", site.name},
            {"people", json::number(site.people)},
            {"latitude", json::number(site.latitude)},
            {"longitude", json::number(site.longitude)},
            {"connected", json::number(site.connected)},
            {"technology", by_site[s] != nullptr ? json::Value(to_string(by_site[s]->cost.technology))
                                                 : json::Value(nullptr)},
            {"options", std::move(costs)}});
    }
    return out;
}

json::Array nodes_form(const BuildOut& build) {
    json::Array out;
    for (const NetworkNode& node : build.nodes)
        out.push_back(json::Object{{"id", node.id},
                                   {"technology", to_string(node.technology)},
                                   {"latitude", json::number(node.latitude)},
                                   {"longitude", json::number(node.longitude)}});
    return out;
}

Result<void> number_into(json::Fields& fields, std::string_view name, double& out) {
    if (!fields.has(name)) return {};
    COMITY_TRY(out, amount_of(fields, name));
    return {};
}

Result<void> technologies_into(json::Fields& fields, BuildOut& build) {
    COMITY_TRY(const auto named, fields.optional_texts("technologies", kTechnologies.size()));
    if (named.empty()) return {};
    build.technologies.clear();
    for (const std::string& each : named) {
        const auto technology = parse_technology(each);
        if (!technology)
            return invalid(fields.path("technologies"), "names something else than a technology",
                           "write fibre, cellular, p2p or satellite");
        build.technologies.insert(*technology);
    }
    return {};
}

}  // namespace

json::Object site_cost_form(const SiteCost& cost) {
    return {{"technology", to_string(cost.technology)},
            {"km", cost.km ? json::number(*cost.km) : json::Value(nullptr)},
            {"capex", json::number(cost.capex)},
            {"opex", json::number(cost.opex)},
            {"lifetime", json::number(cost.lifetime)}};
}

json::Object build_plan_form(const BuildOut& build, const BuildPlan& plan, bool whole) {
    json::Array rows;
    for (const Connection& each : plan.connections) {
        const Site& site = build.sites[each.site];
        json::Object row{{"place", site.id}, {"name", site.name}};
        for (auto& [name, value] : site_cost_form(each.cost)) row[name] = std::move(value);
        row["from"] = each.from_site   ? json::Value(build.sites[*each.from_site].id)
                      : each.from_node ? json::Value(build.nodes[*each.from_node].id)
                                       : json::Value(nullptr);
        if (whole) row["from_place"] = each.from_site.has_value();
        row["people"] = json::number(each.people);
        row["per_thousand"] = json::number(each.people / each.cost.lifetime * 1000);
        row["spent"] = json::number(each.spent);
        row["reached"] = json::number(each.reached);
        rows.push_back(std::move(row));
    }
    json::Object out{{"budget", json::number(build.budget)}, {"years", json::number(build.costs.years)},
                     {"places", build.sites.size()},         {"countable", json::number(plan.countable)},
                     {"spent", json::number(plan.spent)},    {"reached", json::number(plan.reached)},
                     {"bound", json::number(plan.bound)},    {"rows", std::move(rows)}};
    if (whole) {
        out["sites"] = sites_form(build, plan);
        out["nodes"] = nodes_form(build);
    }
    return out;
}

Result<json::Object> answer_network(const json::Value& request) {
    COMITY_TRY(json::Fields fields, json::Fields::of(request, "body"));
    BuildOut build;
    COMITY_TRY(const json::Object* costs, fields.object("costs"));
    auto model = parse_costs(*costs);
    if (!model) return within(fields.path("costs"), model.error());
    build.costs = *model;
    COMITY_TRY(build.budget, amount_of(fields, "budget"));
    COMITY_CHECK(number_into(fields, "years", build.costs.years));
    COMITY_CHECK(number_into(fields, "mbps", build.costs.mbps));
    COMITY_CHECK(number_into(fields, "mbps_per_thousand", build.mbps_per_thousand));
    COMITY_CHECK(number_into(fields, "least", build.least));
    COMITY_CHECK(technologies_into(fields, build));
    COMITY_TRY(const std::string country, text_or_none(fields, "country", 64));
    COMITY_TRY(const bool skip, fields.boolean("skip", false));
    COMITY_TRY(const std::string places, fields.text("places", 1, kMaxAskedTable));
    COMITY_TRY(const std::string nodes, text_or_none(fields, "nodes", kMaxAskedTable));
    COMITY_CHECK(fields.nothing_else());
    ReadSites sites = read_sites(places, "places", country);
    ReadNodes known = nodes.empty() ? ReadNodes{} : read_nodes(nodes, "nodes");
    json::Array defects;
    for (const auto* list : {&sites.defects, &known.defects})
        for (const Defect& each : *list) defects.push_back(defect_json(each));
    if (!defects.empty() && !skip) return json::Object{{"defects", std::move(defects)}, {"plan", nullptr}};
    build.sites = std::move(sites.sites);
    build.nodes = std::move(known.nodes);
    if (build.sites.size() > kMostAskedSites || build.nodes.size() > kMostAskedNodes)
        return too_large("places",
                         fmt::format("{} places and {} nodes, {} of each at the most", build.sites.size(),
                                     build.nodes.size(), kMostAskedSites),
                         "name a country, or plan with comity network plan");
    COMITY_CHECK(check_build_out(build));
    return json::Object{{"defects", std::move(defects)},
                        {"plan", build_plan_form(build, plan_build_out(build), true)}};
}

}  // namespace comity::development
