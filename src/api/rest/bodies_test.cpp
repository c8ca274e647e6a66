#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/voting/bodies.h"
#include "testing/rest_community.h"

namespace comity::api::rest {
namespace {

using ::testing::HasSubstr;

class RestBodies : public testing::RestCommunity {
  protected:
    static json::Object majority() {
        return {{"id", "quick"},
                {"title", "A majority"},
                {"electorate", json::Object{{"everybody", true}}},
                {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
    }
    static json::Object founding(const std::string& id, const std::string& parent = "") {
        json::Object part{
            {"act", "found"},
            {"id", id},
            {"procedure", majority()},
            {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "cert-ke"}, {"person", "amina"}},
                                  json::Object{{"seat", "vice"}, {"member", "isoc-fj"}},
                                  json::Object{{"seat", "spare"}}}}};
        if (!parent.empty()) part["parent"] = parent;
        return part;
    }
    crypto::Envelope proposal(json::Object more) {
        more["texts"] = json::Array{
            json::Object{{"language", "en"}, {"title", "Steering"}, {"text", "It steers."}},
            json::Object{
                {"language", "fr"}, {"authentic", false}, {"title", "Pilotage"}, {"text", "Il pilote."}}};
        return community_.statement("cert-ke", governance::kProposal, std::move(more));
    }
    crypto::Envelope opening(const Digest& version, const json::Value& procedure,
                             const std::string& body = "") {
        json::Object form{
            {"version", version.hex()},
            {"procedure", procedure},
            {"closes", format_time_millis(Time::from_seconds(server_.clock().now().seconds() + kDay))}};
        if (!body.empty()) form["body"] = body;
        return community_.statement("cert-ke", governance::kOpening, std::move(form));
    }
    Digest decided(const Digest& version, const json::Value& procedure, const std::string& body = "") {
        const Digest vote = said(opening(version, procedure, body));
        for (const char* member : {"cert-ke", "cert-ug", "isoc-fj"})
            say(member, governance::kBallot,
                {{"opening", vote.hex()}, {"version", version.hex()}, {"vote", "yes"}});
        server_.clock().advance_seconds(kDay + 1);
        return vote;
    }
    void found(json::Object part) { decided(said(proposal({{"body", std::move(part)}})), majority()); }
    json::Value procedure_of(const std::string& body) {
        return server_.get_json("/api/v1/bodies/" + body).at("procedure");
    }
    std::string refusal(const crypto::Envelope& envelope, int status = 403) {
        server_.clock().advance_seconds(1);
        const http::Response response = server_.submit_here(envelope);
        EXPECT_EQ(response.status, status);
        return {response.body.begin(), response.body.end()};
    }
};

TEST_F(RestBodies, AreListedAndShownWithTheirSeats) {
    EXPECT_TRUE(server_.get_json("/api/v1/bodies").at("items").as_array().empty());
    found(founding("steering"));
    const std::string then = format_time_millis(server_.clock().now());
    const json::Value page = server_.get_json("/api/v1/bodies?language=fr&limit=1");
    EXPECT_EQ(page.at("items").at(0).at("id"), "steering");
    EXPECT_EQ(page.at("items").at(0).at("name"), "Pilotage");
    EXPECT_TRUE(page.at("next").is_null());
    json::Value shown = server_.get_json("/api/v1/bodies/steering");
    EXPECT_EQ(shown.at("texts").at(0).at("text"), "It steers.");
    EXPECT_EQ(shown.at("seats").at(0).at("person"), "amina");
    EXPECT_EQ(shown.at("seats").at(1).at("held"), true);
    EXPECT_EQ(shown.at("seats").at(2).at("held"), false);
    EXPECT_EQ(shown.at("procedure").at("electorate").at("members").as_array().size(), 2U);
    EXPECT_EQ(shown.at("acts").at(0).at("act"), "found");

    const Digest text = said(proposal({}));
    const Digest vote = decided(text, procedure_of("steering"), "steering");
    const json::Value tally = server_.get_json("/api/v1/votes/" + vote.hex());
    EXPECT_EQ(tally.at("outcome"), "adopted");
    EXPECT_EQ(tally.at("body").at("name"), "Steering");
    EXPECT_EQ(tally.at("roll_call").as_array().size(), 2U);
    EXPECT_EQ(tally.at("roll_call").at(0).at("seat"), "chair");
    EXPECT_EQ(tally.at("disregarded").at(0).at("why"), "foreign");
    shown = server_.get_json("/api/v1/bodies/steering");
    EXPECT_EQ(shown.at("votes").at(0).at("id").as_string(), vote.hex());
    EXPECT_EQ(server_.get_json("/api/v1/proposals/" + text.hex()).at("votes").at(0).at("body"), "steering");

    found({{"act", "dissolve"}, {"id", "steering"}});
    EXPECT_TRUE(server_.get_json("/api/v1/bodies").at("items").as_array().empty());
    const json::Value all = server_.get_json("/api/v1/bodies?all=true");
    EXPECT_EQ(all.at("items").at(0).at("why_ended"), "dissolved");
    EXPECT_EQ(server_.get_json("/api/v1/bodies?at=" + then).at("items").as_array().size(), 1U);
    EXPECT_EQ(server_.get_json("/api/v1/bodies/steering?at=" + then).at("state"), "standing");
    EXPECT_EQ(server_.get("/api/v1/bodies/nothing").status, 404);
    for (const std::string bad : {"?at=soon", "?all=yes", "?language=de", "?cursor=x"})
        EXPECT_EQ(server_.get("/api/v1/bodies" + bad).status, 400) << bad;
    EXPECT_EQ(server_.get("/api/v1/bodies/steering?at=soon").status, 400);
}

TEST_F(RestBodies, WhatCouldComeToNothingIsRefusedWhenProposed) {
    found(founding("steering"));
    found(founding("wg", "steering"));
    json::Object round = founding("steering", "wg");
    round["act"] = "amend";
    EXPECT_THAT(refusal(proposal({{"body", round}})), HasSubstr("wg is itself under steering"));
    EXPECT_THAT(refusal(proposal({{"body", founding("other", "other")}}), 400), HasSubstr("would go round"));
    EXPECT_THAT(refusal(proposal({{"body", founding("steering")}})), HasSubstr("already"));
    EXPECT_THAT(refusal(proposal({{"body", founding("other", "nothing")}})),
                HasSubstr("there is no body nothing"));
    EXPECT_THAT(refusal(proposal({{"body", json::Object{{"act", "dissolve"}, {"id", "nothing"}}}})),
                HasSubstr("there is no body nothing"));
    json::Object stranger = founding("other");
    stranger["seats"] = json::Array{json::Object{{"seat", "chair"}, {"member", "mallory"}}};
    EXPECT_THAT(refusal(proposal({{"body", stranger}})), HasSubstr("it is no member"));
    json::Object vacant = founding("other");
    vacant["seats"] = json::Array{json::Object{{"seat", "chair"}}};
    EXPECT_THAT(refusal(proposal({{"body", vacant}}), 400), HasSubstr("without an electorate"));
    json::Object quorum = founding("other");
    quorum["procedure"].as_object()["quorum"] = json::Object{{"of", "present"}, {"at_least", 3}};
    EXPECT_THAT(refusal(proposal({{"body", quorum}}), 400), HasSubstr("out of reach"));
    json::Object house = founding("other");
    house["procedure"].as_object()["houses"] = json::Array{json::Object{
        {"id", "un"}, {"title", "UN"}, {"who", json::Object{{"classes", json::Array{"government"}}}}}};
    house["procedure"].as_object()["adopted"] =
        json::Object{{"of", "yes"}, {"base", "cast"}, {"in", "un"}, {"more_than", "1/2"}};
    EXPECT_THAT(refusal(proposal({{"body", house}})), HasSubstr("of the house 'un'"));
    json::Object few{{"act", "appoint"},
                     {"id", "wg"},
                     {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "cert-ug"}}}}};
    EXPECT_EQ(server_.submit_here(proposal({{"body", few}})).status, 201);

    const Digest text = said(proposal({}));
    EXPECT_THAT(refusal(opening(text, majority(), "nothing")), HasSubstr("there was no body nothing"));
    EXPECT_THAT(refusal(opening(text, majority(), "steering")), HasSubstr("is not that of steering"));
    json::Object rule = founding("other");
    EXPECT_THAT(refusal(proposal({{"body", rule}, {"rule", json::Object{{"number", "DS-1"}}}}), 400),
                HasSubstr("goes not with a rule"));
}

TEST_F(RestBodies, MakeRulesWhereTheirMandateSaysSo) {
    found(founding("advisory"));
    json::Object part = founding("steering");
    part["powers"] = json::Array{"rules"};
    found(std::move(part));
    const auto adopt = [&](const std::string& number, const std::string& body) {
        const Digest text = said(proposal({{"rule", json::Object{{"number", number}}}}));
        decided(text, procedure_of(body), body);
    };
    adopt("DS-1", "advisory");
    adopt("DS-2", "steering");
    const json::Value rules = server_.get_json("/api/v1/rules?all=true");
    ASSERT_EQ(rules.at("items").as_array().size(), 1U);
    EXPECT_EQ(rules.at("items").at(0).at("number"), "DS-2");
}

}  // namespace
}  // namespace comity::api::rest
