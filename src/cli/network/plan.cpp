#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/clearing/said.h"
#include "cli/divide/answers.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/network/commands.h"
#include "cli/output.h"
#include "development/answer/network.h"
#include "development/network/site_files.h"
#include "development/plot/site_map.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxSites = 64u << 20;
constexpr std::size_t kMaxCosts = 1u << 20;

struct NetworkOptions {
    std::string places, nodes, costs, country, budget, least, mbps, years, per_thousand;
    std::vector<std::string> technologies;
    bool skip = false;
    AnswerOptions answer;
};

// Numbers that may be 0.
Result<double> number_option(const std::string& text, std::string_view option) {
    if (text == "0") return 0.0;
    return amount_option(text, option);
}

Result<void> refuse_defects(Context& context, const std::vector<development::Defect>& defects, bool skip) {
    for (const development::Defect& each : defects) context.err << printable(each.message()) << '\n';
    if (defects.empty() || skip) return {};
    return invalid(fmt::format("{} line {}", defects.front().file, defects.front().line),
                   fmt::format("{} defects, and nothing was planned", defects.size()),
                   "mend them, or leave their rows out with --skip");
}

Result<development::BuildOut> read_build_out(Context& context, const NetworkOptions& options) {
    development::BuildOut build;
    COMITY_TRY(const std::string costs_text, read_file(context, options.costs, kMaxCosts));
    auto costs = json::parse(costs_text);
    if (!costs) return within(options.costs, costs.error());
    auto model = development::parse_costs(*costs);
    if (!model) return within(options.costs, model.error());
    build.costs = *model;
    if (!options.mbps.empty()) {
        COMITY_TRY(build.costs.mbps, amount_option(options.mbps, "--mbps"));
    }
    if (!options.years.empty()) {
        COMITY_TRY(build.costs.years, amount_option(options.years, "--years"));
    }
    if (!options.per_thousand.empty()) {
        COMITY_TRY(build.mbps_per_thousand, amount_option(options.per_thousand, "--mbps-per-thousand"));
    }
    if (!options.least.empty()) {
        COMITY_TRY(build.least, amount_option(options.least, "--least"));
    }
    COMITY_TRY(const std::string sites, read_file(context, options.places, kMaxSites));
    auto places = development::read_sites(sites, options.places, options.country);
    COMITY_CHECK(refuse_defects(context, places.defects, options.skip));
    build.sites = std::move(places.sites);
    if (!options.nodes.empty()) {
        COMITY_TRY(const std::string nodes_text, read_file(context, options.nodes, kMaxSites));
        auto nodes = development::read_nodes(nodes_text, options.nodes);
        COMITY_CHECK(refuse_defects(context, nodes.defects, options.skip));
        build.nodes = std::move(nodes.nodes);
    }
    if (!options.technologies.empty()) {
        build.technologies.clear();
        for (const std::string& each : options.technologies)
            build.technologies.insert(*development::parse_technology(each));
    }
    return build;
}

development::SiteMap map_of(const development::BuildOut& build, const development::BuildPlan& plan,
                            const NetworkOptions& options) {
    development::SiteMap map;
    map.title =
        fmt::format("{:.0f} people for {:.0f} over {:g} years", plan.reached, plan.spent, build.costs.years);
    map.note = fmt::format("no plan within {:.0f} reaches more than {:.0f}", build.budget, plan.bound);
    map.source = fmt::format("places: {}; costs: {}", options.places, options.costs);
    for (const auto technology : development::kTechnologies)
        if (build.technologies.contains(technology)) map.kinds.emplace_back(to_string(technology));
    for (const development::Site& site : build.sites)
        map.sites.push_back({site.name, site.latitude, site.longitude, site.people, ""});
    for (const development::NetworkNode& node : build.nodes)
        map.nodes.push_back({node.id, node.latitude, node.longitude, 0, ""});
    for (const development::Connection& each : plan.connections) {
        const development::Site& site = build.sites[each.site];
        map.sites[each.site].kind = to_string(each.cost.technology);
        if (each.from_site) {
            const development::Site& from = build.sites[*each.from_site];
            map.lines.push_back({from.latitude, from.longitude, site.latitude, site.longitude});
        } else if (each.from_node) {
            const development::NetworkNode& from = build.nodes[*each.from_node];
            map.lines.push_back({from.latitude, from.longitude, site.latitude, site.longitude});
        }
    }
    return map;
}

Result<void> plan_network(Context& context, const NetworkOptions& options) {
    COMITY_TRY(development::BuildOut build, read_build_out(context, options));
    COMITY_TRY(build.budget, number_option(options.budget, "--budget"));
    COMITY_CHECK(check_build_out(build));
    const development::BuildPlan plan = plan_build_out(build);
    const json::Object form = development::build_plan_form(build, plan, context.json);
    COMITY_CHECK(write_answer(
        context, options.answer, form,
        {{"PLACE", "place"},
         {"NAME", "name"},
         {"BY", "technology"},
         {"FROM", "from"},
         {"KM", "km", 1},
         {"COST", "lifetime", 0},
         {"PEOPLE", "people", 0},
         {"PER 1,000", "per_thousand", 1},
         {"SPENT", "spent", 0},
         {"REACHED", "reached", 0}},
        "Nothing can be connected within the budget.",
        [&]() -> Result<development::Drawing> { return development::draw(map_of(build, plan, options)); }));
    if (!context.json && !options.answer.csv && options.answer.out.empty())
        context.out << fmt::format(
            "\n{:.0f} of {:.0f} people for {:.0f}; no plan within {:.0f} reaches more than {:.0f}.\n",
            plan.reached, plan.countable, plan.spent, build.budget, plan.bound);
    return {};
}

struct NetworkCostOptions : NetworkOptions {
    std::string place;
};

Result<void> cost_network(Context& context, const NetworkCostOptions& options) {
    COMITY_TRY(development::BuildOut build, read_build_out(context, options));
    COMITY_CHECK(check_build_out(build));
    const auto at = std::ranges::find(build.sites, options.place, &development::Site::id);
    if (at == build.sites.end())
        return not_found(fmt::format("{} has no place {}", options.places, options.place));
    json::Array rows;
    for (const development::SiteCost& cost :
         options_of(build, static_cast<std::uint32_t>(at - build.sites.begin()))) {
        json::Object row = development::site_cost_form(cost);
        row["obstacle"] = to_string(cost.obstacle);
        rows.push_back(std::move(row));
    }
    return write_answer(context, options.answer, json::Object{{"place", at->id}, {"rows", std::move(rows)}},
                        {{"BY", "technology"},
                         {"KM", "km", 2},
                         {"CAPEX", "capex", 2},
                         {"OPEX A YEAR", "opex", 2},
                         {"LIFETIME", "lifetime", 2},
                         {"OBSTACLE", "obstacle"}},
                        "No technology.");
}

void add_network_options(Command& command, NetworkOptions& options) {
    command.add_option("PLACES", options.places, "A table of places: id, people, lat, lon").required();
    command.add_option("--costs", options.costs, "What it costs: a country's file of giga-open-cost-model")
        .required()
        .type_name("FILE");
    command.add_option("--nodes", options.nodes, "A table of what there is: technology, lat, lon")
        .type_name("FILE");
    command.add_option("--country", options.country, "Only places of this country, as the table has it");
    command.add_option("--only", options.technologies, "Only this technology (repeat)")
        .one_of({"fibre", "cellular", "p2p", "satellite"});
    command.add_option("--years", options.years, "Over how many years; default: as the costs say")
        .type_name("N");
    command.add_option("--mbps", options.mbps, "What a place needs; default: as the costs say")
        .type_name("N");
    command
        .add_option("--mbps-per-thousand", options.per_thousand,
                    "What it needs for each 1,000 people, where that is more")
        .type_name("N");
    command.add_flag("--skip", options.skip, "Leave defective rows out");
}

}  // namespace

void add_network_plan(Command& network, Context& context) {
    auto options = std::make_shared<NetworkOptions>();
    Command command = network.add_command(
        {.name = "plan",
         .summary = "Say where the next money connects most people",
         .description =
             "Fibre grows along a minimum spanning tree from where it is; other places get the cheapest "
             "technology that can serve them. The order is that of people for money: the last column is the "
             "curve. No plan within the budget reaches more people than the bound says. Costs are of the "
             "whole "
             "time, undiscounted. Needs no node.",
         .examples = {
             {"comity network plan towns.csv --country RW --nodes nodes.csv --costs rwanda.json --budget "
              "1000000 --out map.svg",
              ""},
             {"comity network plan towns.csv --costs rwanda.json --budget 1000000 --least 0.2",
              "counting the fifth of the people who are connected least"}}});
    add_network_options(command, *options);
    command.add_option("--budget", options->budget, "How much money there is").required().type_name("N");
    command
        .add_option("--least", options->least,
                    "Count people of the least connected places, up to this part of all")
        .type_name("X");
    add_answer_options(command, options->answer, true);
    command.on_run(context, [options](Context& c) { return plan_network(c, *options); });
}

void add_network_cost(Command& network, Context& context) {
    auto options = std::make_shared<NetworkCostOptions>();
    Command command =
        network.add_command({.name = "cost",
                             .summary = "Say what each technology would cost for a place",
                             .description = "And what stands against it: no-node, too-far, bandwidth, "
                                            "no-electricity.",
                             .examples = {{"comity network cost towns.csv 202061 --nodes nodes.csv "
                                           "--costs rwanda.json",
                                           ""}}});
    add_network_options(command, *options);
    command.add_option("PLACE", options->place, "Its id").required();
    add_answer_options(command, options->answer, false);
    command.on_run(context, [options](Context& c) { return cost_network(c, *options); });
}

}  // namespace comity::cli
