#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/consultation/bodies.h"
#include "governance/rules/bodies.h"
#include "governance/voting/bodies.h"
#include "testing/colliding.h"
#include "testing/rest_community.h"

namespace comity::api::rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RestRules : public testing::RestCommunity {
  protected:
    Digest propose(json::Object body, const std::string& text = "Article 1\nAll share.",
                   const std::string& author = "cert-ke") {
        json::Array texts{
            json::Object{{"language", "en"}, {"title", "A rule"}, {"text", text}},
            json::Object{{"language", "fr"}, {"authentic", false}, {"title", "Une règle"}, {"text", text}}};
        body["texts"] = std::move(texts);
        return say(author, governance::kProposal, std::move(body));
    }
    // Opened, voted for by all, and closed.
    Digest adopt(const Digest& version) {
        const json::Object procedure{
            {"id", "quick"},
            {"title", "A majority"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
        const Digest opening =
            say("cert-ke", governance::kOpening,
                {{"version", version.hex()},
                 {"procedure", procedure},
                 {"closes", format_time_millis(Time::from_seconds(server_.clock().now().seconds() + kDay))}});
        for (const char* member : {"cert-ke", "cert-ug", "isoc-fj"})
            say(member, governance::kBallot,
                {{"opening", opening.hex()}, {"version", version.hex()}, {"vote", "yes"}});
        server_.clock().advance_seconds(kDay + 1);
        return opening;
    }
    static json::Object rule(const std::string& number, std::string_view policy = {}) {
        json::Object part{{"number", number}, {"topics", json::Array{"data-security"}}};
        if (!policy.empty()) part["policy"] = *json::parse(policy);
        return {{"rule", part}};
    }
    std::string text_of(const http::Response& response) {
        return {response.body.begin(), response.body.end()};
    }

    static constexpr std::string_view kNoClear =
        R"({"clauses":[{"forbid":["intelligence.share"],"title":"Nothing goes to everybody","when":{"attribute":"tlp","is":"clear"}}]})";
};

TEST_F(RestRules, AreListedWhileTheyAreInForce) {
    EXPECT_TRUE(server_.get_json("/api/v1/rules").at("items").as_array().empty());
    const Digest vote = adopt(propose(rule("DS-1")));
    adopt(propose(rule("DS-2")));
    const json::Value page = server_.get_json("/api/v1/rules?limit=1&language=fr&topic=data-security");
    EXPECT_EQ(page.at("items").at(0).at("number"), "DS-1");
    EXPECT_EQ(page.at("items").at(0).at("title"), "Une règle");
    EXPECT_EQ(page.at("next"), "1");
    EXPECT_TRUE(server_.get_json("/api/v1/rules?topic=culture").at("items").as_array().empty());
    const json::Value shown = server_.get_json("/api/v1/rules/DS-1");
    EXPECT_EQ(shown.at("vote").as_string(), vote.hex());
    EXPECT_EQ(shown.at("state"), "in-force");
    const std::string before = shown.at("adopted").as_string().c_str();
    EXPECT_EQ(
        server_.get_json("/api/v1/rules?all=true&at=2020-01-01T00:00:00Z").at("items").at(0).at("state"),
        "to-come");
    EXPECT_TRUE(server_.get_json("/api/v1/rules?at=2020-01-01T00:00:00Z").at("items").as_array().empty());
    EXPECT_EQ(server_.get_json("/api/v1/rules?at=" + before).at("items").as_array().size(), 1U)
        << "from that very second";
    for (const std::string bad : {"?at=soon", "?all=yes", "?language=de", "?cursor=x"})
        EXPECT_EQ(server_.get("/api/v1/rules" + bad).status, 400) << bad;
    for (const std::string target : {"/api/v1/rules/DS-1", "/api/v1/rules/DS-1/document"})
        EXPECT_EQ(server_.get(target + "?at=soon").status, 400);
    EXPECT_EQ(server_.get("/api/v1/rules/DS-3").status, 404);
    EXPECT_EQ(server_.get("/api/v1/rules/DS-3/document").status, 404);
}

TEST_F(RestRules, AreKeptAtEveryDoorFromTheirSecondOn) {
    const Digest version = propose(rule("DS-1", kNoClear));
    const auto share = [&](unsigned n, ledger::Tlp tlp) {
        return server_.submit_here(community_.share("cert-ug", {testing::indicator(n)}, {tlp, {}, {}, {}}));
    };
    EXPECT_EQ(share(1, ledger::Tlp::kClear).status, 201);
    const json::Value impact = server_.get_json("/api/v1/proposals/" + version.hex() + "/impact?days=1");
    EXPECT_EQ(impact.at("flipped"), 1);
    EXPECT_EQ(impact.at("flips").at(0).at("why"), "forbids intelligence.share: Nothing goes to everybody");
    EXPECT_TRUE(impact.at("concerns").as_array().empty());
    adopt(version);
    const http::Response refused = share(2, ledger::Tlp::kClear);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(text_of(refused), HasSubstr("rule DS-1 (version 1)"));
    EXPECT_EQ(share(3, ledger::Tlp::kGreen).status, 201);
    // What was taken once is answered as the first time, whatever has been adopted since.
    EXPECT_EQ(server_.get_json("/api/v1/rules/DS-1").at("rule").at("policy").at("clauses").as_array().size(),
              1U);
    // The core is open: to vote, to go.
    EXPECT_EQ(server_.submit_here(community_.departure("cert-ug")).status, 201);
    // Read through a mirror's eyes, it says what members say of keeping it.
    const json::Value shown = server_.get_json("/api/v1/rules/DS-1");
    const json::Object about{{"opening", shown.at("vote")}};
    json::Object conforms = about;
    conforms["conforms"] = "partly";
    conforms["evidence"] = json::Array{json::Object{{"title", "Audit"}, {"url", "https://isoc.fj"}}};
    const Digest conformity = say("isoc-fj", governance::kConformity, conforms);
    json::Object review = about;
    review["conformity"] = conformity.hex();
    review["finding"] = "doubted";
    review["reason"] = "Old";
    say("cert-ke", governance::kReview, review);
    const json::Value said = server_.get_json("/api/v1/rules/DS-1").at("conformity").at(0);
    EXPECT_EQ(said.at("reviews").at(0).at("finding"), "doubted");
    // And across rules: who declares, who recognises, what is due.
    conforms["review_by"] = "2100-01-01";
    say("isoc-fj", governance::kConformity, conforms);
    const json::Value table = server_.get_json("/api/v1/conformity?within=3660");
    EXPECT_EQ(table.at("members").at(0), "isoc-fj");
    EXPECT_EQ(table.at("declarations").at(0).at("state"), "current");
    EXPECT_TRUE(table.at("recognition").as_array().empty()) << "what was said before is not of this";
    EXPECT_EQ(server_.get_json("/api/v1/conformity?at=2100-01-03T00:00:00Z").at("due").at(0).at("state"),
              "overdue");
    EXPECT_TRUE(server_.get_json("/api/v1/conformity?topic=none").at("rules").as_array().empty());
    EXPECT_EQ(server_.get("/api/v1/conformity?within=3661").status, 400);
    EXPECT_EQ(server_.get("/api/v1/conformity?at=x").status, 400);
}

TEST_F(RestRules, TellTheirImpactOfWhatTheCallerMayReadAlone) {
    server_.add_account("amina@cert-ug");
    for (const auto tlp : {ledger::Tlp::kClear, ledger::Tlp::kGreen}) {
        server_.submit_here(
            community_.share("cert-ug", {testing::indicator(static_cast<unsigned>(tlp))}, {tlp, {}, {}, {}}));
    }
    const Digest version =
        propose(rule("DS-1", R"({"clauses":[{"forbid":["intelligence.*"],"title":"Nothing"}]})"));
    const std::string target = "/api/v1/proposals/" + version.hex().substr(0, 12) + "/impact";
    const json::Value impact = server_.get_json(target);
    EXPECT_EQ(impact.at("acts"), 1) << "the public may read one of the two";
    EXPECT_EQ(impact.at("concerns").at(0).at("kind"), "nobody-can");
    EXPECT_EQ(server_.get(target + "?days=367").status, 400);
    EXPECT_EQ(server_.get(target + "?days=-1").status, 400);
    EXPECT_EQ(server_.get("/api/v1/proposals/00000000/impact").status, 404);
    const Digest plain = propose({});
    EXPECT_THAT(text_of(server_.get("/api/v1/proposals/" + plain.hex() + "/impact")),
                HasSubstr("no rule that acts"));
}

TEST_F(RestRules, AreServedAsAkomaNtoso) {
    adopt(propose(rule("DS-1"), "Article 1\nA < B & C."));
    const http::Response document = server_.get("/api/v1/rules/DS-1/document?language=fr");
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(document.find("Content-Type").value_or(""), "application/akn+xml");
    EXPECT_THAT(text_of(document), HasSubstr("<p>A &lt; B &amp; C.</p>"));
    EXPECT_THAT(text_of(document), HasSubstr("A translation, which binds nobody."));
}

TEST_F(RestRules, AreDiscussedBeforeTheyAreVotedOn) {
    const Digest first = propose({{"co_authors", json::Array{"cert-ug"}}}, "Members may share reports.");
    const std::string target = "/api/v1/proposals/" + first.hex();
    const Digest comment = say("isoc-fj", governance::kComment,
                               {{"version", first.hex()},
                                {"text", "Why only may?"},
                                {"language", "en"},
                                {"quote", "may share"},
                                {"position", "against"}});
    say("cert-ug", governance::kComment, {{"version", first.hex()}, {"text", "Another"}});
    say("cert-ke", governance::kComment,
        {{"version", first.hex()}, {"text", "We will see"}, {"reply_to", comment.hex()}});
    say("isoc-fj", governance::kEndorsement, {{"version", first.hex()}});
    say("cert-ug", governance::kEndorsement, {{"version", first.hex()}});
    say("cert-ug", governance::kEndorsement, {{"version", first.hex()}, {"holds", false}});
    json::Value discussion = server_.get_json(target + "/discussion");
    const auto texts = [&] {
        std::vector<std::string> list;
        for (const json::Value& one : discussion.at("comments").as_array())
            list.push_back(std::to_string(one.at("depth").to_number<int>()) + " " +
                           one.at("text").as_string().c_str());
        return list;
    };
    EXPECT_THAT(texts(), ElementsAre("0 Why only may?", "1 We will see", "0 Another"));
    EXPECT_EQ(discussion.at("comments").at(0).at("stands"), true);
    ASSERT_EQ(discussion.at("endorsements").as_array().size(), 1U);
    EXPECT_EQ(server_.get(target + "/diff").status, 404) << "it has not been revised";

    // A co-author revises it, a stranger does not.
    const Digest second = propose({{"previous", first.hex()}}, "Members shall share reports.", "cert-ug");
    propose({{"previous", second.hex()}}, "Nobody shares.", "isoc-fj");
    const json::Value proposal = server_.get_json(target);
    ASSERT_EQ(proposal.at("versions").as_array().size(), 2U);
    EXPECT_EQ(proposal.at("versions").at(1).at("author"), "cert-ug");
    discussion = server_.get_json(target + "/discussion");
    EXPECT_EQ(discussion.at("comments").at(0).at("stands"), false) << "the passage was changed";
    const json::Value diff = server_.get_json(target + "/diff");
    EXPECT_EQ(
        json::write(diff.at("text")),
        R"([{"change":"same","text":"Members "},{"change":"removed","text":"may"},{"change":"added","text":"shall"},{"change":"same","text":" share reports."}])");
    EXPECT_EQ(json::write(
                  server_.get_json(target + "/diff?from=" + second.hex().substr(0, 8) + "&to=" + second.hex())
                      .at("text")
                      .at(0)
                      .at("change")),
              "\"same\"");
    EXPECT_EQ(server_.get(target + "/diff?from=00000000").status, 404);
    EXPECT_EQ(server_.get(target + "/diff?language=zh").status, 400);
    EXPECT_EQ(server_.get("/api/v1/proposals/abc/discussion").status, 400);
    EXPECT_EQ(server_.get("/api/v1/proposals/00000000/discussion").status, 404);
    // And the vote on the co-author's version counts.
    adopt(second);
    EXPECT_EQ(server_.get_json("/api/v1/votes/" + second.hex()).at("outcome"), "adopted");
}

TEST_F(RestRules, ClosesAndDaysAreACalendarToSubscribeTo) {
    EXPECT_EQ(server_.get("/api/v1/calendar?language=de").status, 400);
    const Digest vote = adopt(propose(rule("DS-1"), "Text"));
    const http::Response calendar = server_.get("/api/v1/calendar");
    EXPECT_EQ(calendar.find("Content-Type").value_or(""), "text/calendar");
    const std::string text = text_of(calendar);
    EXPECT_THAT(text, HasSubstr("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    EXPECT_THAT(text, HasSubstr("UID:close-" + vote.hex().substr(0, 40)));
    EXPECT_THAT(text, HasSubstr("SUMMARY:Vote closes: A rule\r\n"));
    EXPECT_THAT(text, HasSubstr("SUMMARY:In force: DS-1 (version 1): A rule\r\n"));
    for (std::size_t at = 0, end = 0; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2)
        EXPECT_LE(end - at, 75U);
    EXPECT_THAT(text, Not(HasSubstr("\n\n")));
}

TEST_F(RestRules, AskForMoreDigitsWhereSeveralIdsBeginSo) {
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
    for (const std::string what : {"/impact", "/discussion", "/diff"})
        EXPECT_EQ(server_.get("/api/v1/proposals/" + beginning + what).status, 409) << what;
}

}  // namespace
}  // namespace comity::api::rest
