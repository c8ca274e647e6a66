// The open market out of the view.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "development/answer/market.h"
#include "development/tender/sealed_bid.h"
#include "testing/development_view.h"

namespace comity::development {
namespace {

const ledger::Audience kForEverybody{ledger::Tlp::kClear, {}, {}, {}};
const ledger::Audience kForAcme{ledger::Tlp::kAmber, {"acme"}, {}, {}};

class NobodysWord final : public ledger::QuorumTime {
  public:
    Result<std::vector<std::optional<ledger::Witnessed>>> times(db::Session&, const log::Policy&,
                                                                std::span<const Digest>) override {
        return unavailable("quorum", "nobody speaks here");
    }
    Result<ledger::ClosedAt> closed_at(db::Session&, const log::Policy&, ledger::Witnessed,
                                       std::span<const Digest>, ledger::Liars) override {
        return unavailable("quorum", "nobody speaks here");
    }
};

json::Object release(std::string_view id, std::string_view day, std::string_view more = "{}",
                     std::string_view ocid = "ocds-x-1") {
    json::Object out{{"ocid", ocid},
                     {"id", id},
                     {"date", fmt::format("2026-{}T00:00:00Z", day)},
                     {"tag", json::Array{"tender"}},
                     {"initiationType", "tender"}};
    const json::Value added = json::parse(more).value();
    for (const auto& [key, value] : added.as_object()) out[key] = value;
    return {{"release", std::move(out)}};
}

class Market : public testing::DatabaseTest {
  protected:
    struct Said {
        std::string_view type;
        std::string author;
        json::Object body;
        std::int64_t at = 0;
        ledger::Audience audience = kForEverybody;
    };
    void SetUp() override {
        DatabaseTest::SetUp();
        view_.emplace(database());
    }
    void say(const Said& said, const std::string& seed) {
        ledger::Statement statement;
        statement.type = said.type;
        statement.author = said.author;
        statement.audience = said.audience;
        statement.body = said.body;
        const auto valid = view_->pillar().validate(statement, {});
        ASSERT_TRUE(valid) << valid.error().message();
        view_->apply(std::move(statement), {}, Time{++next_}, seed, said.at);
    }
    Result<json::Object> ask(std::string_view what, const Query& query = {},
                             const ledger::Viewer& viewer = {}) {
        const auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        return answer_market({{**session, *readable}, word_, *parse_time("2026-12-01T00:00:00Z")}, what,
                             query);
    }
    json::Object told(std::string_view what, const Query& query = {}, const ledger::Viewer& viewer = {}) {
        auto found = ask(what, query, viewer);
        EXPECT_TRUE(found) << (found ? "" : found.error().message());
        return found.value_or(json::Object{});
    }

    NobodysWord word_;
    std::optional<testing::DevelopmentView> view_;
    std::int64_t next_ = 0;
};
class MarketOnEngines : public Market {};
INSTANTIATE_TEST_SUITE_P(Engines, MarketOnEngines, testing::each_engine(), testing::engine_name);

TEST_P(MarketOnEngines, KeepsAProcessToItsAuthor) {
    say({kRelease, "cert-rw", release("1", "01-01", R"({"tender":{"id":"t","title":"Routers"}})"), 10}, "a");
    // Another publishes under the same ocid: that is another process, and changes nothing of this one.
    say({kRelease, "mallory", release("2", "02-01", R"({"tender":{"id":"t","title":"Gold"}})"), 20}, "b");
    EXPECT_EQ(told("tender", {{"process", "cert-rw/ocds-x-1"}}).at("title"), "Routers");
    EXPECT_EQ(told("tender", {{"process", "mallory/ocds-x-1"}}).at("title"), "Gold");
    EXPECT_EQ(told("tenders").at("rows").as_array().size(), 2U);
    EXPECT_FALSE(ask("tender", {{"process", "cert-rw/ocds-x-2"}}));
}

TEST_P(MarketOnEngines, LetsNobodyRewriteWhatItHasPublished) {
    say({kRelease, "cert-rw", release("1", "03-01", R"({"tender":{"id":"t","title":"Routers"}})"), 10}, "a");
    say({kRelease, "cert-rw", release("1", "03-01", R"({"tender":{"id":"t","title":"Swapped"}})"), 20}, "b");
    say({kRelease, "cert-rw", release("0", "01-01", R"({"tender":{"id":"t","status":"active"}})"), 30}, "c");
    const json::Object tender = told("tender", {{"process", "cert-rw/ocds-x-1"}});
    EXPECT_EQ(tender.at("title"), "Routers");
    EXPECT_EQ(tender.at("status"), "active");
    const json::Array& releases = tender.at("releases").as_array();
    ASSERT_EQ(releases.size(), 3U);
    EXPECT_EQ(releases[0].at("doubled"), false);
    EXPECT_EQ(releases[1].at("doubled"), true);
    EXPECT_EQ(releases[2].at("backdated"), true);
}

TEST_P(MarketOnEngines, ShowsRepliesBesideTheirFlags) {
    const std::string_view one =
        R"({"tender":{"id":"t","procurementMethod":"open","numberOfTenderers":1,"tenderers":[{"id":"acme"}]}})";
    say({kRelease, "cert-rw", release("1", "01-01", one), 10}, "a");
    const auto reply = [&](const std::string& who, std::string_view text, std::int64_t revision,
                           const std::string& seed) {
        json::Object body{{"process", "cert-rw/ocds-x-1"}, {"flag", "R018"}};
        if (revision > 0) body["revision"] = revision;
        if (text.empty()) {
            body["withdrawn"] = true;
        } else {
            body["text"] = text;
        }
        say({kReply, who, body}, seed);
    };
    reply("cert-rw", "First", 0, "b");
    reply("cert-rw", "Nobody else makes them", 1, "c");
    reply("acme", "We asked others to join", 0, "d");
    reply("mallory", "Shame", 0, "e");
    const json::Object tender = told("tender", {{"process", "cert-rw/ocds-x-1"}});
    const json::Array& replies = tender.at("flags").at(0).at("replies").as_array();
    ASSERT_EQ(replies.size(), 3U);
    std::map<std::string, std::string> roles;
    for (const json::Value& each : replies)
        roles[std::string(each.at("author").as_string())] = each.at("role").as_string();
    EXPECT_EQ(roles, (std::map<std::string, std::string>{
                         {"acme", "tenderer"}, {"cert-rw", "buyer"}, {"mallory", "other"}}));
    const json::Object which =
        told("reply", {{"process", "cert-rw/ocds-x-1"}, {"flag", "R018"}, {"member", "cert-rw"}});
    EXPECT_EQ(which.at("revision"), 1);
    reply("mallory", "", 1, "f");
    EXPECT_EQ(told("flags").at("replies").as_array().size(), 2U);
    EXPECT_EQ(told("reply", {{"process", "cert-rw/ocds-x-1"}, {"flag", "R018"}, {"member", "mallory"}})
                  .at("revision"),
              1);
}

json::Object call_body(std::string_view id = "routers") {
    return {{"id", id},
            {"title", "Routers"},
            {"process", "ocds-x-1"},
            {"deadline", "2026-06-01T00:00:00Z"},
            {"open_by", "2026-06-02T00:00:00Z"},
            {"currency", "USD"}};
}

TEST_P(MarketOnEngines, OpensWhatWasSealed) {
    const std::int64_t deadline = parse_time("2026-06-01T00:00:00Z")->seconds();
    say({kCall, "cert-rw", call_body()}, "call");
    const Digest call = crypto::sha256(as_bytes("call"));
    const auto parsed = parse_call(call_body());
    for (int i = 0; i < 3; ++i) {
        const std::string who = fmt::format("bidder-{}", i), seed = fmt::format("bid {}", i);
        const auto bid = seal_bid(*parsed, {call, who, 100.0 - i, "USD", "", {}},
                                  Bytes(32, static_cast<std::uint8_t>(i + 1)), Bytes(16, 7));
        say({kBid, who, bid_json(*bid), i < 2 ? deadline : deadline + 1}, seed);
        say({kBidOpening, who,
             opening_json(
                 {call, {{crypto::sha256(as_bytes(seed)), Bytes(32, static_cast<std::uint8_t>(i + 1)), {}}}}),
             deadline + 5},
            "opening " + seed);
    }
    const json::Object opened = told("call", {{"call", "cert-rw/routers"}});
    EXPECT_EQ(opened.at("settled"), true);
    ASSERT_EQ(opened.at("ranked").as_array().size(), 2U);
    EXPECT_EQ(opened.at("bids").at(0).at("value").at("amount"), 100);
    EXPECT_EQ(opened.at("bids").at(2).at("stand"), "late");
    EXPECT_EQ(json::write(told("call", {{"call", call.hex()}})), json::write(opened));
    EXPECT_EQ(told("tenders").at("calls").as_array().size(), 1U);  // its process has no release yet
    // A second call of the same name is another call, and names are no longer enough.
    say({kCall, "cert-rw", call_body()}, "call again");
    EXPECT_EQ(ask("call", {{"call", "cert-rw/routers"}}).error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(ask("call", {{"call", call.hex().substr(0, 8)}}));
}

// Witnesses that a call names are asked for their word, as soon as its seconds have passed.
TEST_P(MarketOnEngines, AsksTheWitnessesThatACallNames) {
    const std::int64_t deadline = parse_time("2026-06-01T00:00:00Z")->seconds();
    const crypto::NamedKey witness{"w.example/witness", crypto::KeyType::kEd25519Cosignature,
                                   crypto::SecretKey::from_seed(Bytes(32, 5)).value().public_key()};
    say({kCall, "cert-rw", call_body("plain")}, "plain");
    json::Object body = call_body("witnessed");
    body["witnesses"] = "witness w " + witness.text() + " https://evil.example\nquorum w\n";
    say({kCall, "cert-rw", body}, "witnessed");
    const auto closes = [&](std::int64_t now) {
        const auto session = view_->database().snapshot();
        return view_->pillar().closes(**session, now).value();
    };
    EXPECT_TRUE(closes(deadline - 1).empty());
    ASSERT_EQ(closes(deadline).size(), 1U);
    EXPECT_EQ(closes(deadline)[0].at, deadline);
    EXPECT_EQ(closes(deadline)[0].policy.witnesses[0].url, "");  // whoever calls does not say where to ask
    EXPECT_EQ(closes(deadline + 86'400).size(), 2U);
    EXPECT_TRUE(closes(deadline + 365 * 86'400).empty());
    EXPECT_EQ(ask("call", {{"call", "cert-rw/witnessed"}}).error().kind, ErrorKind::kUnavailable);
}

// Laws 1 and 4.
TEST_P(MarketOnEngines, IsTheSameViewInAnyOrderAndOnlyForItsReaders) {
    std::vector<std::pair<Said, std::string>> all;
    for (int i = 0; i < 6; ++i)
        all.push_back({{kRelease, i % 2 == 0 ? "cert-rw" : "cert-ke",
                        release(std::to_string(i / 3), fmt::format("0{}-01", i + 1)), i},
                       fmt::format("r{}", i)});
    all.push_back({{kCall, "cert-rw", call_body()}, "call"});
    const std::vector<std::pair<Said, std::string>> hidden{
        {{kRelease, "cert-rw", release("9", "09-01", R"({"tender":{"id":"t","title":"Secret"}})"), 1,
          kForAcme},
         "h1"},
        {{kCall, "cert-rw", call_body("quiet"), 0, kForAcme}, "h2"},
        {{kReply, "cert-rw",
          *json::parse(R"({"process":"cert-rw/ocds-x-1","flag":"R018","text":"x"})")->if_object(), 0,
          kForAcme},
         "h3"}};
    for (const auto& [said, seed] : all) say(said, seed);
    const std::string before = json::write(told("tenders")) + json::write(told("flags")) +
                               json::write(told("tender", {{"process", "cert-rw/ocds-x-1"}}));
    for (const auto& [said, seed] : hidden) say(said, seed);
    EXPECT_EQ(json::write(told("tenders")) + json::write(told("flags")) +
                  json::write(told("tender", {{"process", "cert-rw/ocds-x-1"}})),
              before);
    EXPECT_EQ(ask("call", {{"call", "cert-rw/quiet"}}).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(told("tender", {{"process", "cert-rw/ocds-x-1"}}, {"acme", "", true, {}}).at("title"),
              "Secret");
    const std::string canonical = view_->canonical();
    all.insert(all.end(), hidden.begin(), hidden.end());
    std::mt19937 random(3);
    for (int round = 0; round < 3; ++round) {
        std::ranges::shuffle(all, random);
        {
            const auto tx = view_->database().begin();
            for (const auto& table : view_->pillar().view())
                ASSERT_TRUE((*tx)->run("DELETE FROM " + std::string(table.table)));
            ASSERT_TRUE((*tx)->run("DELETE FROM statements"));
            ASSERT_TRUE((*tx)->commit());
        }
        for (const auto& [said, seed] : all) say(said, seed);
        EXPECT_EQ(view_->canonical(), canonical);
    }
}

}  // namespace
}  // namespace comity::development
