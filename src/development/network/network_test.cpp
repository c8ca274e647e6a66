#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "development/answer/network.h"
#include "development/network/build_out.h"
#include "development/network/site_files.h"
#include "testing/shared_data.h"

namespace comity::development {
namespace {

// Giga's parameters of Rwanda.
const char* const kRwanda =
    R"({"scenario":{"years_opex":5,"bandwidth_demand":20},
    "fiber":{"capex":{"cost_per_km":7500,"fixed_costs":0},"opex":{"fixed_costs":0,"cost_per_km":100,"annual_bandwidth_cost_per_mbps":6.09},"constraints":{"maximum_connection_length":20000,"maximum_bandwithd":2000,"required_power":500}},
    "satellite":{"capex":{"fixed_costs":515},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":6},"constraints":{"maximum_bandwithd":150,"required_power":200}},
    "cellular":{"capex":{"fixed_costs":534},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":120},"constraints":{"maximum_range":8000,"maximum_bandwithd":100,"required_power":10}},
    "electricity":{"capex":{"solar_cost_per_watt":3},"opex":{"cost_per_kwh":0.087}},
    "p2p":{"capex":{"fixed_costs":2000,"tower_fixed_costs":2500},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":240},"constraints":{"maximum_range":50000,"maximum_bandwithd":100,"required_power":10}}})";

CostModel rwanda() {
    const auto model = parse_costs(*json::parse(kRwanda));
    EXPECT_TRUE(model) << (model ? "" : model.error().message());
    return *model;
}

// A school 3 km from fibre, a tower and a tower in sight; 20 Mbps over 5 years, on the grid.
TEST(NetworkCosts, AreTheWorkedExample) {
    const CostModel model = rwanda();
    const auto cost = [&](Technology technology) { return cost_of(model, technology, 3.0, 20, true); };
    EXPECT_NEAR(cost(Technology::kFibre).capex, 27'000, 1e-9);
    EXPECT_NEAR(cost(Technology::kFibre).opex, 481.8 + 43.5, 1e-9);
    EXPECT_NEAR(cost(Technology::kFibre).lifetime, 29'626.5, 1e-9);
    EXPECT_NEAR(cost(Technology::kSatellite).lifetime, 1'202, 1e-9);
    EXPECT_NEAR(cost(Technology::kCellular).lifetime, 12'538.35, 1e-9);
    EXPECT_NEAR(cost(Technology::kP2p).lifetime, 28'504.35, 1e-9);
    // Without a grid the panels are bought once.
    EXPECT_NEAR(cost_of(model, Technology::kSatellite, std::nullopt, 20, false).lifetime, 515 + 600 + 600,
                1e-9);
}

TEST(NetworkCosts, SayWhatStandsAgainstATechnology) {
    CostModel model = rwanda();
    const auto obstacle = [&](Technology technology, std::optional<double> km, double mbps,
                              bool grid = true) {
        return cost_of(model, technology, km, mbps, grid).obstacle;
    };
    EXPECT_EQ(obstacle(Technology::kFibre, 20, 20), Obstacle::kNone);
    EXPECT_EQ(obstacle(Technology::kFibre, 20.1, 20), Obstacle::kTooFar);
    EXPECT_EQ(obstacle(Technology::kCellular, std::nullopt, 20), Obstacle::kNoNode);
    EXPECT_EQ(obstacle(Technology::kSatellite, std::nullopt, 151), Obstacle::kTooMuchBandwidth);
    EXPECT_EQ(obstacle(Technology::kSatellite, std::nullopt, 150, false), Obstacle::kNone);
    model.solar_per_watt = 0;
    EXPECT_EQ(obstacle(Technology::kSatellite, std::nullopt, 150, false), Obstacle::kNoElectricity);
}

TEST(NetworkCosts, AreReadStrictly) {
    for (const char* bad : {"[]", "{}", R"({"model_defaults":[]})"})
        EXPECT_FALSE(parse_costs(*json::parse(bad))) << bad;
    json::Value below = *json::parse(kRwanda);
    below.at("fiber").at("capex").as_object()["cost_per_km"] = -1;
    EXPECT_EQ(parse_costs(below).error().where, "costs.fiber.capex.cost_per_km");
}

TEST(NetworkPlans, MeasureAlongTheSphere) {
    EXPECT_NEAR(km_between(0, 0, 0, 1), 111.195, 1e-2);
    EXPECT_NEAR(km_between(-1.95, 30.06, -1.95, 30.06), 0, 1e-9);
    EXPECT_NEAR(km_between(90, 0, -90, 0), 20015.1, 0.1);
}

// A line of places going away from the one node of fibre, 10 km apart.
BuildOut line(std::size_t places) {
    BuildOut build;
    build.costs = rwanda();
    build.technologies = {Technology::kFibre};
    build.nodes.push_back({"exchange", Technology::kFibre, 0, 0});
    for (std::size_t i = 0; i < places; ++i)
        build.sites.push_back(
            {fmt::format("p{}", i), "", 100, 0, 0.09 * static_cast<double>(i + 1), 0, true});
    return build;
}

TEST(NetworkPlans, GrowAlongTheTree) {
    BuildOut build = line(4);
    build.sites[3].people = 100'000;  // the last is worth the way through the others
    build.budget = 1e6;
    const BuildPlan plan = plan_build_out(build);
    ASSERT_EQ(plan.connections.size(), 4U);
    for (std::uint32_t i = 0; i < 4; ++i) {
        EXPECT_EQ(plan.connections[i].site, i);
        EXPECT_NEAR(*plan.connections[i].cost.km, 10.0, 0.01);
    }
    EXPECT_EQ(plan.connections[0].from_node, 0U);
    EXPECT_EQ(plan.connections[3].from_site, 2U);
    EXPECT_EQ(plan.reached, 100'300);
    EXPECT_LE(plan.reached, plan.bound);
    // Not enough for the whole way: as far as it goes.
    build.budget = plan.connections[1].spent;
    EXPECT_EQ(plan_build_out(build).connections.size(), 2U);
    // Farther apart than a cable may be, none is reached.
    for (Site& site : build.sites) site.longitude *= 3;
    EXPECT_TRUE(plan_build_out(build).connections.empty());
}

TEST(NetworkPlans, CountThoseWhoAreConnectedLeast) {
    BuildOut build = line(4);
    build.technologies = {Technology::kSatellite};
    build.budget = 1'202 * 2;
    build.sites[0].connected = 0.9;
    build.sites[1].connected = 0.5;
    build.sites[2].connected = 0.1;
    build.sites[3].connected = 0.2;
    build.sites[0].people = 10'000;
    EXPECT_NEAR(plan_build_out(build).reached, 1'000 + 90, 1e-9);
    build.least = 0.02;  // of 10,300 people
    const BuildPlan plan = plan_build_out(build);
    EXPECT_NEAR(plan.reached, 90 + 80, 1e-9);
    EXPECT_NEAR(plan.countable, 90 + 80 + 50, 1e-9);
}

TEST(NetworkPlans, NeedMoreBandwidthForMorePeople) {
    BuildOut build = line(1);
    build.technologies = {Technology::kFibre, Technology::kSatellite};
    build.budget = 1e6;
    EXPECT_EQ(plan_build_out(build).connections.at(0).cost.technology, Technology::kSatellite);
    build.sites[0].people = 20'000;
    build.mbps_per_thousand = 10;
    EXPECT_EQ(plan_build_out(build).connections.at(0).cost.technology, Technology::kFibre);
    const auto options = options_of(build, 0);
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(options[1].obstacle, Obstacle::kTooMuchBandwidth);
}

BuildOut scattered(std::mt19937_64& random, std::size_t places) {
    const auto between = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
    };
    BuildOut build;
    build.costs = rwanda();
    for (int i = 0; i < 3; ++i)
        build.nodes.push_back({fmt::format("f{}", i), Technology::kFibre, between(0, 1), between(0, 1)});
    build.nodes.push_back({"t", Technology::kCellular, 0.5, 0.5});
    for (std::size_t i = 0; i < places; ++i)
        build.sites.push_back({fmt::format("p{:03}", i), "", std::floor(between(10, 5000)), between(0, 1),
                               between(0, 1), between(0, 1), random() % 2 == 0});
    return build;
}

TEST(NetworkPlans, KeepToTheBudgetAndTheBound) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 30; ++round) {
        BuildOut build = scattered(random, 60);
        if (round % 3 == 0) build.technologies = {Technology::kFibre};
        if (round % 3 == 1) build.mbps_per_thousand = 50;
        double before = 0;
        for (const double budget : {0.0, 5e4, 2e5, 1e6, 1e7}) {
            build.budget = budget;
            ASSERT_TRUE(check_build_out(build));
            const BuildPlan plan = plan_build_out(build);
            EXPECT_LE(plan.spent, budget);
            EXPECT_LE(plan.reached, plan.bound * (1 + 1e-12) + 1e-9);
            EXPECT_GE(plan.bound, before);  // more money, no fewer people
            before = plan.bound;
            double spent = 0, reached = 0;
            std::set<std::uint32_t> lit;
            for (const Connection& each : plan.connections) {
                spent += each.cost.lifetime;
                reached += each.people;
                EXPECT_EQ(each.cost.obstacle, Obstacle::kNone);
                EXPECT_NEAR(each.spent, spent, 1e-6);
                if (each.cost.technology == Technology::kFibre) {
                    if (each.from_site) {
                        EXPECT_TRUE(lit.contains(*each.from_site));
                    }
                    lit.insert(each.site);
                }
            }
            EXPECT_NEAR(plan.reached, reached, 1e-6);
        }
    }
}

TEST(NetworkPlans, AreTheSameEachTimeAndTiesGoById) {
    std::mt19937_64 random(2);
    BuildOut build = scattered(random, 80);
    for (Site& site : build.sites) {
        site.people = 100;
        site.connected = 0;
        site.on_grid = true;
    }
    build.technologies = {Technology::kSatellite};
    build.budget = 1'202 * 5 + 1;
    const BuildPlan plan = plan_build_out(build);
    ASSERT_EQ(plan.connections.size(), 5U);
    for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(plan.connections[i].site, i);
}

TEST(NetworkFiles, AreReadWithTheirDefects) {
    const ReadSites read = read_sites(
        "id,name,people,lat,lon,connected,electricity\nb,B,10,1,2,25%,no\na,A,20,1,2,0.5,\na,A,20,1,2,,\nc,C,"
        "-5,1,2,,\nd,D,5,91,2,,\ne,E,5,1,x,,\nf,F,5,1,2,2,\ng,G,5,1,2,,maybe\n",
        "s.csv", "");
    ASSERT_EQ(read.sites.size(), 2U);
    EXPECT_EQ(read.sites[0].id, "a");
    EXPECT_EQ(read.sites[1].connected, 0.25);
    EXPECT_FALSE(read.sites[1].on_grid);
    EXPECT_EQ(read.defects.size(), 6U);
    EXPECT_EQ(read.defects[0].message().substr(0, 26), "s.csv line 4: duplicate: '");
    EXPECT_EQ(read_sites("name,lat\nx,1\n", "s.csv", "").defects.size(), 3U);
    const ReadNodes nodes = read_nodes("technology,lat,lon\nFiber,1,2\nradio,1,2\n", "n.csv");
    ASSERT_EQ(nodes.nodes.size(), 1U);
    EXPECT_EQ(nodes.nodes[0].technology, Technology::kFibre);
    EXPECT_EQ(nodes.defects.size(), 1U);
}

json::Value asked(const std::string& places, const std::string& more) {
    return *json::parse(
        fmt::format(R"({{"places":"{}","costs":{},"budget":60000{}}})", places, kRwanda, more));
}
constexpr const char* kAskedPlaces = R"(id,name,people,lat,lon\na,A,900,0,0\nb,B,90,0,0.9\nc,C,5,0,9\n)";

TEST(NetworkAnswers, TellEveryPlaceWithWhatStandsAgainstEachTechnology) {
    const auto answer = answer_network(asked(
        kAskedPlaces,
        R"(,"nodes":"id,technology,lat,lon\nm,cellular,0,0.05\nf,fibre,1,1\n","technologies":["cellular","fibre"])"));
    ASSERT_TRUE(answer) << answer.error().message();
    const json::Object& plan = answer->at("plan").as_object();
    EXPECT_TRUE(answer->at("defects").as_array().empty());
    // The mast serves who is near, and is named; who is far has nothing, and it is said why.
    ASSERT_EQ(plan.at("rows").as_array().size(), 1U);
    EXPECT_EQ(plan.at("rows").at(0).at("from"), "m");
    EXPECT_EQ(plan.at("rows").at(0).at("from_place"), false);
    ASSERT_EQ(plan.at("sites").as_array().size(), 3U);
    EXPECT_EQ(plan.at("sites").at(0).at("technology"), "cellular");
    EXPECT_TRUE(plan.at("sites").at(2).at("technology").is_null());
    ASSERT_EQ(plan.at("sites").at(2).at("options").as_array().size(), 2U);
    for (const json::Value& each : plan.at("sites").at(2).at("options").as_array())
        EXPECT_EQ(each.at("obstacle"), "too-far");
    EXPECT_EQ(plan.at("nodes").as_array().size(), 2U);
    const auto without = answer_network(asked(kAskedPlaces, R"(,"technologies":["p2p"])"));
    EXPECT_EQ(without->at("plan").at("sites").at(0).at("options").at(0).at("obstacle"), "no-node");
}

TEST(NetworkAnswers, PlanNothingOfDefectiveTablesUnlessTold) {
    const std::string bad = R"(id,people,lat,lon\na,10,0,0\nb,-1,0,0\n)";
    const auto refused = answer_network(asked(bad, ""));
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->at("plan").is_null());
    EXPECT_EQ(refused->at("defects").at(0).at("line"), 3);
    const auto skipped = answer_network(asked(bad, R"(,"skip":true)"));
    EXPECT_EQ(skipped->at("plan").at("places"), 1);
    EXPECT_EQ(skipped->at("defects").as_array().size(), 1U);
}

TEST(NetworkAnswers, NameTheFieldThatIsWrong) {
    const auto where = [](const json::Value& request) { return answer_network(request).error().where; };
    EXPECT_EQ(where(asked(kAskedPlaces, R"(,"technologies":["pigeon"])")), "body.technologies");
    EXPECT_EQ(where(asked(kAskedPlaces, R"(,"least":2)")), "least");
    EXPECT_EQ(where(asked(kAskedPlaces, R"(,"years":0)")), "body.years");
    EXPECT_EQ(where(asked(kAskedPlaces, R"(,"more":0)")), "body.more");
    EXPECT_EQ(where(*json::parse(R"({"places":"x","costs":{},"budget":1})")).substr(0, 10), "body.costs");
    std::string many = "id,people,lat,lon";
    for (std::size_t i = 0; i <= kMostAskedSites; ++i) many += fmt::format("\\n{},1,0,0", i);
    EXPECT_EQ(answer_network(asked(many, "")).error().kind, ErrorKind::kTooLarge);
}

TEST(NetworkFiles, PlanRealTowns) {
    COMITY_SHARED_DATA_OR_SKIP(shared);
    const std::string towns = testing::file_text(shared / "planning/cities_rw_sn_sl_ke_np_td.csv");
    BuildOut build;
    const ReadSites read = read_sites(towns, "towns", "RW");
    EXPECT_TRUE(read.defects.empty());
    build.sites = read.sites;
    ASSERT_GT(build.sites.size(), 10U);
    const auto costs = json::parse(testing::file_text(shared / "planning/giga_conf/countries/rwanda.json"));
    ASSERT_TRUE(costs);
    build.costs = *parse_costs(*costs);
    build.nodes.push_back({"kigali", Technology::kFibre, -1.94995, 30.05885});
    build.technologies = {Technology::kFibre};
    build.budget = 1e6;
    ASSERT_TRUE(check_build_out(build));
    const BuildPlan plan = plan_build_out(build);
    EXPECT_GT(plan.reached, 0);
    EXPECT_LE(plan.spent, 1e6);
    EXPECT_LE(plan.reached, plan.bound);
}

}  // namespace
}  // namespace comity::development
