#include "governance/charter/charter.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/rules/rulebook.h"
#include "governance/voting/books.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using testing::Community;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Witnessed kBegun = 1'760'000'000;
const std::vector<std::string> kAll{"a1", "b1", "c1", "d1", "a12", "b12"};

json::Object all_by(const std::string& id, const std::string& share = "1/2") {
    return {{"id", id},
            {"title", "By a share"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", share}}}};
}
json::Object naming(const std::string& list, json::Array procedures) {
    return {{"procedures", json::Object{{list, std::move(procedures)}}}};
}
std::string refused_part(const json::Object& part) {
    const auto read = parse_charter_part(part, "body.charter");
    return read ? "read" : read.error().message();
}

// Six members; classes go by the length of an id.
class CharterAmended : public ::testing::Test {
  protected:
    void found(json::Object procedures = {}) {
        community_.emplace(kAll, 1, std::move(procedures));
        acts_ = {};
        said(community_->charter(), kBegun);
    }
    Digest said(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, Witnessed at) {
        return said(community_->statement(member, type, std::move(body)), at);
    }
    struct CharterVote {
        json::Object procedure = all_by("quick");
        std::vector<std::string> yes = kAll;
        std::vector<std::string> no{};
        json::Object more{};  // of the opening
    };
    // A text, and a vote on it that is open for four days up to that second.
    Digest decide(json::Object text, Witnessed closes, const CharterVote& vote) {
        text["texts"] =
            json::Array{json::Object{{"language", "en"}, {"title", "A text"}, {"text", "It says so."}}};
        const Digest version = say("a1", kProposal, std::move(text), closes - 5 * kDay);
        return decide_on(version, closes, vote);
    }
    Digest decide_on(const Digest& version, Witnessed closes, const CharterVote& vote) {
        json::Object opening{{"version", version.hex()},
                             {"procedure", vote.procedure},
                             {"closes", format_time_millis(Time::from_seconds(closes))}};
        for (const auto& each : vote.more) opening[each.key()] = each.value();
        const Digest opened = say("a1", kOpening, std::move(opening), closes - 4 * kDay);
        for (const bool yes : {true, false}) {
            for (const std::string& member : yes ? vote.yes : vote.no)
                say(member, kBallot,
                    {{"opening", opened.hex()}, {"version", version.hex()}, {"vote", yes ? "yes" : "no"}},
                    closes - 10);
        }
        return opened;
    }
    Digest amend(json::Object part, Witnessed closes, const CharterVote& vote) {
        return decide({{"charter", std::move(part)}}, closes, vote);
    }
    Books books(std::span<const Act> acts) {
        auto made = books_of(acts, verified_signatures());
        EXPECT_TRUE(made) << made.error().message();
        return made ? std::move(*made) : Books();
    }
    CharterBook book() { return books(acts_.all()).charter; }
    std::string last_objection() {
        const CharterBook known = book();
        return known.amendments().empty() ? "nothing was adopted"
                                          : known.amendments().back().decision.objection;
    }
    std::string unbinding_of_rule(const std::string& procedure, Witnessed closes) {
        const Digest vote = decide({{"rule", json::Object{{"number", "DS-1"}}}}, closes,
                                   {.procedure = all_by(procedure), .yes = {"a1"}});
        const auto counted = tally(acts_.all(), vote, verified_signatures());
        if (!counted) return "void: " + counted.error().message();
        return counted->unbinding ? counted->unbinding->message() : "binds";
    }

    std::optional<Community> community_;
    Acts acts_;
};

TEST_F(CharterAmended, ByTwoThirdsOfAllWhereItNamesNoProcedureForThat) {
    found();
    const json::Object part{{"name", "Another name"}, {"purpose", "Another purpose"}};
    const Witnessed closes = kBegun + 10 * kDay;
    amend(part, closes, {.yes = {"a1", "b1", "c1", "d1"}, .no = {"a12", "b12"}});
    EXPECT_EQ(last_objection(), "");
    EXPECT_EQ(book().at(closes).name, "Example community") << "ballots still count in that second";
    EXPECT_EQ(book().at(closes + 1).name, "Another name");
    EXPECT_EQ(book().at(closes + 1).purpose, "Another purpose");
    EXPECT_EQ(book().at(closes + 1).version, 2);
    EXPECT_EQ(book().at(closes + 1).since, closes + 1);

    found();
    amend(part, closes, {.yes = {"a1", "b1", "c1"}});
    EXPECT_THAT(last_objection(), HasSubstr("3 of 6 voted yes: to amend a charter that names no procedure"));
    EXPECT_EQ(book().at(closes + 1).version, 1);

    found();
    json::Object some = all_by("some");
    some["electorate"] = json::Object{{"members", json::Array{"a1", "b1"}}};
    amend(part, closes, {.procedure = some, .yes = {"a1", "b1"}});
    EXPECT_THAT(last_objection(), HasSubstr("not everybody could vote"));
}

TEST_F(CharterAmended, ByItsOwnProcedureToTheLetterWhereItNamesOne) {
    found({{"charter", json::Array{all_by("for-charter", "3/4")}},
           {"rules", json::Array{all_by("for-rules")}}});
    const json::Object part{{"purpose", "Another purpose"}};
    amend(part, kBegun + 10 * kDay, {.procedure = all_by("for-rules")});
    EXPECT_THAT(last_objection(), HasSubstr("lets itself be adopted: for-charter"));
    amend(part, kBegun + 20 * kDay, {.procedure = all_by("for-charter", "1/2")});
    EXPECT_THAT(last_objection(), HasSubstr("lets itself be adopted"))
        << "another threshold by the same name";
    amend(part, kBegun + 30 * kDay,
          {.procedure = all_by("for-charter", "3/4"), .yes = {"a1", "b1"}, .no = {"c1"}});
    EXPECT_EQ(book().amendments().size(), 2U) << "two of three were not adopted at all";
    amend(part, kBegun + 40 * kDay, {.procedure = all_by("for-charter", "3/4"), .yes = {"a1"}});
    EXPECT_EQ(last_objection(), "") << "by the charter's own procedure, whatever two thirds would say";
}

TEST_F(CharterAmended, RulesAreByWhatItNamedWhenTheirVoteWasOpened) {
    found({{"rules", json::Array{all_by("old")}}});
    const Witnessed closes = kBegun + 20 * kDay;
    amend(naming("rules", {all_by("new")}), closes, {});
    EXPECT_EQ(unbinding_of_rule("old", kBegun + 18 * kDay), "binds");
    EXPECT_EQ(unbinding_of_rule("old", closes + 2 * kDay), "binds") << "it was opened before";
    EXPECT_EQ(unbinding_of_rule("old", closes + 4 * kDay), "binds") << "in the second of the close";
    EXPECT_THAT(unbinding_of_rule("old", closes + 4 * kDay + 1), HasSubstr("rules be adopted: new"));
    EXPECT_EQ(unbinding_of_rule("new", closes + 4 * kDay + 1), "binds");
    EXPECT_THAT(unbinding_of_rule("new", closes + 4 * kDay), HasSubstr("rules be adopted: old"));
}

TEST_F(CharterAmended, BodiesToo) {
    found({{"bodies", json::Array{all_by("old")}}});
    amend(naming("bodies", {all_by("new")}), kBegun + 20 * kDay, {});
    const auto found_body = [&](const std::string& id, const std::string& by) {
        json::Object procedure = all_by("of-seats");
        procedure.erase("electorate");
        decide({{"body",
                 json::Object{{"act", "found"},
                              {"id", id},
                              {"procedure", std::move(procedure)},
                              {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "a1"}}}}}}},
               kBegun + 40 * kDay, {.procedure = all_by(by)});
    };
    found_body("one", "old");
    found_body("two", "new");
    const Books known = books(acts_.all());
    EXPECT_EQ(known.organs.find("one", kBegun + 50 * kDay), nullptr);
    EXPECT_NE(known.organs.find("two", kBegun + 50 * kDay), nullptr);
}

TEST_F(CharterAmended, TakesForceAtItsDayAndOverwritesOnlyWhatItNames) {
    found({{"rules", json::Array{all_by("first")}}});
    const Witnessed closes = kBegun + 10 * kDay;
    json::Object late{{"name", "Late"}, {"delay_days", 30}};
    amend(late, closes, {});
    json::Object dated = naming("charter", {all_by("for-charter")});
    dated["from"] = format_time_millis(Time::from_seconds(closes + 100 * kDay));
    amend(dated, closes, {});
    amend({{"name", "Soon"}}, closes + kDay, {});
    const CharterBook known = book();
    EXPECT_EQ(known.at(closes + 2 * kDay).name, "Soon");
    EXPECT_EQ(known.at(closes + 30 * kDay).name, "Soon");
    EXPECT_EQ(known.at(closes + 30 * kDay + 1).name, "Late") << "what takes force later is what stands";
    EXPECT_THAT(known.at(closes + 99 * kDay).procedures.charter, IsEmpty());
    const CharterState last = known.at(closes + 100 * kDay);
    EXPECT_EQ(last.procedures.charter.size(), 1U);
    EXPECT_EQ(last.procedures.rules.at(0), json::Value(all_by("first")));
    EXPECT_EQ(last.version, 4);

    amend(naming("charter", {}), closes + 200 * kDay, {.procedure = all_by("for-charter")});
    EXPECT_THAT(book().at(closes + 201 * kDay).procedures.charter, IsEmpty());
}

TEST_F(CharterAmended, ATextThatIsAdoptedTwiceAmendsOnce) {
    found();
    const Digest first = amend({{"name", "One"}}, kBegun + 10 * kDay, {});
    amend({{"name", "Two"}}, kBegun + 20 * kDay, {});
    const Digest text = tally(acts_.all(), first, verified_signatures())->version;
    decide_on(text, kBegun + 30 * kDay, {});
    EXPECT_EQ(last_objection(), "its text had been adopted before");
    EXPECT_EQ(book().at(kBegun + 40 * kDay).name, "Two");
}

TEST_F(CharterAmended, NoBodyAmendsIt) {
    found();
    json::Object of_seats = all_by("of-seats");
    of_seats.erase("electorate");
    decide(
        {{"body", json::Object{{"act", "found"},
                               {"id", "steering"},
                               {"procedure", of_seats},
                               {"powers", json::Array{"rules"}},
                               {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "a1"}}}}}}},
        kBegun + 10 * kDay, {});
    amend({{"name", "The chair's"}}, kBegun + 20 * kDay,
          {.procedure = procedure_of_seats(of_seats, {"a1"}).as_object(),
           .yes = {"a1"},
           .more = {{"body", "steering"}}});
    EXPECT_THAT(last_objection(), HasSubstr("no body amends the charter"));
}

TEST_F(CharterAmended, WhoeverOpensAVoteKeepsNobodyWaitingByWitnessesOfHisOwn) {
    found();
    const auto key = crypto::NamedSecret{"w.example/witness", crypto::KeyType::kEd25519Cosignature,
                                         crypto::SecretKey::generate()};
    json::Object procedure = all_by("mine");
    procedure["witnesses"] = json::Array{"witness w " + key.public_part().text(), "quorum w"};
    amend({{"name", "Never known"}}, kBegun + 10 * kDay, {.procedure = procedure});
    const CloseWord silent = [](const log::Policy&, Witnessed, std::span<const Digest> ids,
                                ledger::Liars) -> Result<ledger::ClosedAt> {
        ledger::ClosedAt closed;
        closed.stands.assign(ids.size(), ledger::Stand::kIn);
        closed.waits = {"w"};
        return closed;
    };
    auto made = books_of(acts_.all(), verified_signatures(), silent);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_FALSE(made->charter.waits_at(kBegun + 20 * kDay));

    // Nor where bodies are decided on, be it by procedures of the charter or where it names none.
    for (const json::Object& procedures :
         {json::Object{{"bodies", json::Array{all_by("for-bodies")}}}, json::Object{}}) {
        found(procedures);
        json::Object of_seats = all_by("of-seats");
        of_seats.erase("electorate");
        decide({{"body",
                 json::Object{{"act", "found"},
                              {"id", "steering"},
                              {"procedure", of_seats},
                              {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "a1"}}}}}}},
               kBegun + 10 * kDay, {.procedure = procedure});
        made = books_of(acts_.all(), verified_signatures(), silent);
        ASSERT_TRUE(made) << made.error().message();
        EXPECT_FALSE(made->organs.waits_at(kBegun + 20 * kDay)) << procedures.size();
    }

    // Nor what follows when witnesses lie: a rule on it, voted on by silent witnesses, leaves the votes after
    // it to theirs.
    for (const json::Object& procedures :
         {json::Object{{"rules", json::Array{all_by("for-rules")}}}, json::Object{}}) {
        found(procedures);
        decide({{"rule", json::Object{{"number", "W-1"},
                                      {"policy", json::Object{{"misbehaviour", "witness-does-not-count"}}}}}},
               kBegun + 10 * kDay, {.procedure = procedure});
        json::Object witnessed = all_by("witnessed");
        witnessed["witnesses"] = json::Array{"witness w " + key.public_part().text(), "quorum w"};
        const Digest after = decide({}, kBegun + 20 * kDay, {.procedure = witnessed});
        const CloseWord theirs = [&](const log::Policy& policy, Witnessed close, std::span<const Digest> ids,
                                     ledger::Liars liars) -> Result<ledger::ClosedAt> {
            COMITY_TRY(ledger::ClosedAt closed, silent(policy, close, ids, liars));
            closed.settled = close == kBegun + 20 * kDay;
            return closed;
        };
        const auto counted = tally(acts_.all(), after, verified_signatures(), theirs);
        ASSERT_TRUE(counted) << counted.error().message();
        EXPECT_TRUE(counted->settled()) << procedures.size();
    }

    // By the charter's own procedure it is waited for, and what is opened meanwhile is not settled.
    found({{"charter", json::Array{procedure}}});
    amend({{"name", "Waits"}}, kBegun + 10 * kDay, {.procedure = procedure});
    const Digest rule = decide({{"rule", json::Object{{"number", "DS-1"}}}}, kBegun + 20 * kDay, {});
    const Digest before = decide({{"rule", json::Object{{"number", "DS-2"}}}}, kBegun + 13 * kDay, {});
    made = books_of(acts_.all(), verified_signatures(), silent);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_TRUE(made->charter.waits_at(kBegun + 10 * kDay + 1));
    const auto later = tally(acts_.all(), rule, verified_signatures(), silent);
    ASSERT_TRUE(later) << later.error().message();
    EXPECT_FALSE(later->settled());
    EXPECT_EQ(tally_json(*later).at("close").at("waits").at(0).as_string(),
              "the witnesses of a vote on the charter");
    EXPECT_TRUE(tally(acts_.all(), before, verified_signatures(), silent)->settled());
}

TEST_F(CharterAmended, ACoreStaysThatNoAmendmentTouches) {
    EXPECT_THAT(refused_part({{"members", json::Array{}}}), HasSubstr("cannot be amended"));
    EXPECT_THAT(refused_part({{"admission", json::Object{{"sponsors", 9}}}}), HasSubstr("cannot be amended"));
    EXPECT_THAT(refused_part({}), HasSubstr("changes nothing"));
    EXPECT_THAT(refused_part({{"delay_days", 3}}), HasSubstr("changes nothing"));
    json::Object few = all_by("few");
    few["electorate"] = json::Object{{"classes", json::Array{"government"}}};
    for (const char* list : {"rules", "bodies", "charter"})
        EXPECT_THAT(refused_part(naming(list, {few})), HasSubstr("takes the vote from some")) << list;
    EXPECT_TRUE(parse_charter_procedures(json::Object{{"rules", json::Array{few}}}, "procedures"))
        << "founders all sign";
    EXPECT_FALSE(parse_charter_procedures(json::Object{{"charter", json::Array{few}}}, "procedures"));
    json::Object weighted = all_by("weighted");
    weighted["weights"] = json::Array{json::Object{{"id", "w"}, {"title", "W"}}};
    EXPECT_THAT(refused_part(naming("rules", {weighted})), HasSubstr("give a newcomer none"));
    EXPECT_THAT(refused_part({{"procedures", json::Object{{"rules", json::Array{"unanimity"}}}}}),
                HasSubstr("is a name"));
}

TEST_F(CharterAmended, WhatWouldLockTheMembersOutHasNoEffect) {
    found();
    json::Object house = all_by("houses");
    house["houses"] = json::Array{json::Object{{"id", "citizens"},
                                               {"title", "Citizens"},
                                               {"who", json::Object{{"classes", json::Array{"citizen"}}}}}};
    house["adopted"] =
        json::Object{{"of", "yes"}, {"base", "cast"}, {"in", "citizens"}, {"more_than", "1/2"}};
    const Witnessed closes = kBegun + 10 * kDay;
    amend(naming("charter", {house}), closes, {});
    EXPECT_THAT(last_objection(), HasSubstr("could decide nothing by 'houses' (procedures.charter)"));
    json::Object quorum = all_by("quorum");
    quorum["quorum"] = json::Object{{"of", "present"}, {"at_least", 7}};
    amend(naming("rules", {quorum}), closes + kDay, {});
    EXPECT_THAT(last_objection(), HasSubstr("could decide nothing by 'quorum'")) << "there are six";
    EXPECT_EQ(book().at(closes + 2 * kDay).version, 1);
}

TEST_F(CharterAmended, ACharterPartIsWrittenAsItWasRead) {
    json::Object part{
        {"name", "N"}, {"purpose", "P"}, {"delay_days", 2}, {"from", "2026-12-01T00:00:00.000Z"}};
    part["procedures"] = json::Object{{"rules", json::Array{}}, {"charter", json::Array{all_by("x")}}};
    const auto read = parse_charter_part(part, "charter");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(json::Value(charter_part_json(*read)), json::Value(part));
    json::Object text{{"charter", part}, {"rule", json::Object{{"number", "DS-1"}}}};
    text["texts"] = json::Array{json::Object{{"language", "en"}, {"title", "T"}, {"text", "It."}}};
    EXPECT_FALSE(parse_proposal(text));
    text.erase("rule");
    const auto proposal = parse_proposal(text);
    ASSERT_TRUE(proposal) << proposal.error().message();
    EXPECT_EQ(proposal_json(*proposal).at("charter"), json::Value(part));
}

// Law 1.
TEST_F(CharterAmended, IsTheSameInWhateverOrderStatementsComeAndHoweverOftenEachDoes) {
    found({{"rules", json::Array{all_by("first")}}});
    amend(naming("charter", {all_by("for-charter")}), kBegun + 10 * kDay, {});
    amend({{"name", "By the wrong one"}}, kBegun + 20 * kDay, {});
    amend({{"name", "By the right one"}, {"delay_days", 3}}, kBegun + 21 * kDay,
          {.procedure = all_by("for-charter")});
    amend(naming("rules", {all_by("second")}), kBegun + 21 * kDay, {.procedure = all_by("for-charter")});
    unbinding_of_rule("second", kBegun + 40 * kDay);
    const auto told = [&](std::span<const Act> acts) {
        const CharterBook known = books(acts).charter;
        std::string text;
        for (const CharterBook::Amended& one : known.amendments())
            text += fmt::format("{} {} {};", one.decision.opening.hex(), one.from, one.decision.objection);
        const CharterState last = known.at(kBegun + 100 * kDay);
        return text + last.name + json::write(charter_procedures_json(last.procedures));
    };
    const std::string expected = told(acts_.all());
    EXPECT_THAT(expected, HasSubstr("By the right one"));
    std::mt19937 random(20261201);
    for (int round = 0; round < 10; ++round) {
        std::vector<Act> shuffled(acts_.all().begin(), acts_.all().end());
        shuffled.insert(shuffled.end(), acts_.all().begin(), acts_.all().end());
        std::ranges::shuffle(shuffled, random);
        EXPECT_EQ(told(shuffled), expected);
    }
}

}  // namespace
}  // namespace comity::governance
