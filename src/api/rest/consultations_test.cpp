#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/consultation/round_bodies.h"
#include "governance/election/bodies.h"
#include "governance/voting/bodies.h"
#include "testing/colliding.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RestConsultations : public ::testing::Test {
  protected:
    static constexpr std::int64_t kDay = 86'400;

    RestConsultations()
        : community_({"cert-ke", "cert-ug", "isoc-fj"}), server_({.federation_member = "cert-ke"}) {
        server_.submit(community_.charter());
    }
    // The node holds a key of its member's in custody.
    void give_key() {
        server_.clock().advance_seconds(1);
        server_.hold_key(community_, "cert-ke");
    }
    Digest say(const std::string& member, std::string_view type, json::Object body) {
        server_.clock().advance_seconds(1);
        const crypto::Envelope envelope = community_.statement(member, type, std::move(body));
        server_.submit(envelope);
        return envelope.digest();
    }
    std::string in(std::int64_t seconds) {
        return format_time_millis(Time::from_seconds(server_.clock().now().seconds() + seconds));
    }
    Digest propose() {
        return say("cert-ke", governance::kProposal,
                   {{"texts", json::Array{json::Object{
                                  {"language", "en"}, {"title", "A rule"}, {"text", "Share."}}}}});
    }
    Digest open(json::Object more = {}) {
        json::Object body{
            {"version", propose().hex()}, {"open_to", "public"}, {"opens", in(0)}, {"closes", in(2 * kDay)}};
        for (const auto& one : more) body[one.key()] = one.value();
        return say("cert-ke", governance::kConsultation, std::move(body));
    }
    http::Response comment(const std::string& round, const json::Object& body) {
        server_.clock().advance_seconds(1);
        return server_.post("/api/v1/consultations/" + round + "/comments", json::write(body));
    }
    static json::Object saying(const std::string& text) { return {{"name", "A teacher"}, {"text", text}}; }
    json::Value shown(const Digest& round) {
        return server_.get_json("/api/v1/consultations/" + round.hex());
    }

    testing::Community community_;
    testing::RestServer server_;
};

TEST_F(RestConsultations, ThePublicSpeaksByADoorAndStandsInTheLog) {
    give_key();
    const Digest round = open({{"question", "Who pays?"}, {"moderators", json::Array{"isoc-fj"}}});
    const http::Response taken = comment(round.hex().substr(0, 12), saying("We can't"));
    ASSERT_EQ(taken.status, 201) << taken.body;
    const std::string id(testing::RestServer::json_of(taken, 201).at("id").as_string());
    json::Value now = shown(round);
    EXPECT_EQ(now.at("state"), "open");
    EXPECT_EQ(now.at("comments").at(0).at("id").as_string(), id);
    EXPECT_EQ(now.at("comments").at(0).at("name"), "A teacher");
    EXPECT_EQ(now.at("comments").at(0).at("author"), "cert-ke") << "who has taken it in";
    const json::Value statement = server_.get_json("/api/v1/statements/" + id);
    EXPECT_EQ(statement.at("statement").at("custody"), true);
    const json::Value page = server_.get_json("/api/v1/consultations?open=true&limit=1");
    EXPECT_EQ(page.at("items").at(0).at("shown"), 1);
    EXPECT_EQ(page.at("items").at(0).at("title"), "A rule");

    say("isoc-fj", governance::kModeration,
        {{"act", "hide"}, {"comment", id}, {"reason", "It names a child"}, {"rule", "CC-1"}});
    now = shown(round);
    EXPECT_EQ(now.at("comments").at(0).at("shown"), false);
    EXPECT_FALSE(now.at("comments").at(0).as_object().contains("text"));
    EXPECT_EQ(now.at("comments").at(0).at("moderated").at("by"), "isoc-fj");
    EXPECT_EQ(now.at("hidden"), 1);

    server_.clock().advance_seconds(3 * kDay);
    EXPECT_EQ(comment(round.hex(), saying("Late")).status, 403);
    say("cert-ke", governance::kSummary,
        {{"consultation", round.hex()},
         {"text", "Who can't pay need not."},
         {"answers", json::Array{json::Object{{"comments", json::Array{id}}, {"answer", "Taken up"}}}}});
    now = shown(round);
    EXPECT_EQ(now.at("state"), "answered");
    EXPECT_EQ(now.at("summary").at("answers").at(0).at("answer"), "Taken up");
    EXPECT_TRUE(server_.get_json("/api/v1/consultations?open=true").at("items").as_array().empty());
}

TEST_F(RestConsultations, WhatIsNoCommentOrComesTooOftenIsRefusedAndLogsNothing) {
    give_key();
    const Digest round = open();
    const Digest members = open({{"open_to", "members"}});
    const Digest later = open({{"opens", in(kDay)}});
    const std::uint64_t before = server_.log_size();
    for (const json::Object& body :
         {json::Object{{"name", "A"}}, json::Object{{"name", "a@b.org"}, {"text", "x"}},
          json::Object{{"name", "A"}, {"text", "write to a@b.org"}},
          json::Object{{"name", "A"}, {"text", "x"}, {"consultation", round.hex()}},
          json::Object{{"name", "A"}, {"text", "x"}, {"mail", "y"}}}) {
        EXPECT_EQ(comment(round.hex(), body).status, 400) << json::write(body);
    }
    EXPECT_EQ(comment(members.hex(), saying("x")).status, 403);
    EXPECT_EQ(comment(later.hex(), saying("x")).status, 403);
    EXPECT_EQ(comment(std::string(64, '0'), saying("x")).status, 404);
    EXPECT_EQ(server_.log_size(), before);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(comment(round.hex(), saying("again")).status, 201);
    const http::Response often = comment(round.hex(), saying("again"));
    EXPECT_EQ(often.status, 429);
    EXPECT_TRUE(often.find("Retry-After"));
    EXPECT_EQ(server_.log_size(), before + 3);
    server_.clock().advance_seconds(61);
    EXPECT_EQ(comment(round.hex(), saying("again")).status, 201);
}

TEST_F(RestConsultations, ANodeWithoutAKeyTakesNothingIn) {
    const Digest round = open();
    const http::Response refused = comment(round.hex(), saying("x"));
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("custody"));
}

TEST_F(RestConsultations, AsksForMoreDigitsWhereSeveralIdsBeginSo) {
    const Digest version = propose();
    const auto opening = [&](const std::string& question) {
        return community_.statement("cert-ke", governance::kConsultation,
                                    {{"version", version.hex()},
                                     {"open_to", "public"},
                                     {"opens", in(0)},
                                     {"closes", in(kDay)},
                                     {"question", question}});
    };
    const auto [first, second] =
        testing::collide(opening("A"), opening("B"), community_.key("cert-ke"), community_.key("cert-ke"));
    server_.submit(first);
    server_.submit(second);
    const std::string beginning = first.digest().hex().substr(0, 8);
    EXPECT_EQ(server_.get("/api/v1/consultations/" + beginning).status, 409);
    EXPECT_EQ(comment(beginning, saying("x")).status, 409);
    EXPECT_EQ(server_.get("/api/v1/consultations/00000000").status, 404);
    for (const std::string bad : {"?open=maybe", "?language=de", "?cursor=x"})
        EXPECT_EQ(server_.get("/api/v1/consultations" + bad).status, 400) << bad;
}

TEST_F(RestConsultations, WhatModeratorsAndOperatorsDidIsPublic) {
    EXPECT_TRUE(server_.get_json("/api/v1/moderation").at("items").as_array().empty());
    const Digest round = open();
    const Digest one = say("cert-ug", governance::kPublicComment,
                           {{"consultation", round.hex()}, {"name", "A"}, {"text", "x"}});
    say("cert-ug", governance::kModeration, {{"act", "hide"}, {"comment", one.hex()}, {"reason", "Spam"}});
    say("isoc-fj", governance::kModeration, {{"act", "show"}, {"comment", one.hex()}, {"reason", "No"}});
    say("cert-ug", governance::kModeration,
        {{"act", "suspend"}, {"account", "amina@cert-ug"}, {"reason", "Its token was stolen"}});
    const json::Value list = server_.get_json("/api/v1/moderation");
    ASSERT_EQ(list.at("items").as_array().size(), 3U);
    EXPECT_EQ(list.at("items").at(0).at("account"), "amina@cert-ug");
    EXPECT_THAT(std::string(list.at("items").at(1).at("void").as_string()), HasSubstr("does not moderate"));
    EXPECT_EQ(list.at("items").at(2).at("consultation").as_string(), round.hex());
    EXPECT_EQ(server_.get("/api/v1/moderation?cursor=x").status, 400);

    // A person's right goes before: who took it in takes it back, which is on the list too.
    say("cert-ug", "federation.erasure", {{"statement", one.hex()}, {"reason", "Its writer asked"}});
    const json::Value after = server_.get_json("/api/v1/moderation");
    EXPECT_EQ(after.at("items").at(0).at("act"), "erase");
    EXPECT_EQ(after.at("items").at(0).at("statement").as_string(), one.hex());
    EXPECT_TRUE(shown(round).at("comments").as_array().empty());
}

TEST_F(RestConsultations, TheAgendaSaysWhatWaitsForTheChair) {
    const Digest version = propose();
    const json::Object asks{
        {"id", "judged"},
        {"title", "The chair judges"},
        {"electorate", json::Object{{"everybody", true}}},
        {"adopted",
         json::Object{{"all", json::Array{json::Object{{"declared", "consensus"}},
                                          json::Object{{"of", "sustained-objections"}, {"at_most", 0}}}}}}};
    const Digest opening = say("cert-ke", governance::kOpening,
                               {{"version", version.hex()}, {"procedure", asks}, {"closes", in(kDay)}});
    const auto waits = [&](const std::string& member) {
        std::vector<std::string> out;
        const json::Value agenda = server_.get_json("/api/v1/agenda?days=7&member=" + member);
        for (const json::Value& item : agenda.at("items").as_array()) {
            EXPECT_EQ(item.at("id").as_string(), opening.hex());
            out.emplace_back(item.at("what").as_string());
        }
        return out;
    };
    EXPECT_THAT(waits("cert-ke"), ElementsAre("declaration-due", "vote-closes"));
    EXPECT_THAT(waits("cert-ug"), ElementsAre("vote-closes"));
    const Digest ballot = say("cert-ug", governance::kBallot,
                              {{"opening", opening.hex()},
                               {"version", version.hex()},
                               {"vote", "no"},
                               {"reason", "Too soon"},
                               {"objection", true}});
    EXPECT_THAT(waits("cert-ke"), ElementsAre("answer-due", "declaration-due", "vote-closes"));
    EXPECT_THAT(waits("cert-ug"), ElementsAre());
    say("cert-ke", governance::kAnswer,
        {{"opening", opening.hex()}, {"ballot", ballot.hex()}, {"answer", "A year is enough"}});
    EXPECT_THAT(waits("cert-ke"), ElementsAre("declaration-due", "vote-closes"));
    say("cert-ke", governance::kDeclaration,
        {{"opening", opening.hex()}, {"declares", "consensus"}, {"holds", true}});
    EXPECT_THAT(waits("cert-ke"), ElementsAre("vote-closes"));
}

TEST_F(RestConsultations, TheAgendaHasSecretElections) {
    const Digest election = say("cert-ug", governance::kElection,
                                {{"title", "Chair"},
                                 {"candidates", json::Array{"Amina", "Bo"}},
                                 {"electorate", json::Object{{"everybody", true}}},
                                 {"trustees", json::Array{"isoc-fj"}},
                                 {"opens", in(kDay)},
                                 {"closes", in(2 * kDay)},
                                 {"uuid", "4ufkuhPBX7yksE"},
                                 {"group", "BELENIOS-2048"}});
    const auto waits = [&](const std::string& what) {
        std::vector<std::string> out;
        const json::Value agenda = server_.get_json("/api/v1/agenda?days=7");
        for (const json::Value& item : agenda.at("items").as_array()) {
            if (item.at("what").as_string() != what) continue;
            EXPECT_EQ(item.at("id").as_string(), election.hex());
            for (const json::Value& member : item.at("waits_for").as_array())
                out.emplace_back(member.as_string());
        }
        return out;
    };
    EXPECT_THAT(waits("election-opens"), ElementsAre("cert-ke", "cert-ug", "isoc-fj"));
    say("cert-ke", governance::kCredential, {{"election", election.hex()}, {"key", "17"}});
    say("isoc-fj", governance::kCredential, {{"election", election.hex()}, {"key", "18"}});
    EXPECT_THAT(waits("election-opens"), ElementsAre("cert-ug", "isoc-fj")) << "a trustee without a key";
    say("isoc-fj", governance::kTrusteeKey,
        {{"election", election.hex()},
         {"key", R"({"pok":{"challenge":"1","response":"2"},"public_key":"3"})"}});
    EXPECT_THAT(waits("election-opens"), ElementsAre("cert-ug"));
    EXPECT_THAT(waits("election-closes"), ElementsAre());
    server_.clock().advance_seconds(kDay + 10);
    EXPECT_THAT(waits("election-opens"), ElementsAre());
    EXPECT_THAT(waits("election-closes"), ElementsAre("cert-ke", "isoc-fj"));
    say("isoc-fj", governance::kSecretBallot,
        {{"election", election.hex()},
         {"ballot", R"({"election_uuid":"4ufkuhPBX7yksE","credential":"18"})"}});
    EXPECT_THAT(waits("election-closes"), ElementsAre("cert-ke"));
}

TEST_F(RestConsultations, TheAgendaSaysWhatComesAndWhomItWaitsFor) {
    const Digest round = open();
    const Digest version = propose();
    const Digest opening =
        say("cert-ke", governance::kOpening,
            {{"version", version.hex()},
             {"procedure",
              json::Object{{"id", "quick"},
                           {"title", "A majority"},
                           {"electorate", json::Object{{"everybody", true}}},
                           {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}}},
             {"closes", in(kDay)}});
    say("cert-ug", governance::kBallot,
        {{"opening", opening.hex()}, {"version", version.hex()}, {"vote", "yes"}});
    const json::Value agenda = server_.get_json("/api/v1/agenda?days=7");
    ASSERT_EQ(agenda.at("items").as_array().size(), 2U);
    EXPECT_EQ(agenda.at("items").at(0).at("what"), "vote-closes");
    EXPECT_EQ(agenda.at("items").at(0).at("waits_for").as_array().size(), 2U);
    EXPECT_EQ(agenda.at("items").at(1).at("what"), "consultation-closes");
    EXPECT_EQ(agenda.at("items").at(1).at("id").as_string(), round.hex());
    EXPECT_EQ(server_.get_json("/api/v1/agenda?member=cert-ug").at("items").as_array().size(), 1U);
    EXPECT_EQ(server_.get_json("/api/v1/agenda?member=isoc-fj").at("items").as_array().size(), 2U);
    for (const std::string bad : {"?days=0", "?days=x", "?member=A", "?language=de", "?cursor=x"})
        EXPECT_EQ(server_.get("/api/v1/agenda" + bad).status, 400) << bad;
    const http::Response calendar = server_.get("/api/v1/calendar");
    EXPECT_THAT(calendar.body, HasSubstr("SUMMARY:Consultation closes: A rule"));
    EXPECT_THAT(calendar.body, HasSubstr("TRIGGER:-P1D"));
}

}  // namespace
}  // namespace comity::api::rest
