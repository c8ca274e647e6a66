// Pages that are kept are those that would be made: a node that keeps them and one that keeps none, on one
// database, answer alike to the byte, whatever is shared, withdrawn, marked anew or revoked by either.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "api/taxii/door.h"
#include "intelligence/collection.h"
#include "intelligence/marking_change.h"
#include "intelligence/withdrawal.h"
#include "ledger/shown_state.h"
#include "testing/database.h"
#include "testing/taxii_server.h"

namespace comity::api::taxii {
namespace {

using http::Method;
using intelligence::ObjectId;
using ledger::Tlp;
using testing::seen_of;

const std::string kAll = "/taxii2/community/collections/all";
const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};
const std::vector<std::string> kMembers = {"cert-ke", "cert-ug", "cert-tz"};
const std::vector<std::string> kReaders = {"",  // the public
                                           "amina@cert-ke", "client@cert-ke", "okello@cert-ug",
                                           "neema@cert-tz"};

class KeptPages : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        const std::vector<std::string> accounts(kReaders.begin() + 1, kReaders.end());
        keeping_ = std::make_unique<testing::TaxiiServer>(kMembers, accounts, database().url());
        plain_ = std::make_unique<testing::TaxiiServer>(*keeping_, 0);
    }
    // The first answers make it worth keeping; the last is the kept one.
    void expect_alike(const std::string& target, const std::string& as) {
        http::Client::Headers headers;  // the client takes gzip where nothing else is said
        if (below(2) == 0) headers.emplace_back("Accept-Encoding", "identity");
        const std::string expected = seen_of(plain_->send(client_, Method::kGet, target, as, headers));
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(seen_of(keeping_->send(client_, Method::kGet, target, as, headers)), expected)
                << target << " as " << as;
        }
    }
    std::size_t below(std::size_t n) { return random_() % n; }
    const std::string& one_of(const std::vector<std::string>& list) { return list[below(list.size())]; }
    testing::TaxiiServer& either() { return below(2) == 0 ? *keeping_ : *plain_; }
    void submit(ledger::Submission submission) {
        said_.push_back(submission);
        const auto receipt = either().node().ledger().submit(std::move(submission));
        ASSERT_TRUE(receipt) << receipt.error().message();
    }
    void say(const std::string& author, std::string_view type, json::Object body,
             const ledger::Audience& audience = kClear) {
        submit({keeping_->community().statement(author, type, std::move(body), audience).write(), {}, {}});
    }
    ledger::Audience some_audience() {
        switch (below(5)) {
            case 0:
                return kClear;
            case 1:
                return {Tlp::kGreen, {}, {}, {}};
            case 2:
                return {Tlp::kAmber, {one_of(kMembers)}, {}, {}};
            case 3:
                return {Tlp::kAmber, {}, {"cert-ke/responders"}, {}};
            default:
                return {Tlp::kRed, {}, {}, {kReaders[1 + below(kReaders.size() - 1)]}};
        }
    }
    static std::string id_of(unsigned n) {
        return fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n);
    }

    std::unique_ptr<testing::TaxiiServer> keeping_;
    std::unique_ptr<testing::TaxiiServer> plain_;
    http::Client client_;
    std::mt19937 random_{11};
    std::vector<ledger::Submission> said_;
};
INSTANTIATE_TEST_SUITE_P(Engines, KeptPages, testing::each_engine(), testing::engine_name);

TEST_P(KeptPages, AreThoseThatWouldBeMade) {
    const std::string collection = intelligence::new_collection_id().text();
    say("cert-ke", intelligence::kCollection,
        {{"id", collection},
         {"root", "crisis"},
         {"title", "T"},
         {"filter", json::Object{{"authors", json::Array{"cert-ug"}}}}},
        {Tlp::kGreen, {}, {}, {}});
    const std::vector<std::string> places = {kAll, "/taxii2/crisis/collections/" + collection};
    const std::vector<std::string> filters = {"", "&match[version]=all", "&match[type]=indicator",
                                              "&match[id]=" + id_of(3) + "," + id_of(5),
                                              "&match[version]=first"};
    const auto change = [&] {
        const std::string author = one_of(kMembers);
        const auto object = ObjectId::parse(id_of(static_cast<unsigned>(below(25))));
        switch (below(6)) {
            case 2: {
                // Another log held it earlier: what it withdraws, or is withdrawn by, may be another.
                const ledger::Witnessed at =
                    keeping_->clock().now().seconds() - static_cast<ledger::Witnessed>(below(100));
                ASSERT_TRUE(either().node().ledger().ingest(said_[below(said_.size())], at));
                return;
            }
            case 0:
                return say(author, intelligence::kWithdrawal,
                           intelligence::withdrawal_json({{{*object, std::nullopt}}, {}}));
            case 1:
                return say(author, intelligence::kMarkingChange,
                           intelligence::marking_change_json({*object, std::nullopt, some_audience()}));
            default: {
                std::vector<std::string> objects;
                for (std::size_t first = below(25), k = 0; k <= below(3); ++k) {
                    std::string made = testing::indicator(static_cast<unsigned>(first + k));
                    const std::string version = R"("modified":"202)" + std::to_string(6 + below(3));
                    made.replace(made.find(R"("modified":"2026)"), version.size(), version);
                    objects.push_back(std::move(made));
                }
                return submit(keeping_->community().share(author, std::move(objects), some_audience()));
            }
        }
    };
    for (int round = 0; round < 30 && !HasFailure(); ++round) {
        for (std::size_t i = below(3); i > 0; --i) change();
        keeping_->clock().advance_seconds(1);
        plain_->clock().advance_seconds(1);
        if (round % 10 == 9) {
            // The roll, which each node asks for once a second.
            json::Array members;
            for (const std::string& member : kMembers) {
                if (below(2) == 0) members.emplace_back(member);
            }
            say("cert-ke", governance::kGroup, {{"name", "responders"}, {"members", std::move(members)}});
            said_.pop_back();  // told anew, it would change the roll at one node before the other
            std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
        }
        for (int i = 0; i < 5; ++i) {
            const std::string& as = one_of(kReaders);
            const std::string list = one_of(places) + (below(3) == 0 ? "/manifest/" : "/objects/");
            const std::string filter = one_of(filters);
            std::string next;
            for (int page = 0; page < 3; ++page) {
                const std::string target = fmt::format("{}?limit={}{}{}", list, 1 + below(8), filter, next);
                expect_alike(target, as);
                const auto response = plain_->send(client_, Method::kGet, target, as);
                const auto body = json::parse(response.body);
                if (!body || !body->as_object().contains("next")) break;
                next = "&next=" + std::string(body->at("next").as_string());
            }
            const std::string object = id_of(static_cast<unsigned>(below(25)));
            expect_alike(kAll + "/objects/" + object + "/", as);
            expect_alike(kAll + "/objects/" + object + "/versions/", as);
        }
    }
}

TEST_P(KeptPages, AreGivenWhileNothingChangesAndNotAfter) {
    submit(keeping_->community().share("cert-ke", {testing::indicator(1), testing::indicator(2)}, kClear));
    const std::string target = kAll + "/objects/?limit=10";
    const auto answer = [&](testing::TaxiiServer& server) {
        return seen_of(server.send(client_, Method::kGet, target));
    };
    const std::string both = answer(*plain_);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(answer(*keeping_), both);
    // Behind everybody's back, as nothing does: so it is seen which answers were kept.
    const auto behind = [&](const char* sql) {
        const auto tx = keeping_->node().database().begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->run(sql));
        ASSERT_TRUE((*tx)->commit());
    };
    behind("DELETE FROM intelligence_objects WHERE added = (SELECT MIN(added) FROM intelligence_objects)");
    const std::string one = answer(*plain_);
    EXPECT_NE(one, both);
    EXPECT_EQ(answer(*keeping_), both);
    // Whatever the other node commits is another state.
    ASSERT_TRUE(plain_->node().ledger().submit(
        keeping_->community().share("cert-ug", {testing::indicator(3)}, {Tlp::kRed, {}, {}, {}})));
    EXPECT_EQ(answer(*keeping_), one);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(answer(*keeping_), one);
    ASSERT_TRUE(plain_->node().ledger().rebuild({}));
    EXPECT_EQ(answer(*keeping_), both);
}

// On SQLite, whose answers wait for nobody, they need no worker's turn; and who asks is asked each time.
TEST_P(KeptPages, AreGivenAtOnceWhereTheEngineIsHere) {
    submit(keeping_->community().share("cert-ke", {testing::indicator(1)}, {Tlp::kGreen, {}, {}, {}}));
    Door door(keeping_->node(), kKeptPages);
    http::Request request;
    request.path = kAll + "/objects/";
    request.captures = {{"root", "community"}, {"collection", "all"}};
    const auto made = keeping_->node().accounts().create_token("amina@cert-ke", "t", {accounts::Scope::kRead},
                                                               std::nullopt);
    ASSERT_TRUE(made);
    request.headers = {{"Authorization", "Bearer " + made->secret}};
    const auto kept = [&] { return door.kept(request, &Door::seek_objects); };
    std::string expected;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(kept().has_value(), i == 2 && keeping_->node().database().reader_at_once()) << i;
        expected = seen_of(door.answer(request, &Door::objects));
    }
    if (keeping_->node().database().engine() == db::Database::Engine::kPostgresql) {
        EXPECT_FALSE(kept());
        return;
    }
    ASSERT_TRUE(kept());
    EXPECT_EQ(seen_of(*kept()), expected);
    EXPECT_NE(expected.find("indicator--"), std::string::npos);
    EXPECT_FALSE(door.kept(request, &Door::seek_manifest)) << "it was not asked for";
    const auto with = [&](const std::string& name, const std::string& value) {
        http::Request other = request;
        std::erase_if(other.headers, [&](const auto& header) { return header.first == name; });
        if (!value.empty()) other.headers.emplace_back(name, value);
        return door.kept(other, &Door::seek_objects).has_value();
    };
    EXPECT_TRUE(with("Accept", "application/taxii+json"));
    EXPECT_FALSE(with("Accept", "text/html"));
    EXPECT_FALSE(with("Authorization", ""));
    EXPECT_FALSE(with("Authorization", "Bearer " + made->secret + "x"));
    http::Request wrong = request;
    wrong.query = {{"limit", "0"}};
    EXPECT_FALSE(door.kept(wrong, &Door::seek_objects));
    // What the other node commits ends it at once, whatever it is; what an account may, too.
    ASSERT_TRUE(plain_->node().ledger().submit(
        keeping_->community().share("cert-ug", {testing::indicator(3)}, {Tlp::kRed, {}, {}, {}})));
    EXPECT_FALSE(kept());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(seen_of(door.answer(request, &Door::objects)), expected);
    EXPECT_TRUE(kept());
    ASSERT_TRUE(plain_->node().accounts().revoke_token("amina@cert-ke", made->token.id));
    EXPECT_FALSE(kept());
}

// An earlier time of a statement that is known changes what is shown without a new statement.
TEST_P(KeptPages, AreOfAnotherStateWhenAStatementTurnsOutToBeOlder) {
    const auto state = [&] {
        const auto session = plain_->node().database().reader();
        return ledger::shown_state(**session).value_or(ledger::ShownState{});
    };
    const ledger::Submission share = keeping_->community().share("cert-ke", {testing::indicator(1)}, kClear);
    submit(share);
    const ledger::ShownState before = state();
    const ledger::Witnessed early = keeping_->clock().now().seconds() - 100;
    ASSERT_TRUE(plain_->node().ledger().ingest(share, early));
    EXPECT_GT(state().changes, before.changes);
    EXPECT_EQ(state().seq, before.seq);
    const ledger::ShownState after = state();
    ASSERT_TRUE(plain_->node().ledger().ingest(share, early));  // nothing new
    EXPECT_EQ(state(), after);
    ASSERT_TRUE(keeping_->node().ledger().rebuild({}));
    EXPECT_GT(state().changes, after.changes);
}

TEST_P(KeptPages, OpenForNobodyWhoseTokenIsRevokedOrAccountDisabled) {
    submit(keeping_->community().share("cert-ke", {testing::indicator(1)}, {Tlp::kGreen, {}, {}, {}}));
    auto& accounts = plain_->node().accounts();
    const auto token = accounts.create_token("okello@cert-ug", "t", {accounts::Scope::kRead}, std::nullopt);
    const auto submitting =
        accounts.create_token("okello@cert-ug", "t", {accounts::Scope::kSubmit}, std::nullopt);
    ASSERT_TRUE(token && submitting);
    const auto status = [&](const accounts::NewToken& shown) {
        return keeping_
            ->send(client_, Method::kGet, kAll + "/objects/", {},
                   {{"Authorization", "Bearer " + shown.secret}})
            .status;
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(status(*token), 200);
        EXPECT_EQ(status(*submitting), 403);
    }
    ASSERT_TRUE(accounts.revoke_token("okello@cert-ug", token->token.id));
    EXPECT_EQ(status(*token), 401);
    EXPECT_EQ(status(*submitting), 403);
    ASSERT_TRUE(accounts.set_disabled("okello@cert-ug", true));
    EXPECT_EQ(status(*submitting), 401);
}

}  // namespace
}  // namespace comity::api::taxii
