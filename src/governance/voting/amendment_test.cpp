#include "governance/voting/amendment.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/procedure/presets.h"
#include "governance/voting/store.h"
#include "governance/voting/tally.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using testing::Community;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kRule =
    "Article 1\nMembers tell of incidents within 3 days.\n\nArticle 2\nÉtats, 国家.\n";

ProposalBody telling(std::string text) {
    ProposalBody body;
    body.texts.push_back({"en", true, "Telling", std::move(text)});
    return body;
}

AmendmentBody amendment_of(std::vector<Edit> edits) {
    AmendmentBody body;
    body.edits = std::move(edits);
    return body;
}

Edit replacing(std::string quote, std::string text, std::string_view in = kRule) {
    const std::size_t at = in.find(quote);
    return {"en", false, at, std::move(quote), std::move(text)};
}

Result<std::string> applied(const std::vector<AmendmentBody>& amendments) {
    std::vector<const AmendmentBody*> list;
    for (const AmendmentBody& one : amendments) list.push_back(&one);
    COMITY_TRY(const ProposalBody result, amended(telling(std::string(kRule)), list));
    return result.texts.front().text;
}

std::string amendment_refusal(json::Array edits) {
    const json::Object body{{"version", std::string(64, '0')}, {"edits", std::move(edits)}};
    const auto read = parse_amendment(body);
    return read ? "read" : read.error().message();
}

TEST(Amendment, IsReadAsItIsWritten) {
    AmendmentBody body = amendment_of({{"en", true, 0, "Telling", "Sharing"},
                                       replacing("3 days", "a day"),
                                       {"fr", false, 0, "", "Article zéro\n"}});
    body.version = Digest{{1, 2, 3}};
    body.note = "Worms are faster";
    const auto again = parse_amendment(amendment_json(body));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->edits, body.edits);
    EXPECT_EQ(again->version, body.version);
    EXPECT_EQ(again->note, body.note);
}

TEST(Amendment, WhatIsNoAmendmentIsRefusedWithThePlace) {
    EXPECT_THAT(amendment_refusal({}), HasSubstr("body.edits"));
    EXPECT_THAT(amendment_refusal({json::Object{{"language", "en"}, {"at", 0}}}),
                HasSubstr("changes nothing"));
    EXPECT_THAT(
        amendment_refusal({json::Object{{"language", "en"}, {"at", 0}, {"quote", "a"}, {"text", "a"}}}),
        HasSubstr("changes nothing"));
    EXPECT_THAT(amendment_refusal({json::Object{{"language", "de"}, {"at", 0}, {"text", "a"}}}),
                HasSubstr("language"));
    EXPECT_THAT(amendment_refusal({json::Object{{"language", "en"}, {"at", -1}, {"text", "a"}}}),
                HasSubstr("at"));
    EXPECT_THAT(amendment_refusal({json::Object{{"language", "en"}, {"at", 0}, {"quote", "abc"}},
                                   json::Object{{"language", "en"}, {"at", 2}, {"quote", "cd"}}}),
                HasSubstr("is edited twice"));
    EXPECT_THAT(amendment_refusal({json::Object{{"language", "en"}, {"at", 3}, {"text", "x"}},
                                   json::Object{{"language", "en"}, {"at", 3}, {"text", "y"}}}),
                HasSubstr("is edited twice"));
    EXPECT_EQ(
        amendment_refusal({json::Object{{"language", "en"}, {"at", 0}, {"quote", "abc"}},
                           json::Object{{"language", "en"}, {"at", 3}, {"quote", "cd"}},
                           json::Object{{"language", "en"}, {"in", "title"}, {"at", 0}, {"quote", "abc"}}}),
        "read");
}

TEST(Amendment, IsAppliedToTheLetterAndToNothingElse) {
    EXPECT_EQ(applied({amendment_of({replacing("3 days", "24 hours")})}).value_or(""),
              "Article 1\nMembers tell of incidents within 24 hours.\n\nArticle 2\nÉtats, 国家.\n");
    EXPECT_EQ(applied({amendment_of({replacing("国", "")})}).value_or("").find("国"), std::string::npos);
    const auto failed = [](Edit edit) {
        const auto result = applied({amendment_of({std::move(edit)})});
        return result ? *result : result.error().message();
    };
    EXPECT_THAT(failed({"en", false, 1, "Article", ""}), HasSubstr("does not stand there"));
    EXPECT_THAT(failed({"en", false, 10'000, "", "x"}), HasSubstr("does not stand there"));
    EXPECT_THAT(failed({"en", false, kRule.find("国") + 1, "", "x"}), HasSubstr("does not stand there"));
    EXPECT_THAT(failed({"fr", false, 0, "", "x"}), HasSubstr("no text in that language"));
    EXPECT_THAT(failed({"en", false, 0, std::string(kRule), ""}), HasSubstr("leave nothing"));
    EXPECT_THAT(failed({"en", false, 0, "", std::string(kMaxProposalText, 'x')}), HasSubstr("longer than"));
}

TEST(Amendment, ConflictsAreNamedAndNeighboursAreNone) {
    const AmendmentBody hours = amendment_of({replacing("3 days", "24 hours")});
    const AmendmentBody week = amendment_of({replacing("within 3 days", "within a week")});
    const AmendmentBody before = amendment_of({{"en", false, kRule.find("3 days"), "", "at most "}});
    const AmendmentBody inside = amendment_of({{"en", false, kRule.find("days"), "", "working "}});
    EXPECT_TRUE(conflict_of(hours, week));
    EXPECT_TRUE(conflict_of(week, hours));
    EXPECT_TRUE(conflict_of(hours, inside));
    EXPECT_FALSE(conflict_of(hours, before));
    EXPECT_FALSE(conflict_of(hours, hours)) << "the same edit twice is one";
    EXPECT_TRUE(conflict_of(before, amendment_of({{"en", false, kRule.find("3 days"), "", "up to "}})));
    EXPECT_THAT(applied({hours, week}).error().message(), HasSubstr("is in the way of \"3 days\""));
    EXPECT_EQ(applied({hours, before, hours}).value_or(""),
              "Article 1\nMembers tell of incidents within at most 24 hours.\n\nArticle 2\nÉtats, 国家.\n");
}

TEST(Amendment, TheOrderInWhichTheyComeChangesNothing) {
    std::mt19937 random(7);
    int made = 0;
    for (int trial = 0; trial < 300; ++trial) {
        std::vector<AmendmentBody> list;
        for (int i = 0; i < 5; ++i) {
            std::size_t at = random() % kRule.size();
            while ((static_cast<unsigned char>(kRule[at]) & 0xc0) == 0x80) --at;
            std::size_t end = std::min(kRule.size(), at + random() % 8);
            while (end < kRule.size() && (static_cast<unsigned char>(kRule[end]) & 0xc0) == 0x80) ++end;
            list.push_back(amendment_of({{"en", false, at, std::string(kRule.substr(at, end - at)),
                                          std::string(1 + random() % 3, static_cast<char>('A' + i))}}));
        }
        const auto before = applied(list);
        for (int turn = 0; turn < 5; ++turn) {
            std::ranges::shuffle(list, random);
            const auto after = applied(list);
            ASSERT_EQ(after.has_value(), before.has_value());
            if (after) {
                ASSERT_EQ(*after, *before);
            }
        }
        if (before) ++made;
    }
    EXPECT_GT(made, 20);
}

TEST(Amendment, EditsBetweenTwoTextsLeadFromTheOneToTheOther) {
    std::mt19937 random(9);
    const std::vector<std::string> words{"shall", "may", " ", "\n", "国", "été", ".", "24", "hours"};
    for (int trial = 0; trial < 300; ++trial) {
        std::string before = "x", after = "x";
        for (int i = 0; i < 30; ++i) before += words[random() % words.size()];
        for (std::size_t at = 1; at < before.size();) {
            const auto first = static_cast<unsigned char>(before[at]);
            const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
            if (random() % 8 == 0) after += words[random() % words.size()];
            if (random() % 8 != 0) after += before.substr(at, length);
            at += length;
        }
        if (before == after) continue;
        AmendmentBody body = amendment_of(edits_between(before, after, "en", false));
        const auto read = parse_amendment(amendment_json(body));
        ASSERT_TRUE(read) << read.error().message();
        const AmendmentBody* const one = &*read;
        const auto result = amended(telling(before), {&one, 1});
        ASSERT_TRUE(result) << result.error().message();
        ASSERT_EQ(result->texts.front().text, after);
    }
}

TEST(Amendment, TheDigestOfWhatIsSaidIsThatOfTheTextsAlone) {
    ProposalBody body = telling("Text");
    // printf 'comity governance.texts/v1\nen authentic 7 4\nTelling\nText\n' | sha256sum
    EXPECT_EQ(content_digest(body).hex(), "75513845e92970c7e3e544265d614880459a6d0ebdc030d69bbe47e6f6a4fd5f");
    const Digest alone = content_digest(body);
    body.note = "Other";
    body.texts.push_back({"ar", false, "T", "t"});
    const Digest two = content_digest(body);
    EXPECT_NE(two, alone);
    std::swap(body.texts[0], body.texts[1]);
    EXPECT_EQ(content_digest(body), two) << "in whatever order they stand";
}

// A proposal of ke's under amendment.
class AmendedProposal : public ::testing::Test {
  protected:
    static constexpr ledger::Witnessed kNow = 1'760'000'000;

    void SetUp() override {
        add(community_.charter(), kNow);
        proposal_ =
            add(community_.statement("ke", kProposal, proposal_json(telling(std::string(kRule)))), kNow + 1);
    }
    Digest add(const crypto::Envelope& envelope, ledger::Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest amend(const std::string& member, Edit edit, ledger::Witnessed at = kNow + 2) {
        AmendmentBody body = amendment_of({std::move(edit)});
        body.version = proposal_;
        const Digest id = add(community_.statement(member, kAmendment, amendment_json(body)), at);
        bodies_[id] = body;
        return id;
    }
    // Opened by ke, for a week; ke and fr vote so.
    Digest vote_on(const Digest& version, Choice choice, ledger::Witnessed at,
                   const std::string& chair = "ke") {
        OpeningBody opening;
        opening.version = version;
        json::Value procedure = *json::parse(find_preset("simple-majority")->json);
        procedure.as_object().erase("phases");
        opening.procedure_json = procedure;
        opening.closes = Time::from_seconds(at + 7 * kDay);
        const Digest id = add(community_.statement(chair, kOpening, opening_json(opening)), at);
        for (const char* member : {"ke", "fr", "br"}) {
            BallotBody ballot;
            ballot.opening = id;
            ballot.version = version;
            ballot.choice = choice;
            add(community_.statement(member, kBallot, ballot_json(ballot)), at + 5);
        }
        return id;
    }
    // The next version with those amendments, as it should be but for `change`.
    Digest consolidate(std::vector<Digest> ids, ledger::Witnessed at,
                       const std::function<void(ProposalBody&)>& change = {}) {
        std::vector<const AmendmentBody*> list;
        for (const Digest& id : ids) list.push_back(&bodies_.at(id));
        auto body = amended(telling(std::string(kRule)), list);
        EXPECT_TRUE(body);
        if (!body) return {};
        std::ranges::sort(ids);
        body->previous = proposal_;
        body->amendments = std::move(ids);
        if (change) change(*body);
        return add(community_.statement("ke", kProposal, proposal_json(*body)), at);
    }
    std::string outcome(const Digest& opening) {
        const auto counted = tally(acts_.all(), opening, verified_signatures());
        return counted ? std::string(to_string(counted->verdict.outcome)) : counted.error().message();
    }

    Community community_{{"ke", "fr", "br", "no"}};
    Acts acts_;
    Digest proposal_;
    std::map<Digest, AmendmentBody> bodies_;
};

constexpr ledger::Witnessed kFirst = 1'760'000'000 + 10 * kDay;
constexpr ledger::Witnessed kSecond = kFirst + 10 * kDay;

TEST_F(AmendedProposal, AdoptedAmendmentsAreInTheVersionThatIsVotedOnOrTheVoteIsVoid) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    const Digest title = amend("br", {"en", true, 0, "Telling", "Sharing"});
    const Digest lost = amend("no", replacing("Article 2", "Article 3"));
    const Digest on_hours = vote_on(hours, Choice::kYes, kFirst);
    vote_on(title, Choice::kYes, kFirst);
    vote_on(lost, Choice::kNo, kFirst);
    EXPECT_EQ(outcome(on_hours), "adopted");
    EXPECT_EQ(tally(acts_.all(), on_hours, verified_signatures())->amends, proposal_);
    EXPECT_EQ(tally(acts_.all(), on_hours, verified_signatures())->proposal, proposal_);

    EXPECT_EQ(outcome(vote_on(proposal_, Choice::kYes, kFirst + kDay)), "adopted")
        << "opened before they were adopted";
    EXPECT_THAT(outcome(vote_on(proposal_, Choice::kYes, kSecond)),
                HasSubstr("is voted on without its amendment"));
    EXPECT_EQ(outcome(vote_on(consolidate({hours, title}, kSecond), Choice::kYes, kSecond + 1)), "adopted");
    EXPECT_THAT(outcome(vote_on(consolidate({hours}, kSecond), Choice::kYes, kSecond + 1)),
                HasSubstr("goes on without the amendment"));
    EXPECT_THAT(outcome(vote_on(consolidate({hours, title, lost}, kSecond), Choice::kYes, kSecond + 1)),
                HasSubstr("which had not been adopted"));
}

TEST_F(AmendedProposal, AVersionSaysWhatItsAmendmentsMakeOfItAndNotAWordElse) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    vote_on(hours, Choice::kYes, kFirst);
    const auto with = [&](const std::function<void(ProposalBody&)>& change) {
        return outcome(vote_on(consolidate({hours}, kSecond, change), Choice::kYes, kSecond + 1));
    };
    EXPECT_EQ(with([](ProposalBody& body) { body.note = "As adopted"; }), "adopted");
    const std::string is_not = "is not what its amendments make of the version before";
    EXPECT_THAT(with([](ProposalBody& body) { body.texts[0].text += " "; }), HasSubstr(is_not));
    EXPECT_THAT(with([](ProposalBody& body) { body.co_authors = {"no"}; }), HasSubstr(is_not));
    EXPECT_THAT(with([](ProposalBody& body) {
                    body.rule = RulePart{};
                    body.rule->number = "X-1";
                }),
                HasSubstr(is_not));
    EXPECT_THAT(with([](ProposalBody& body) { body.texts.push_back({"fr", true, "T", "t"}); }),
                HasSubstr(is_not));
}

TEST_F(AmendedProposal, OfTwoInEachOthersWayTheOneAdoptedFirstIsApplied) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    const Digest week = amend("br", replacing("within 3 days", "within a week"));
    vote_on(week, Choice::kYes, kFirst);
    vote_on(hours, Choice::kYes, kFirst + 60);
    EXPECT_EQ(outcome(vote_on(consolidate({week}, kSecond), Choice::kYes, kSecond + 1)), "adopted");
    EXPECT_THAT(outcome(vote_on(consolidate({hours}, kSecond), Choice::kYes, kSecond + 1)),
                HasSubstr("goes on without the amendment " + week.hex().substr(0, 12)));
    ProposalBody both = telling("x");
    both.previous = proposal_;
    both.amendments = {hours, week};
    std::ranges::sort(both.amendments);
    const Digest version = add(community_.statement("ke", kProposal, proposal_json(both)), kSecond);
    EXPECT_THAT(outcome(vote_on(version, Choice::kYes, kSecond + 1)),
                HasSubstr(week.hex().substr(0, 12) + " was adopted before it"));
}

TEST_F(AmendedProposal, OnlyTheChairPutsItToTheVoteAndWhatDoesNotFitIsVoid) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    EXPECT_THAT(outcome(vote_on(hours, Choice::kYes, kFirst, "fr")),
                HasSubstr("'fr' opens a vote on what 'ke'"));
    EXPECT_EQ(outcome(vote_on(proposal_, Choice::kYes, kSecond)), "adopted")
        << "a vote of nobody's adopts nothing";
    const Digest misfit = amend("br", {"en", false, 3, "nothing of it", "x"});
    EXPECT_THAT(outcome(vote_on(misfit, Choice::kYes, kFirst)), HasSubstr("does not fit its version"));
    EXPECT_EQ(outcome(vote_on(proposal_, Choice::kYes, kSecond + 1)), "adopted");
}

TEST_F(AmendedProposal, AnAmendmentLapsesWhenItsVersionIsRevisedBeforeTheCloseOfItsVote) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    vote_on(hours, Choice::kYes, kFirst);
    ProposalBody revised = telling("Otherwise");
    revised.previous = proposal_;
    const Digest next = add(community_.statement("ke", kProposal, proposal_json(revised)), kFirst + kDay);
    EXPECT_EQ(outcome(vote_on(next, Choice::kYes, kSecond)), "adopted");
    const Digest late = add(community_.statement("ke", kProposal, proposal_json(revised)), kSecond);
    EXPECT_THAT(outcome(vote_on(late, Choice::kYes, kSecond + 1)),
                HasSubstr("goes on without the amendment"));
}

TEST_F(AmendedProposal, AllThatAVoteNeedsIsNamedAndOrderChangesNothing) {
    const Digest hours = amend("fr", replacing("3 days", "24 hours"));
    const Digest on_hours = vote_on(hours, Choice::kYes, kFirst);
    const Digest version = consolidate({hours}, kSecond);
    const Digest opening = vote_on(version, Choice::kYes, kSecond + 1);
    EXPECT_THAT(votes_needed(acts_.all(), opening), ElementsAre(opening, on_hours));
    EXPECT_THAT(votes_needed(acts_.all(), on_hours), ElementsAre(on_hours));
    EXPECT_EQ(resolve_vote(acts_.all(), hours.hex()).value_or(Digest{}), on_hours);
    EXPECT_EQ(resolve_vote(acts_.all(), proposal_.hex()).value_or(Digest{}), opening);
    EXPECT_EQ(votes_of(acts_.all()).size(), 2U);
    const std::string before = json::write(tally_json(*tally(acts_.all(), opening, verified_signatures())));
    std::vector<Act> acts(acts_.all().begin(), acts_.all().end());
    std::mt19937 random(4);
    for (int trial = 0; trial < 10; ++trial) {
        std::ranges::shuffle(acts, random);
        EXPECT_EQ(json::write(tally_json(*tally(acts, opening, verified_signatures()))), before);
    }
}

}  // namespace
}  // namespace comity::governance
