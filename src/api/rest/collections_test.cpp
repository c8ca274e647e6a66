#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intelligence/collection.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ledger::Tlp;
using ::testing::ElementsAre;
using testing::RestServer;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};

class RestCollections : public ::testing::Test {
  protected:
    RestCollections() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        server_.add_account("okello@cert-ug");
    }
    std::string make(const std::string& title, const ledger::Audience& audience = kClear) {
        const std::string id = intelligence::new_collection_id().text();
        server_.clock().advance_seconds(1);
        server_.submit(community_.statement("cert-ke", intelligence::kCollection,
                                            {{"id", id}, {"root", "drills"}, {"title", title}}, audience));
        return id;
    }
    std::vector<std::string> titles(std::size_t limit) {
        std::vector<std::string> out;
        for (std::string cursor;;) {
            const json::Value page =
                server_.get_json(fmt::format("/api/v1/collections?limit={}{}", limit, cursor));
            for (const json::Value& item : page.at("items").as_array())
                out.emplace_back(item.at("title").as_string());
            if (page.at("next").is_null()) return out;
            cursor = "&cursor=" + std::string(page.at("next").as_string());
        }
    }
    testing::Community community_;
    RestServer server_;
};

TEST_F(RestCollections, AreListedInTheOrderInWhichTheyWereMade) {
    EXPECT_THAT(titles(1), ElementsAre());
    make("one");
    make("two");
    make("hidden", {Tlp::kAmber, {"cert-ug"}, {}, {}});
    make("three");
    for (std::size_t limit = 1; limit < 5; ++limit)
        EXPECT_THAT(titles(limit), ElementsAre("one", "two", "three"));
}

TEST_F(RestCollections, AreShownToWhomTheyAreFor) {
    const std::string open = make("open");
    const std::string hidden = make("hidden", {Tlp::kAmber, {"cert-ug"}, {}, {}});
    const json::Value shown = server_.get_json("/api/v1/collections/" + open);
    EXPECT_EQ(shown.at("title"), "open");
    EXPECT_EQ(shown.at("owner"), "cert-ke");
    EXPECT_EQ(json::write(shown.at("audience")), R"({"tlp":"clear"})");
    EXPECT_EQ(server_.get("/api/v1/collections/" + hidden).status, 404);
    EXPECT_EQ(server_.get("/api/v1/collections/x").status, 404);
    EXPECT_EQ(server_.get("/api/v1/collections?cursor=x").status, 400);
    EXPECT_EQ(server_.get("/api/v1/collections?cursor=" + hidden).status, 400);
    EXPECT_EQ(server_.get("/api/v1/collections/" + hidden, server_.bearer("okello@cert-ug")).status, 200);
}

}  // namespace
}  // namespace comity::api::rest
