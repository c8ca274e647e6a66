#include "api/misp/misp.h"

#include <gmock/gmock.h>

#include "crypto/md5.h"
#include "intelligence/stix/marking.h"
#include "json/value.h"
#include "testing/served_node.h"

namespace comity::api::misp {
namespace {

using ::testing::HasSubstr;

class Feed : public ::testing::Test {
  protected:
    Feed() : community_({"cert-ke", "cert-ug"}), server_(add_routes) {
        server_.submit(community_.charter());
        server_.add_account("amina@cert-ke");
        server_.add_account("okello@cert-ug");
    }
    http::Response get(const std::string& file, const std::string& as = "", http::Client::Headers more = {}) {
        http::Client::Headers headers = server_.bearer(as);
        headers.insert(headers.end(), more.begin(), more.end());
        return server_.send(http::Method::kGet, "/misp/feed/" + file, headers);
    }
    json::Object manifest(const std::string& as = "") {
        const auto response = get("manifest.json", as);
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body).value_or(json::Value(json::Object{})).as_object();
    }
    void share(unsigned n, ledger::Tlp label, std::vector<std::string> members = {}) {
        server_.clock().advance_seconds(1);
        server_.submit(
            community_.share("cert-ke", {testing::indicator(n)}, {label, std::move(members), {}, {}}));
    }

    testing::Community community_;
    testing::ServedNode server_;
};

TEST_F(Feed, ListsAnEventForEachShareAndServesIt) {
    share(1, ledger::Tlp::kClear);
    const json::Object listed = manifest();
    ASSERT_EQ(listed.size(), 1u);
    const std::string uuid(listed.begin()->key());
    EXPECT_EQ(listed.begin()->value().at("Orgc").at("name"), "Member cert-ke");
    EXPECT_EQ(listed.begin()->value().at("Tag").at(0).at("name"), "tlp:clear");
    const auto event = json::parse(get(uuid + ".json").body);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->at("Event").at("uuid"), json::Value(uuid));
    EXPECT_EQ(event->at("Event").at("timestamp"), listed.begin()->value().at("timestamp"));
}

TEST_F(Feed, EachReaderHasItsOwn) {
    share(1, ledger::Tlp::kClear);
    share(2, ledger::Tlp::kGreen);
    share(3, ledger::Tlp::kAmber, {"cert-ug"});
    share(4, ledger::Tlp::kAmber);
    EXPECT_EQ(manifest().size(), 1u);
    EXPECT_EQ(manifest("okello@cert-ug").size(), 3u);
    const json::Object all = manifest("amina@cert-ke");
    EXPECT_EQ(all.size(), 4u);
    std::size_t readable = 0;
    for (const auto& event : all) {
        const std::string file = std::string(event.key()) + ".json";
        EXPECT_EQ(get(file, "amina@cert-ke").status, 200);
        readable += get(file).status == 200 ? 1 : 0;
        if (get(file).status == 200) continue;
        EXPECT_EQ(get(file).status, get("00000000-0000-4000-8000-000000000000.json").status);
    }
    EXPECT_EQ(readable, 1u);
    EXPECT_EQ(get("manifest.json", "", {{"Authorization", "Bearer comity_no"}}).status, 401);
}

TEST_F(Feed, AnObjectThatIsStricterThanItsStatementIsInNoEvent) {
    server_.submit(community_.share(
        "cert-ke",
        {testing::indicator(1), testing::indicator(2, intelligence::marking_id(ledger::Tlp::kRed))},
        {ledger::Tlp::kClear, {}, {}, {}}));
    server_.submit(community_.share("cert-ke",
                                    {testing::indicator(3, intelligence::marking_id(ledger::Tlp::kRed))},
                                    {ledger::Tlp::kClear, {}, {}, {}}));
    const json::Object listed = manifest();
    ASSERT_EQ(listed.size(), 1u) << "an event without attributes is none";
    const auto event = json::parse(get(std::string(listed.begin()->key()) + ".json").body);
    EXPECT_EQ(event->at("Event").at("Attribute").as_array().size(), 1u);
    EXPECT_EQ(get("hashes.csv").body.find(crypto::md5_hex(as_bytes("198.51.100.2"))), std::string::npos);
}

TEST_F(Feed, HashesTellWhichEventHasAValue) {
    share(1, ledger::Tlp::kClear);
    const std::string uuid(manifest().begin()->key());
    EXPECT_THAT(get("hashes.csv").body, HasSubstr("," + uuid + "\n"));
}

TEST_F(Feed, IsNotSentAgainUnchanged) {
    share(1, ledger::Tlp::kClear);
    const std::vector<std::string> files = {"manifest.json", "hashes.csv",
                                            std::string(manifest().begin()->key()) + ".json"};
    for (const std::string& file : files) {
        const std::string etag(get(file).find("ETag").value_or(""));
        EXPECT_EQ(get(file, "", {{"If-None-Match", etag}}).status, 304) << file;
    }
    const std::string etag(get("manifest.json").find("ETag").value_or(""));
    share(2, ledger::Tlp::kClear);
    EXPECT_EQ(get("manifest.json", "", {{"If-None-Match", etag}}).status, 200);
    EXPECT_EQ(get("nothing").status, 404);
}

}  // namespace
}  // namespace comity::api::misp
