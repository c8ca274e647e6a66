// What other tools ask: is this listed, as far as who asks may know?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::RestServer;

class LookupTest : public ::testing::Test {
  protected:
    LookupTest() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        for (const char* account : {"amina@cert-ke", "okello@cert-ug"}) server_.add_account(account);
    }
    void share(unsigned n, std::string_view pattern, Audience audience = {Tlp::kGreen, {}, {}, {}},
               std::string_view more = "") {
        std::string object = testing::indicator(n);
        const std::size_t at = object.find("\"pattern\":");
        const std::size_t end = object.find(",\"pattern_type\"");
        object.replace(at, end - at, fmt::format(R"("pattern":"{}")", pattern));
        object.insert(object.size() - 1, more);
        server_.submit(community_.share("cert-ug", {object}, std::move(audience)));
    }
    // The listed values that say something of it.
    std::vector<std::string> listed(const std::string& value, const std::string& account = "amina@cert-ke") {
        const auto answer = RestServer::json_of(server_.post(
            "/api/v1/intel/lookup", json::write(json::Object{{"values", json::Array{json::Value(value)}}}),
            server_.bearer(account)));
        const json::Value& item = answer.at("items").at(0);
        EXPECT_EQ(item.at("value").as_string(), value);
        std::vector<std::string> out;
        for (const json::Value& each : item.at("indicators").as_array())
            out.emplace_back(each.at("value").as_string());
        EXPECT_EQ(item.at("listed").as_bool(), !out.empty());
        std::ranges::sort(out);
        return out;
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(LookupTest, TellsWhatIsListedOfAValueInAnySpelling) {
    share(1, "[domain-name:value = 'evil.example']");
    share(2, "[ipv4-addr:value = '198.51.100.0/24']");
    share(3, "[ipv4-addr:value = '198.51.100.7']");
    share(4, "[url:value = 'http://good.example/bad']");
    share(5, "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
    EXPECT_THAT(listed("WWW.EVIL[.]example."), ElementsAre("evil.example"));
    EXPECT_THAT(listed("hxxp://a.evil.example/x"), ElementsAre("evil.example"));
    EXPECT_THAT(listed("ceo@evil.example"), ElementsAre("evil.example"));
    EXPECT_THAT(listed("notevil.example"), IsEmpty());
    EXPECT_THAT(listed("198.51.100.7"), ElementsAre("198.51.100.0/24", "198.51.100.7"));
    EXPECT_THAT(listed("http://198.51.100.9:8080/"), ElementsAre("198.51.100.0/24"));
    EXPECT_THAT(listed("198.51.101.7"), IsEmpty());
    EXPECT_THAT(listed("HTTP://good.example:80/bad"), ElementsAre("http://good.example/bad"));
    EXPECT_THAT(listed("good.example"), IsEmpty()) << "that a URL on it is listed does not list a host";
    EXPECT_THAT(listed("D41D8CD98F00B204E9800998ECF8427E"), ElementsAre("d41d8cd98f00b204e9800998ecf8427e"));
    const auto one =
        server_.get_json("/api/v1/intel/lookup?value=evil.example", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(one.at("items").at(0).at("indicators").at(0).at("source").as_string(), "cert-ug");
}

TEST_F(LookupTest, LeavesOutWhatIsOverRevokedOrAsksForMore) {
    share(1, "[domain-name:value = 'a.example']", {Tlp::kGreen, {}, {}, {}},
          R"(,"valid_until":"2026-01-02T00:00:00Z")");
    share(2, "[domain-name:value = 'b.example']", {Tlp::kGreen, {}, {}, {}}, R"(,"revoked":true)");
    share(3, "[domain-name:value = 'c.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']");
    server_.clock().set(*parse_time("2026-06-01T00:00:00Z"));
    for (const char* value : {"a.example", "b.example", "c.example"})
        EXPECT_THAT(listed(value), IsEmpty()) << value;
}

// Law 4: as if what may not be read were not there.
TEST_F(LookupTest, TellsNobodyOfWhatItMayNotRead) {
    share(1, "[domain-name:value = 'evil.example']", {Tlp::kAmberStrict, {"cert-ug"}, {}, {}});
    EXPECT_THAT(listed("evil.example", "okello@cert-ug"), ElementsAre("evil.example"));
    for (const char* account : {"amina@cert-ke", ""}) EXPECT_THAT(listed("evil.example", account), IsEmpty());
    const auto hidden =
        server_.get("/api/v1/intel/lookup?value=evil.example", server_.bearer("amina@cert-ke"));
    const auto absent =
        server_.get("/api/v1/intel/lookup?value=eval.example", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(hidden.body.size(), absent.body.size());
}

TEST_F(LookupTest, AnswersManyInTheirOrderAndSaysWhichIsNone) {
    share(1, "[domain-name:value = 'evil.example']");
    const auto answer = RestServer::json_of(
        server_.post("/api/v1/intel/lookup", R"({"values":["x.example","evil.example","192.0.2.1"]})"));
    EXPECT_EQ(answer.at("items").as_array().size(), 3u);
    for (const char* bad : {R"({"values":[]})", R"({"values":[""]})", R"({"value":"x"})"})
        EXPECT_EQ(server_.post("/api/v1/intel/lookup", bad).status, 400) << bad;
    EXPECT_EQ(server_.get("/api/v1/intel/lookup").status, 400);
}

}  // namespace
}  // namespace comity::api::rest
