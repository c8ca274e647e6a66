// What mirrors read: logs, checkpoints, packages, and the roll of nodes.
#include "federation/announcement.h"
#include "federation/peer_source.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::Community;
using testing::indicator;
using testing::RestServer;

class Federation : public ::testing::Test {
  protected:
    void SetUp() override { server_.submit(community_.charter()); }
    const ledger::LogIdentity& identity() { return server_.node().ledger().identity(); }
    std::string own_log() {
        return "/api/v1/logs/" + federation::log_name(identity().key.public_part()).hex();
    }
    static std::size_t count(const json::Value& page) { return page.at("items").as_array().size(); }

    Community community_{{"ke", "fr"}};
    RestServer server_;
};

TEST_F(Federation, TheOwnLogIsAmongThoseHeld) {
    const json::Value logs = server_.get_json("/api/v1/logs");
    ASSERT_EQ(count(logs), 1U);
    const json::Value& own = logs.at("items").at(0);
    EXPECT_TRUE(own.at("own").as_bool());
    EXPECT_EQ(own.at("key").as_string(), identity().key.public_part().text());
    EXPECT_EQ(own.at("size").to_number<int>(), 1);
    EXPECT_EQ(server_.get("/api/v1/logs/" + std::string(64, '0') + "/checkpoints").status, 404);
    EXPECT_EQ(server_.get("/api/v1/logs/" + std::string(64, '0') + "/packages/0").status, 404);
    EXPECT_EQ(server_.get("/api/v1/logs/nothing/packages/0").status, 400);
}

TEST_F(Federation, OfCheckpointsOfOneSecondTheLastIsTold) {
    for (int i = 0; i < 4; ++i) server_.submit(community_.share("ke", {indicator(static_cast<unsigned>(i))}));
    server_.clock().advance_seconds(1);
    server_.submit(community_.share("ke", {indicator(10)}));
    server_.submit(community_.share("ke", {indicator(11)}));
    std::vector<std::uint64_t> sizes;
    const auto read = [&](const std::string& query) {
        sizes.clear();
        const json::Value page = server_.get_json(own_log() + "/checkpoints" + query);
        for (const json::Value& note : page.at("items").as_array()) {
            const auto open =
                log::open_checkpoint(std::string(note.as_string()), identity().key.public_part());
            ASSERT_TRUE(open);
            sizes.push_back(open->checkpoint.size);
        }
    };
    read("");
    EXPECT_EQ(sizes, (std::vector<std::uint64_t>{5, 7}));
    read("?after=5");
    EXPECT_EQ(sizes, (std::vector<std::uint64_t>{7}));
    read("?after=7");
    EXPECT_TRUE(sizes.empty());
    EXPECT_EQ(server_.get(own_log() + "/checkpoints?after=-1").status, 400);
}

TEST_F(Federation, APackageHasWhatItsReaderMayRead) {
    const ledger::Audience amber{ledger::Tlp::kAmber, {"fr"}, {}, {}};
    server_.submit(community_.share("ke", {indicator(1), indicator(2)}));
    server_.submit(community_.share("ke", {indicator(3)}, amber));
    server_.add_account("amina@fr");
    const json::Value open = server_.get_json(own_log() + "/packages/0");
    ASSERT_EQ(count(open), 2U);
    EXPECT_EQ(open.at("items").at(1).at("objects").as_array().size(), 2U);
    EXPECT_EQ(count(server_.get_json(own_log() + "/packages/0", server_.bearer("amina@fr"))), 3U);
    EXPECT_EQ(count(server_.get_json(own_log() + "/packages/1")), 0U);
}

// An object that its own marking narrows is not shown; that the statement has more than may be read is told
// by its body, which may be read, and so may the hashes by which its root is made.
TEST_F(Federation, OfAnObjectThatMayNotBeReadTheHashGoesWithItsStatement) {
    constexpr std::string_view kGreen = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
    const std::string hidden = indicator(2, kGreen);
    const Digest id = server_.submit(community_.share("ke", {indicator(1), hidden, indicator(3)})).id;
    server_.add_account("amina@fr");
    const std::string hash = log::leaf_hash(as_bytes(hidden)).hex();
    const json::Value open = server_.get_json(own_log() + "/packages/0");
    ASSERT_EQ(count(open), 2U);
    const json::Object& item = open.at("items").at(1).as_object();
    EXPECT_FALSE(item.contains("apart"));
    const json::Array& objects = item.at("objects").as_array();
    ASSERT_EQ(objects.size(), 3U);
    EXPECT_TRUE(objects[0].is_object());
    EXPECT_EQ(objects[1].as_string(), hash);
    const json::Value known = server_.get_json(own_log() + "/packages/0", server_.bearer("amina@fr"));
    EXPECT_TRUE(known.at("items").at(1).at("objects").at(1).is_object());

    const std::string path = "/api/v1/statements/" + id.hex() + "/objects";
    EXPECT_EQ(count(server_.get_json(path)), 2U) << "who does not ask for hashes gets none";
    EXPECT_EQ(count(server_.get_json(path + "?before=2")), 1U);
    EXPECT_EQ(count(server_.get_json(path + "?before=2&cursor=0")), 0U);
    EXPECT_EQ(count(server_.get_json(path + "?before=2&cursor=0", server_.bearer("amina@fr"))), 1U);
    const json::Value whole = server_.get_json(path + "?holes=true");
    ASSERT_EQ(count(whole), 3U);
    EXPECT_EQ(whole.at("items").at(1).at("hash").as_string(), hash);
    EXPECT_FALSE(whole.at("items").at(1).as_object().contains("object"));
    EXPECT_EQ(server_.get_json(path + "?holes=true&limit=1").at("next").as_string(), "0");
    EXPECT_EQ(
        server_.get_json(path + "?holes=true&limit=1&cursor=0").at("items").at(0).at("hash").as_string(),
        hash);
    EXPECT_TRUE(server_.get_json(path + "?holes=true&limit=1&cursor=1").at("next").is_null());
}

TEST_F(Federation, HashesAreForThoseAloneWhoMayReadTheStatement) {
    const ledger::Audience amber{ledger::Tlp::kAmber, {"fr"}, {}, {}};
    const Digest id = server_.submit(community_.share("ke", {indicator(1), indicator(2)}, amber)).id;
    EXPECT_EQ(server_.get("/api/v1/statements/" + id.hex() + "/objects?holes=true").status, 404);
    EXPECT_EQ(count(server_.get_json(own_log() + "/packages/0")), 1U);
}

TEST_F(Federation, WhoWaitsIsToldWhenTheLogHasGrown) {
    const auto wait = [&](const std::string& query) {
        return server_.get_json("/api/v1/log/wait" + query).at("size").to_number<std::uint64_t>();
    };
    EXPECT_EQ(wait("?size=0"), 1U);
    EXPECT_EQ(wait("?size=1&seconds=0"), 1U);
    std::thread later([&] { server_.submit(community_.share("ke", {indicator(1)})); });
    EXPECT_EQ(wait("?size=1&seconds=60"), 2U);
    later.join();
    EXPECT_EQ(server_.get("/api/v1/log/wait?seconds=61").status, 400);
}

TEST_F(Federation, TheLatestAnnouncementOfALogCounts) {
    EXPECT_EQ(count(server_.get_json("/api/v1/nodes")), 0U);
    const auto announce = [&](const std::string& member, const std::string& url, bool retired) {
        federation::Announcement said{.log = identity().key.public_part(),
                                      .cosigner = identity().cosigner.public_part(),
                                      .witness = std::nullopt,
                                      .url = url,
                                      .retired = retired,
                                      .possession = {}};
        said.possession = identity().key.key.sign(
            as_bytes(federation::possession_text(community_.id(), member, said.cosigner)));
        return community_.statement(member, federation::kNode, federation::announcement_json(said));
    };
    server_.submit(announce("ke", "https://old.example", false));
    server_.clock().advance_seconds(1);
    server_.submit(announce("ke", "https://new.example", true));
    const json::Value nodes = server_.get_json("/api/v1/nodes");
    ASSERT_EQ(count(nodes), 1U);
    EXPECT_EQ(nodes.at("items").at(0).at("url").as_string(), "https://new.example");
    EXPECT_TRUE(nodes.at("items").at(0).at("retired").as_bool());
    EXPECT_TRUE(nodes.at("items").at(0).at("own").as_bool());
}

TEST_F(Federation, NobodyAnnouncesALogWithoutItsKey) {
    federation::Announcement said{.log = identity().key.public_part(),
                                  .cosigner = identity().cosigner.public_part(),
                                  .witness = std::nullopt,
                                  .url = "https://fr.example",
                                  .retired = false,
                                  .possession = {}};
    // The log's key has signed that it is another's.
    said.possession =
        identity().key.key.sign(as_bytes(federation::possession_text(community_.id(), "ke", said.cosigner)));
    const auto forged = community_.statement("fr", federation::kNode, federation::announcement_json(said));
    EXPECT_EQ(server_.submit_here(forged).status, 400);
}

TEST_F(Federation, NobodyAnnouncesAWitnessWithoutItsKey) {
    const federation::Witness& witness = server_.node().witness();
    federation::Announcement said{.log = identity().key.public_part(),
                                  .cosigner = identity().cosigner.public_part(),
                                  .witness = witness.key(),
                                  .url = "https://fr.example",
                                  .retired = false,
                                  .possession = {}};
    said.possession =
        identity().key.key.sign(as_bytes(federation::possession_text(community_.id(), "fr", said.cosigner)));
    const auto answer = [&] {
        return server_.submit_here(
            community_.statement("fr", federation::kNode, federation::announcement_json(said)));
    };
    EXPECT_EQ(answer().status, 400) << "it has signed nothing";
    // It is another member's, or of another log.
    said.witness_possession = witness.possession(community_.id(), "ke", said.log);
    EXPECT_EQ(answer().status, 400);
    crypto::NamedKey other = said.log;
    other.name = "other.example/log";
    said.witness_possession = witness.possession(community_.id(), "fr", other);
    EXPECT_EQ(answer().status, 400);
    said.witness_possession = witness.possession(community_.id(), "fr", said.log);
    EXPECT_EQ(answer().status, 201);
    EXPECT_EQ(server_.get_json("/api/v1/nodes").at("items").at(0).at("witness_key").as_string(),
              witness.key().text());
}

}  // namespace
}  // namespace comity::api::rest
