// Checkpoints seen, and evidence, over REST: with a log that lies.
#include <gtest/gtest.h>

#include "federation/pillar.h"
#include "testing/forged_log.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::ForgedLog;
using testing::RestServer;

class EvidenceOverRest : public ::testing::Test {
  protected:
    EvidenceOverRest()
        : community_({"cert-ke", "cert-ug"}),
          server_({.policy = "log " + log_.key().text() + "\nwitness liar " + log_.cosigner().text() +
                             "\nquorum none\n"}) {
        server_.submit(community_.charter());
    }
    json::Array tell(const std::vector<std::string>& notes) {
        json::Array list(notes.begin(), notes.end());
        const auto answer =
            server_.post("/api/v1/checkpoints", json::write(json::Object{{"checkpoints", list}}));
        return RestServer::json_of(answer).at("items").as_array();
    }
    json::Array items(const std::string& target) { return server_.get_json(target).at("items").as_array(); }

    const ForgedLog log_;
    const ForgedLog::History history_ = ForgedLog::History::of(20);
    testing::Community community_;
    RestServer server_;
};

TEST_F(EvidenceOverRest, TellsWhatBecameOfEachCheckpointThatItWasTold) {
    const std::string nine = log_.note(history_, 9);
    const json::Array outcomes = tell({nine, nine, ForgedLog("stranger.example").note(history_, 9), "no note",
                                       ForgedLog(log_.origin(), 3).note(history_, 9)});
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_EQ(outcomes[0].at("outcome"), "new");
    EXPECT_EQ(outcomes[1].at("outcome"), "known");
    EXPECT_EQ(outcomes[2].at("outcome"), "unknown-log");
    EXPECT_EQ(outcomes[3].at("outcome"), "refused");
    EXPECT_EQ(outcomes[4].at("outcome"), "refused");
    const json::Array seen = items("/api/v1/checkpoints?origin=" + log_.origin());
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].at("checkpoint"), json::Value(nine));
    EXPECT_TRUE(items("/api/v1/checkpoints?origin=another.example").empty());
    EXPECT_EQ(server_.get("/api/v1/checkpoints?origin=" + std::string(1001, 'a')).status, 400);
    EXPECT_EQ(server_.post("/api/v1/checkpoints", R"({"checkpoints":[]})").status, 400);
    EXPECT_EQ(server_.post("/api/v1/checkpoints", R"({"checkpoints":["x"],"more":1})").status, 400);
}

TEST_F(EvidenceOverRest, ShowsASplitViewToEverybodyAndWhoPublishedIt) {
    tell({log_.note(history_, 9)});
    const json::Array outcomes = tell({log_.note(history_.changed(0), 9)});
    ASSERT_EQ(outcomes[0].at("evidence").as_array().size(), 1U);
    const std::string id(outcomes[0].at("evidence").as_array()[0].as_string());
    json::Array listed = items("/api/v1/evidence");
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].at("id"), json::Value(id));
    EXPECT_EQ(listed[0].at("kind"), "split-view");
    EXPECT_TRUE(listed[0].at("published").as_array().empty());
    const std::string file(server_.get("/api/v1/evidence/" + id).body);
    const auto evidence = federation::parse_evidence(file);
    ASSERT_TRUE(evidence) << evidence.error().message();
    EXPECT_TRUE(federation::check_evidence(*evidence));

    // Published by a member, it is a statement like any other; twice by two, one piece of evidence.
    for (const char* author : {"cert-ke", "cert-ug"}) {
        const auto response =
            server_.submit_here(community_.statement(author, federation::kEvidenceType, evidence->json()));
        EXPECT_EQ(response.status, 201) << response.body;
    }
    listed = items("/api/v1/evidence");
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].at("published").as_array().size(), 2U);
    EXPECT_EQ(server_.get("/api/v1/evidence/" + std::string(64, '0')).status, 404);
}

TEST_F(EvidenceOverRest, TakesNoStatementThatProvesNothing) {
    const federation::Evidence honest{
        federation::Lie::kSplitView, log_.key(), std::nullopt, {}, log_.note(history_, 9),
        log_.note(history_, 9)};
    const auto response =
        server_.submit_here(community_.statement("cert-ke", federation::kEvidenceType, honest.json()));
    EXPECT_EQ(response.status, 403) << response.body;
    EXPECT_EQ(server_
                  .submit_here(community_.statement("cert-ke", federation::kEvidenceType, honest.json(),
                                                    {ledger::Tlp::kGreen, {}, {}, {}}))
                  .status,
              400);
    EXPECT_TRUE(items("/api/v1/evidence").empty());
}

TEST_F(EvidenceOverRest, ShowsInTheLogWhomItsPolicyWaitsFor) {
    RestServer waiting(
        {.policy = "witness own " + log_.cosigner().text() + "\ngroup civil any own\nquorum civil\n"});
    const json::Value log = waiting.get_json("/api/v1/log");
    EXPECT_EQ(log.at("quorum").at("met"), false);
    EXPECT_EQ(log.at("quorum").at("waits"), json::Value(json::Array{"own"}));
    EXPECT_EQ(log.at("groups").as_array().size(), 1U);
    EXPECT_EQ(log.at("witnesses").as_array()[0].at("size"), nullptr);
    EXPECT_EQ(server_.get_json("/api/v1/log").at("quorum").at("met"), true);
}

}  // namespace
}  // namespace comity::api::rest
