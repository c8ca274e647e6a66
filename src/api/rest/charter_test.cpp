#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/voting/bodies.h"
#include "testing/rest_community.h"

namespace comity::api::rest {
namespace {

using ::testing::HasSubstr;

class RestCharter : public testing::RestCommunity {
  protected:
    static json::Object all_by(const std::string& id) {
        return {{"id", id},
                {"title", "A majority"},
                {"electorate", json::Object{{"everybody", true}}},
                {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
    }
    crypto::Envelope proposal(json::Object charter) {
        json::Object body{{"charter", std::move(charter)}};
        body["texts"] = json::Array{
            json::Object{{"language", "en"}, {"title", "Assistance"}, {"text", "We assist, too."}}};
        return community_.statement("cert-ke", governance::kProposal, std::move(body));
    }
    Digest decided(const crypto::Envelope& text, const std::vector<std::string>& yes) {
        const Digest version = said(text);
        const Digest vote =
            say("cert-ke", governance::kOpening,
                {{"version", version.hex()},
                 {"procedure", all_by("quick")},
                 {"closes", format_time_millis(Time::from_seconds(server_.clock().now().seconds() + kDay))}});
        for (const std::string& member : yes)
            say(member, governance::kBallot,
                {{"opening", vote.hex()}, {"version", version.hex()}, {"vote", "yes"}});
        server_.clock().advance_seconds(kDay + 1);
        return vote;
    }
    json::Value versions(const std::string& query = "") {
        return server_.get_json("/api/v1/charter" + query).at("items");
    }
};

TEST_F(RestCharter, IsShownAsItWasFoundedAndAsVotesHaveAmendedIt) {
    const json::Value first = versions();
    ASSERT_EQ(first.as_array().size(), 1U);
    EXPECT_EQ(first.at(0).at("charter").as_string(), community_.id().hex());
    EXPECT_EQ(first.at(0).at("state"), "in-force");
    EXPECT_EQ(first.at(0).at("name"), "Example community");
    EXPECT_EQ(server_.get_json("/api/v1/node").at("community").at("charter").at("version"), 1);
    const std::string then = format_time_millis(server_.clock().now());

    const json::Object charter{{"purpose", "To warn and to assist"},
                               {"procedures", json::Object{{"rules", json::Array{all_by("by-all")}}}}};
    const Digest vote = decided(proposal(charter), {"cert-ke", "isoc-fj"});
    const json::Value items = versions("?language=fr");
    ASSERT_EQ(items.as_array().size(), 2U);
    EXPECT_EQ(items.at(0).at("state"), "ended");
    const json::Value& amended = items.at(1);
    EXPECT_EQ(amended.at("version"), 2);
    EXPECT_EQ(amended.at("state"), "in-force");
    EXPECT_EQ(amended.at("vote").as_string(), vote.hex());
    EXPECT_EQ(amended.at("title"), "Assistance");
    EXPECT_EQ(json::write(amended.at("changes")), R"(["purpose","procedures.rules"])");
    EXPECT_EQ(amended.at("name"), "Example community");
    EXPECT_EQ(amended.at("procedures").at("rules").at(0).at("id"), "by-all");
    EXPECT_EQ(versions("?at=" + then).at(0).at("state"), "in-force");
    EXPECT_EQ(versions("?at=" + then).at(1).at("state"), "to-come");

    const json::Value node = server_.get_json("/api/v1/node");
    EXPECT_EQ(node.at("community").at("purpose"), "To warn and to assist");
    EXPECT_EQ(node.at("community").at("charter").at("version"), 2);
    EXPECT_EQ(node.at("community").at("procedures").at("rules").at(0).at("id"), "by-all");
    const json::Value shown =
        server_.get_json("/api/v1/proposals/" + std::string(amended.at("text").as_string().subview(0, 16)));
    EXPECT_EQ(shown.at("versions").at(0).at("charter").at("purpose"), "To warn and to assist");

    decided(proposal({{"name", "Mine"}}), {"cert-ke"});
    EXPECT_EQ(versions().at(2).at("state"), "void");
    EXPECT_THAT(std::string(versions().at(2).at("void").as_string()), HasSubstr("two thirds of all members"));
    EXPECT_EQ(server_.get_json("/api/v1/node").at("community").at("name"), "Example community");
    EXPECT_EQ(server_.get("/api/v1/charter?at=soon").status, 400);
    EXPECT_EQ(server_.get("/api/v1/charter?language=de").status, 400);
    EXPECT_EQ(server_.get("/api/v1/charter/1").status, 404);
}

TEST_F(RestCharter, WhatWouldLockOutIsRefusedWhenProposed) {
    const auto refusal = [&](json::Object charter, int status) {
        server_.clock().advance_seconds(1);
        const http::Response response = server_.submit_here(proposal(std::move(charter)));
        EXPECT_EQ(response.status, status);
        return std::string(response.body.begin(), response.body.end());
    };
    json::Object quorum = all_by("quorum");
    quorum["quorum"] = json::Object{{"of", "present"}, {"at_least", 4}};
    EXPECT_THAT(refusal({{"procedures", json::Object{{"charter", json::Array{quorum}}}}}, 403),
                HasSubstr("could decide nothing by 'quorum' (procedures.charter)"));
    json::Object mine = all_by("mine");
    mine["electorate"] = json::Object{{"members", json::Array{"cert-ke"}}};
    EXPECT_THAT(refusal({{"procedures", json::Object{{"rules", json::Array{mine}}}}}, 400),
                HasSubstr("takes the vote from some"));
    EXPECT_THAT(refusal({{"members", json::Array{}}}, 400), HasSubstr("cannot be amended"));
}

}  // namespace
}  // namespace comity::api::rest
