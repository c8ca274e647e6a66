#include <fmt/format.h>
#include <gtest/gtest.h>

#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::problem_of;
using testing::RestServer;

const std::string kCosts =
    R"({"scenario":{"years_opex":5,"bandwidth_demand":20},)"
    R"("fiber":{"capex":{"cost_per_km":7500,"fixed_costs":0},"opex":{"fixed_costs":0,"cost_per_km":100,"annual_bandwidth_cost_per_mbps":6.09},"constraints":{"maximum_connection_length":20000,"maximum_bandwithd":2000,"required_power":500}},)"
    R"("satellite":{"capex":{"fixed_costs":515},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":6},"constraints":{"maximum_bandwithd":150,"required_power":200}},)"
    R"("cellular":{"capex":{"fixed_costs":534},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":120},"constraints":{"maximum_range":8000,"maximum_bandwithd":100,"required_power":10}},)"
    R"("electricity":{"capex":{"solar_cost_per_watt":3},"opex":{"cost_per_kwh":0.087}},)"
    R"("p2p":{"capex":{"fixed_costs":2000,"tower_fixed_costs":2500},"opex":{"fixed_costs":0,"annual_bandwidth_cost_per_mbps":240},"constraints":{"maximum_range":50000,"maximum_bandwithd":100,"required_power":10}}})";

class NetworkDoor : public ::testing::Test {
  protected:
    NetworkDoor() : community_({"cert-rw"}) {
        server_.submit(community_.charter());
        server_.add_account("amina@cert-rw");
    }
    http::Response plan(const std::string& places, const std::string& more = "",
                        const std::string& as = "amina@cert-rw") {
        return server_.post(
            "/api/v1/network/plan",
            fmt::format(R"({{"places":"{}","costs":{},"budget":2000{}}})", places, kCosts, more),
            server_.bearer(as));
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(NetworkDoor, PlansAsTheDocumentSaysAndKeepsNothing) {
    const auto answer =
        RestServer::json_of(plan(R"(id,name,people,lat,lon\na,A,900,0,0\nb,B,90,0,0.9\n)",
                                 R"(,"nodes":"technology,lat,lon\nfibre,0,0.1\n","years":5,"mbps":20)"));
    ASSERT_EQ(answer.at("plan").at("rows").as_array().size(), 1U);
    EXPECT_EQ(answer.at("plan").at("rows").at(0).at("technology"), "satellite");
    EXPECT_EQ(answer.at("plan").at("rows").at(0).at("lifetime"), 1202);
    EXPECT_EQ(answer.at("plan").at("sites").as_array().size(), 2U);
    EXPECT_TRUE(RestServer::json_of(plan(R"(id,people,lat,lon\na,-1,0,0\n)")).at("plan").is_null());
    EXPECT_EQ(server_.log_size(), 1U);
}

TEST_F(NetworkDoor, IsForWhoHasAnAccountAndNamesWhatIsWrong) {
    EXPECT_EQ(plan("id", "", "").status, 401);
    const auto refused = plan(R"(id,people,lat,lon\na,1,0,0\n)", R"(,"least":2)");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(problem_of(refused).at("where"), "least");
}

}  // namespace
}  // namespace comity::api::rest
