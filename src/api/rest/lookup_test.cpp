// What other tools ask: is this listed, as far as who asks may know? Names and addresses that are reserved
// for documentation are nobody's and no indicator (indicator/classify.h), so none of these is one of them.
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
        server_.clock().set(
            *parse_time("2026-06-01T00:00:00Z"));  // testing::indicator() is valid from 2026 on
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
    share(1, "[domain-name:value = 'evil.com']");
    share(2, "[ipv4-addr:value = '8.51.100.0/24']");
    share(3, "[ipv4-addr:value = '8.51.100.7']");
    share(4, "[url:value = 'http://good.com/bad']");
    share(5, "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
    EXPECT_THAT(listed("WWW.EVIL[.]com."), ElementsAre("evil.com"));
    EXPECT_THAT(listed("hxxp://a.evil.com/x"), ElementsAre("evil.com"));
    EXPECT_THAT(listed("ceo@evil.com"), ElementsAre("evil.com"));
    EXPECT_THAT(listed("notevil.com"), IsEmpty());
    EXPECT_THAT(listed("8.51.100.7"), ElementsAre("8.51.100.0/24", "8.51.100.7"));
    EXPECT_THAT(listed("http://8.51.100.9:8080/"), ElementsAre("8.51.100.0/24"));
    EXPECT_THAT(listed("8.51.101.7"), IsEmpty());
    EXPECT_THAT(listed("HTTP://good.com:80/bad"), ElementsAre("http://good.com/bad"));
    EXPECT_THAT(listed("good.com"), IsEmpty()) << "that a URL on it is listed does not list a host";
    EXPECT_THAT(listed("D41D8CD98F00B204E9800998ECF8427E"), ElementsAre("d41d8cd98f00b204e9800998ecf8427e"));
    const auto one = server_.get_json("/api/v1/intel/lookup?value=evil.com", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(one.at("items").at(0).at("indicators").at(0).at("source").as_string(), "cert-ug");
}

TEST_F(LookupTest, LeavesOutWhatIsOverRevokedOrAsksForMore) {
    share(1, "[domain-name:value = 'a.com']", {Tlp::kGreen, {}, {}, {}},
          R"(,"valid_until":"2026-01-02T00:00:00Z")");
    share(2, "[domain-name:value = 'b.com']", {Tlp::kGreen, {}, {}, {}}, R"(,"revoked":true)");
    share(4, "[domain-name:value = 'd.com']");
    EXPECT_THAT(listed("d.com"), ElementsAre("d.com"));
    share(3, "[domain-name:value = 'c.com' AND domain-name:resolves_to_refs[*].value = '8.0.2.1']");
    for (const char* value : {"a.com", "b.com", "c.com"}) EXPECT_THAT(listed(value), IsEmpty()) << value;
}

// Law 4: as if what may not be read were not there.
TEST_F(LookupTest, TellsNobodyOfWhatItMayNotRead) {
    share(1, "[domain-name:value = 'evil.com']", {Tlp::kAmberStrict, {"cert-ug"}, {}, {}});
    EXPECT_THAT(listed("evil.com", "okello@cert-ug"), ElementsAre("evil.com"));
    for (const char* account : {"amina@cert-ke", ""}) EXPECT_THAT(listed("evil.com", account), IsEmpty());
    const auto hidden = server_.get("/api/v1/intel/lookup?value=evil.com", server_.bearer("amina@cert-ke"));
    const auto absent = server_.get("/api/v1/intel/lookup?value=eval.com", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(hidden.body.size(), absent.body.size());
}

TEST_F(LookupTest, FindsAtOnceWhatCameAfterTheIndexWasMade) {
    EXPECT_THAT(listed("evil.com"), IsEmpty());
    share(1, "[domain-name:value = 'evil.com']");
    EXPECT_THAT(listed("a.evil.com"), ElementsAre("evil.com"));
    share(2, "[ipv4-addr:value = '8.51.0.0/16' OR ipv4-addr:value = '8.51.100.7']");
    EXPECT_THAT(listed("8.51.100.7").size(), 1U) << "an indicator is told once";
    EXPECT_THAT(listed("8.51.100.8"), ElementsAre("8.51.0.0/16"));
    EXPECT_THAT(listed("8.52.100.8"), IsEmpty());
    share(3, "[ipv6-addr:value = '2a00:1450::/32']");
    EXPECT_THAT(listed("2a00:1450:0:0::1"), ElementsAre("2a00:1450::/32"));
    EXPECT_THAT(listed("2a00:1451::1"), IsEmpty());
    share(4, "[file:name = 'invoice.pdf.exe']");
    EXPECT_THAT(listed("C:\\Invoice.pdf.EXE"), ElementsAre("invoice.pdf.exe"));
    // A later version is about something else.
    share(5, "[domain-name:value = 'old.com']");
    EXPECT_THAT(listed("old.com"), ElementsAre("old.com"));
    std::string later = testing::indicator(5);
    later.replace(later.find("2026-01-01T00:00:00.000Z\",\"pattern"), 24, "2026-02-01T00:00:00.000Z");
    later.replace(later.find("ipv4-addr:value = '198.51.100.5'"), 32, "domain-name:value = 'new.com'");
    server_.submit(community_.share("cert-ug", {later}, {Tlp::kGreen, {}, {}, {}}));
    EXPECT_THAT(listed("old.com"), IsEmpty());
    EXPECT_THAT(listed("new.com"), ElementsAre("new.com"));
}

TEST_F(LookupTest, AnswersManyInTheirOrderAndSaysWhichIsNone) {
    share(1, "[domain-name:value = 'evil.com']");
    const auto answer = RestServer::json_of(
        server_.post("/api/v1/intel/lookup", R"({"values":["x.com","evil.com","8.0.2.1"]})"));
    EXPECT_EQ(answer.at("items").as_array().size(), 3u);
    for (const char* bad : {R"({"values":[]})", R"({"values":[""]})", R"({"value":"x"})"})
        EXPECT_EQ(server_.post("/api/v1/intel/lookup", bad).status, 400) << bad;
    EXPECT_EQ(server_.get("/api/v1/intel/lookup").status, 400);
}

}  // namespace
}  // namespace comity::api::rest
