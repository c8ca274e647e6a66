#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/election/bodies.h"
#include "governance/participation/place.h"
#include "governance/procedure/presets.h"
#include "governance/voting/amendment.h"
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

TEST_F(RestGovernance, ShowsAmendmentsAndWhatThoseAdoptedMake) {
    const Digest version = propose("A rule");
    governance::AmendmentBody body;
    body.version = version;
    body.edits.push_back({"en", false, 0, "Text", "Words"});
    const Digest words = say("cert-ug", governance::kAmendment, governance::amendment_json(body));
    body.edits = {{"en", false, 1, "ext", "ruth"}, {"fr", true, 0, "", "Oui: "}};
    say("isoc-fj", governance::kAmendment, governance::amendment_json(body));
    const std::string path = "/api/v1/proposals/" + version.hex() + "/amendments";
    json::Value answer = server_.get_json(path);
    ASSERT_EQ(answer.at("amendments").as_array().size(), 2U);
    for (const json::Value& one : answer.at("amendments").as_array()) {
        EXPECT_EQ(one.at("state"), "proposed");
        EXPECT_EQ(one.at("conflicts").as_array().size(), 1U);
    }
    EXPECT_TRUE(answer.at("result").at("amendments").as_array().empty());
    const Digest opening = open(words);
    for (const char* member : {"cert-ke", "cert-ug", "isoc-fj"})
        vote(member, opening, words, governance::Choice::kYes);
    EXPECT_EQ(server_.get_json("/api/v1/votes/" + words.hex()).at("amends").as_string(), version.hex());
    const auto state_of = [&](const Digest& id) {
        const json::Value now = server_.get_json(path);
        for (const json::Value& one : now.at("amendments").as_array()) {
            if (one.at("id").as_string() == id.hex()) return std::string(one.at("state").as_string());
        }
        return std::string();
    };
    EXPECT_EQ(state_of(words), "open");
    server_.clock().advance_seconds(9 * kDay);
    EXPECT_EQ(state_of(words), "adopted");
    answer = server_.get_json("/api/v1/proposals/" + words.hex().substr(0, 12) + "/amendments");
    EXPECT_EQ(answer.at("result").at("texts").at(0).at("text"), "Words");
    EXPECT_EQ(answer.at("result").at("texts").at(1).at("title"), "A rule (fr)");
    const json::Value shown = server_.get_json("/api/v1/proposals/" + version.hex());
    EXPECT_EQ(shown.at("amendments").at(0).at("votes").as_array().size() +
                  shown.at("amendments").at(1).at("votes").as_array().size(),
              1U);
    EXPECT_EQ(server_.get("/api/v1/proposals/00000000/amendments").status, 404);
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
    EXPECT_EQ(server_.get("/api/v1/proposals/" + beginning + "/amendments").status, 409);
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
    EXPECT_EQ(told.at("regions").as_array().size(), 1U);
    EXPECT_EQ(told.at("regions").at(0).at("region"), "unknown");
    const std::string later = format_time_millis(server_.clock().now());
    EXPECT_EQ(server_.get_json("/api/v1/participation?since=" + later).at("votes"), 0);
}

TEST_F(RestGovernance, TellsWhereMembersAreByTheirLastWord) {
    EXPECT_TRUE(server_.get_json("/api/v1/places").at("items").as_array().empty());
    say("cert-ke", governance::kPlace, {{"region", "asia"}});
    server_.clock().advance_seconds(2);
    say("cert-ke", governance::kPlace, {{"region", "africa"}, {"place", "KEN"}});
    say("isoc-fj", governance::kPlace, {{"region", "oceania"}});
    const json::Value places = server_.get_json("/api/v1/places");
    ASSERT_EQ(places.at("items").as_array().size(), 2U);
    EXPECT_EQ(places.at("items").at(0).at("place"), "KEN");
    EXPECT_EQ(places.at("items").at(1).at("region"), "oceania");
    propose("A rule");
    const json::Value told = server_.get_json("/api/v1/participation");
    std::map<std::string, json::Value> regions;
    for (const json::Value& one : told.at("regions").as_array())
        regions[std::string(one.at("region").as_string())] = one;
    EXPECT_EQ(regions.size(), 3U) << "africa, oceania and unknown";
    EXPECT_EQ(regions["africa"].at("part").at("proposed"), 1);
    EXPECT_EQ(told.at("members").at(0).at("place"), "KEN");
    for (const json::Object& wrong :
         {json::Object{{"region", "atlantis"}}, json::Object{{"region", "africa"}, {"place", "ken"}},
          json::Object{{"place", "KEN"}}})
        EXPECT_EQ(server_.submit_here(community_.statement("cert-ke", governance::kPlace, wrong)).status,
                  400);
}

TEST_F(RestGovernance, ShowsASecretElectionWithWhatTheToolNeeds) {
    const std::int64_t now = server_.clock().now().seconds();
    const auto at = [&](std::int64_t after) { return format_time_millis(Time::from_seconds(now + after)); };
    const Digest election = say("cert-ke", governance::kElection,
                                {{"title", "Chair"},
                                 {"candidates", json::Array{"Amina", "Bo"}},
                                 {"electorate", json::Object{{"everybody", true}}},
                                 {"trustees", json::Array{"cert-ke"}},
                                 {"opens", at(100)},
                                 {"closes", at(200)},
                                 {"uuid", "4ufkuhPBX7yksE"},
                                 {"group", "BELENIOS-2048"}});
    say("cert-ug", governance::kCredential, {{"election", election.hex()}, {"key", "17"}});
    const std::string key = R"({"pok":{"challenge":"1","response":"2"},"public_key":"3"})";
    say("cert-ke", governance::kTrusteeKey, {{"election", election.hex()}, {"key", key}});
    const std::string path = "/api/v1/elections/" + election.hex().substr(0, 10);
    EXPECT_EQ(server_.get_json(path).at("phase"), "registration");
    server_.clock().advance_seconds(110);
    say("cert-ug", governance::kSecretBallot,
        {{"election", election.hex()},
         {"ballot", R"({"election_uuid":"4ufkuhPBX7yksE","credential":"17"})"}});
    say("isoc-fj", governance::kSecretBallot,
        {{"election", election.hex()},
         {"ballot", R"({"election_uuid":"4ufkuhPBX7yksE","credential":"17"})"}});
    const json::Value shown = server_.get_json(path);
    EXPECT_EQ(shown.at("phase"), "voting");
    EXPECT_EQ(shown.at("counted"), 1);
    EXPECT_EQ(shown.at("disregarded").at(0).at("why"), "foreign");
    EXPECT_EQ(shown.at("trustees").at(0).at("key").as_string(), key);
    const json::Value page = server_.get_json("/api/v1/elections");
    EXPECT_EQ(page.at("items").at(0).at("registered"), 1);
    EXPECT_EQ(server_.get("/api/v1/elections/00000000").status, 404);
    EXPECT_EQ(server_.get("/api/v1/elections/abc").status, 400);
}

TEST_F(RestGovernance, AnElectionsBeginningThatTwoHaveNamesNeither) {
    const auto at = [&](std::int64_t seconds) {
        return format_time_millis(Time::from_seconds(server_.clock().now().seconds() + seconds));
    };
    const auto election = [&](const std::string& member) {
        return community_.statement(member, governance::kElection,
                                    {{"title", "Chair"},
                                     {"candidates", json::Array{"Amina", "Bo"}},
                                     {"electorate", json::Object{{"everybody", true}}},
                                     {"trustees", json::Array{"cert-ke"}},
                                     {"opens", at(100)},
                                     {"closes", at(200)},
                                     {"uuid", "4ufkuhPBX7yksE"},
                                     {"group", "BELENIOS-2048"}});
    };
    const auto [first, second] = testing::collide(election("cert-ke"), election("cert-ug"),
                                                  community_.key("cert-ke"), community_.key("cert-ug"));
    server_.submit(first);
    server_.submit(second);
    const std::string beginning = first.digest().hex().substr(0, 8);
    EXPECT_EQ(server_.get("/api/v1/elections/" + beginning).status, 409);
    EXPECT_EQ(server_.get("/api/v1/elections/" + first.digest().hex()).status, 200);
}

}  // namespace
}  // namespace comity::api::rest
