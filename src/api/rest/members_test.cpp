#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/bodies.h"
#include "governance/forms.h"
#include "governance/voting/bodies.h"
#include "testing/rest_community.h"

namespace comity::api::rest {
namespace {

using ::testing::HasSubstr;

class RestMembers : public testing::RestCommunity {
  protected:
    static crypto::NamedSecret key_of(const std::string& member) {
        return {member, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    }
    crypto::Envelope by(const crypto::NamedSecret& secret, std::string_view type, json::Object body) {
        return ledger::sign_statement(
            {community_.id(), std::string(type), secret.name, testing::Community::clear(), std::move(body)},
            server_.clock().now(), secret);
    }
    std::string second(std::int64_t from_now) {
        return governance::second_text(server_.clock().now().seconds() + from_now);
    }
    std::string refusal(const crypto::Envelope& envelope) {
        server_.clock().advance_seconds(1);
        const http::Response response = server_.submit_here(envelope);
        EXPECT_EQ(response.status, 403);
        return {response.body.begin(), response.body.end()};
    }
};

TEST_F(RestMembers, HaveDelegatesWhoseKeysSignWhatTheyWereGiven) {
    const crypto::NamedSecret amina = key_of("cert-ke");
    say("cert-ke", governance::kKeyAddition,
        {{"key", json::Object{{"key", amina.public_part().text()}}},
         {"delegate", json::Object{{"person", "amina"},
                                   {"powers", json::Array{"vote", "propose"}},
                                   {"from", second(100)},
                                   {"until", second(kDay)}}}});
    const json::Value member = server_.get_json("/api/v1/members/cert-ke");
    const json::Value& key = member.at("keys").at(1);
    EXPECT_EQ(key.at("person"), "amina");
    EXPECT_EQ(json::write(key.at("powers")), R"(["propose","vote"])");
    EXPECT_TRUE(key.at("starts").is_string());
    const json::Object text{
        {"texts", json::Array{json::Object{{"language", "en"}, {"title", "T"}, {"text", "It says."}}}}};
    EXPECT_THAT(refusal(by(amina, governance::kProposal, text)), HasSubstr("counts from"));
    server_.clock().advance_seconds(100);
    said(by(amina, governance::kProposal, text));
    EXPECT_THAT(refusal(by(amina, governance::kDeparture, {})),
                HasSubstr("no delegate signs a governance.departure"));
    EXPECT_THAT(refusal(by(amina, "governance.endorsement", {{"version", Digest{}.hex()}, {"holds", true}})),
                HasSubstr("without the power to speak"));
    server_.clock().advance_seconds(kDay);
    EXPECT_THAT(refusal(by(amina, governance::kProposal, text)), HasSubstr("its time is over"));
}

TEST_F(RestMembers, TellWhoCanGiveThemANewKeyAndWhatWasAsked) {
    const crypto::NamedSecret amina = key_of("cert-ke"), bo = key_of("cert-ke"), fresh = key_of("cert-ke");
    say("cert-ke", governance::kRecovery,
        {{"officers", json::Array{json::Object{{"person", "amina"}, {"key", amina.public_part().text()}},
                                  json::Object{{"person", "bo"}, {"key", bo.public_part().text()}}}},
         {"threshold", 1},
         {"wait_hours", 2}});
    const json::Object asks{{"key", fresh.public_part().text()}, {"reason", "The office burnt down"}};
    EXPECT_THAT(refusal(by(fresh, governance::kRecoveryRequest, asks)), HasSubstr("none is by a key"));
    EXPECT_EQ(server_.submit_here(community_.statement("cert-ke", governance::kRecoveryRequest, asks)).status,
              403)
        << "the member's own key is no officer's";
    said(by(amina, governance::kRecoveryRequest, asks));
    const json::Value recovery = server_.get_json("/api/v1/members/cert-ke").at("recovery");
    EXPECT_EQ(recovery.at("registered").at(0).at("threshold"), 1);
    EXPECT_EQ(recovery.at("requests").at(0).at("asked_by").at(0).at("person"), "amina");
    EXPECT_TRUE(recovery.at("requests").at(0).as_object().contains("takes_effect"));
    EXPECT_THAT(refusal(by(fresh, governance::kDeparture, {})), HasSubstr("counts from"));
    server_.clock().advance_seconds(2 * 3600 + 2);
    EXPECT_THAT(refusal(community_.group("cert-ke", "watch", {})), HasSubstr("revoked"));
    said(by(fresh, governance::kGroup, {{"name", "watch"}, {"members", json::Array{}}}));
}

TEST(RestNode, ShowsTheProceduresThatItsCharterNames) {
    const json::Object procedure{
        {"id", "quick"},
        {"title", "A majority"},
        {"electorate", json::Object{{"everybody", true}}},
        {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
    testing::Community community({"cert-ke", "cert-ug"}, 1, {{"rules", json::Array{procedure}}});
    testing::RestServer server;
    server.submit(community.charter());
    const json::Value node = server.get_json("/api/v1/node");
    EXPECT_EQ(node.at("community").at("procedures").at("rules").at(0), json::Value(procedure));
}

}  // namespace
}  // namespace comity::api::rest
