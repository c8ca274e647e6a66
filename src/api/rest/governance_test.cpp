#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/procedure/presets.h"
#include "governance/voting/bodies.h"
#include "testing/colliding.h"
#include "testing/rest_community.h"

namespace comity::api::rest {
namespace {

using ::testing::HasSubstr;

class RestGovernance : public testing::RestCommunity {
  protected:
    Digest propose(const std::string& title) {
        governance::ProposalBody body;
        body.texts.push_back({"en", true, title, "Text"});
        body.texts.push_back({"fr", false, title + " (fr)", "Texte"});
        return say("cert-ke", governance::kProposal, governance::proposal_json(body));
    }
    Digest open(const Digest& version) {
        governance::OpeningBody body;
        body.version = version;
        body.procedure_json = *json::parse(governance::find_preset("unanimity")->json);
        body.closes = Time::from_seconds(server_.clock().now().seconds() + 8 * kDay);
        return say("cert-ke", governance::kOpening, governance::opening_json(body));
    }
    Digest vote(const std::string& member, const Digest& opening, const Digest& version,
                governance::Choice choice) {
        governance::BallotBody body;
        body.opening = opening;
        body.version = version;
        body.choice = choice;
        return say(member, governance::kBallot, governance::ballot_json(body));
    }
};

TEST_F(RestGovernance, ListsProceduresAndProposalsInPages) {
    const json::Value procedures = server_.get_json("/api/v1/procedures?limit=5");
    EXPECT_EQ(procedures.at("items").as_array().size(), 5U);
    EXPECT_EQ(procedures.at("next"), "5");
    EXPECT_EQ(server_.get("/api/v1/procedures?cursor=x").status, 400);
    propose("One");
    propose("Two");
    const json::Value page = server_.get_json("/api/v1/proposals?limit=1&language=fr");
    EXPECT_EQ(page.at("items").at(0).at("title"), "Two (fr)");
    const json::Value rest =
        server_.get_json("/api/v1/proposals?cursor=" + std::string(page.at("next").as_string()));
    EXPECT_EQ(rest.at("items").at(0).at("title"), "One");
    EXPECT_TRUE(rest.at("next").is_null());
    EXPECT_EQ(server_.get("/api/v1/proposals?language=de").status, 400);
}

TEST_F(RestGovernance, ShowsAVoteAsItStands) {
    const Digest version = propose("A rule");
    const std::string id = version.hex();
    EXPECT_EQ(server_.get("/api/v1/votes/" + id).status, 404) << "none has been opened";
    const Digest opening = open(version);
    vote("cert-ke", opening, version, governance::Choice::kYes);
    vote("cert-ug", opening, version, governance::Choice::kNo);
    EXPECT_EQ(server_.get_json("/api/v1/proposals/" + id).at("votes").at(0).at("outcome"), "rejected");
    vote("cert-ug", opening, version, governance::Choice::kYes);
    json::Value tally = server_.get_json("/api/v1/votes/" + id.substr(0, 12));
    EXPECT_EQ(tally.at("outcome"), "rejected");
    EXPECT_EQ(tally.at("adopted").at("value"), 2);
    EXPECT_EQ(tally.at("disregarded").at(0).at("why"), "replaced");
    vote("isoc-fj", opening, version, governance::Choice::kYes);
    tally = server_.get_json("/api/v1/votes/" + opening.hex());
    EXPECT_EQ(tally.at("outcome"), "adopted");
    EXPECT_EQ(tally.at("roll_call").as_array().size(), 3U);
    EXPECT_EQ(server_.get("/api/v1/proposals/00000000").status, 404);
    EXPECT_EQ(server_.get("/api/v1/proposals/abc").status, 400);
}

TEST_F(RestGovernance, AsksForMoreDigitsWhereSeveralIdsBeginSo) {
    const auto proposal = [&](const std::string& member) {
        governance::ProposalBody body;
        body.texts.push_back({"en", true, "A rule", "Text"});
        return community_.statement(member, governance::kProposal, governance::proposal_json(body));
    };
    const auto [first, second] = testing::collide(proposal("cert-ke"), proposal("cert-ug"),
                                                  community_.key("cert-ke"), community_.key("cert-ug"));
    said(first);
    said(second);
    const std::string beginning = first.digest().hex().substr(0, 8);
    EXPECT_EQ(server_.get("/api/v1/proposals/" + beginning).status, 409);
    EXPECT_EQ(server_.get("/api/v1/votes/" + beginning).status, 409);
    EXPECT_EQ(server_.get_json("/api/v1/proposals/" + first.digest().hex()).at("id").as_string(),
              first.digest().hex());
}

TEST_F(RestGovernance, RefusesWhatIsNoBallotAtTheDoor) {
    const auto refused = server_.submit_here(community_.statement(
        "cert-ke", governance::kBallot,
        {{"opening", std::string(64, '0')}, {"version", std::string(64, '0')}, {"vote", "maybe"}}));
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(std::string(refused.body.begin(), refused.body.end()), HasSubstr("body.vote"));
    json::Value procedure = *json::parse(governance::find_preset("unanimity")->json);
    procedure.as_object()["adopted"] = json::Object{{"of", "yes"}, {"base", "all"}, {"at_least", "3/2"}};
    const auto impossible = server_.submit_here(
        community_.statement("cert-ke", governance::kProcedure, {{"procedure", procedure}}));
    EXPECT_EQ(impossible.status, 400);
    EXPECT_THAT(std::string(impossible.body.begin(), impossible.body.end()), HasSubstr("3/2 is above one"));
}

TEST_F(RestGovernance, TellsWhoTookPart) {
    EXPECT_EQ(server_.get("/api/v1/participation?since=yesterday").status, 400);
    const Digest version = propose("A rule");
    propose("Another");
    const Digest opening = open(version);
    vote("cert-ke", opening, version, governance::Choice::kNo);
    vote("cert-ke", opening, version, governance::Choice::kYes);
    vote("cert-ug", opening, version, governance::Choice::kNo);
    json::Value told = server_.get_json("/api/v1/participation");
    EXPECT_EQ(told.at("votes"), 0) << "it is open still";
    EXPECT_EQ(told.at("members").at(0).at("part").at("called"), 0);

    server_.clock().advance_seconds(9 * kDay);
    told = server_.get_json("/api/v1/participation");
    EXPECT_EQ(told.at("votes"), 1);
    std::map<std::string, json::Object> members;
    for (const json::Value& one : told.at("members").as_array())
        members[std::string(one.at("member").as_string())] = one.at("part").as_object();
    const auto of = [&](const std::string& member, std::string_view name) {
        return members[member].at(name).to_number<int>();
    };
    EXPECT_EQ(of("cert-ke", "proposed"), 2);
    EXPECT_EQ(of("cert-ke", "opened"), 1);
    EXPECT_EQ(of("cert-ke", "yes"), 1);
    EXPECT_EQ(of("cert-ke", "changed"), 1);
    EXPECT_EQ(of("cert-ke", "blocked"), 0);
    EXPECT_EQ(of("cert-ug", "blocked"), 1);
    EXPECT_EQ(of("isoc-fj", "absent"), 1);
    // The classes are the sums of their members.
    for (const std::string_view name : {"called", "yes", "no", "absent", "proposed"}) {
        int all = 0, by_class = 0;
        for (const auto& [id, form] : members) all += form.at(name).to_number<int>();
        for (const json::Value& one : told.at("classes").as_array())
            by_class += one.at("part").at(name).to_number<int>();
        EXPECT_EQ(all, by_class) << name;
    }
    const std::string later = format_time_millis(server_.clock().now());
    EXPECT_EQ(server_.get_json("/api/v1/participation?since=" + later).at("votes"), 0);
}

}  // namespace
}  // namespace comity::api::rest
