#include "governance/charter/procedures.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/procedure/presets.h"
#include "governance/rules/rulebook.h"
#include "governance/voting/books.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using testing::Community;
using ::testing::HasSubstr;

constexpr Witnessed kFounded = 1'760'000'000;

json::Object by_majority(const std::string& id = "quick") {
    return {{"id", id},
            {"title", "A majority"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
}

json::Object changed(json::Object form, const std::string& name, std::string_view value) {
    form[name] = *json::parse(value);
    return form;
}

std::string refusal_of_named(const json::Object& procedure) {
    const auto read = parse_charter_procedures(json::Object{{"rules", json::Array{procedure}}}, "procedures");
    return read ? "taken" : read.error().message();
}

// Six members; classes go by the length of an id: "a1" to "d1" are of one, "a12" and "b12" of another.
class WhatBinds : public ::testing::Test {
  protected:
    void found(json::Object procedures = {}) {
        community_.emplace(std::vector<std::string>{"a1", "b1", "c1", "d1", "a12", "b12"}, 1,
                           std::move(procedures));
        acts_ = {};
        said(community_->charter(), kFounded);
    }
    Digest said(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, Witnessed at) {
        return said(community_->statement(member, type, std::move(body)), at);
    }
    struct Held {
        json::Object procedure = by_majority();
        std::vector<std::string> yes{"a1"};
        std::vector<std::string> no{};
        Witnessed open = 3 * kDay;
        json::Object more{};  // of the opening
        std::string by = "a1";
        Witnessed after = 0;  // later than the others
    };
    Digest vote_on(json::Object text, const Held& held) {
        const Witnessed opened = kFounded + 30 * kDay + held.after, closes = opened + held.open;
        text["texts"] =
            json::Array{json::Object{{"language", "en"}, {"title", "A text"}, {"text", "It says so."}}};
        const Digest version = say(held.by, kProposal, std::move(text), opened - 20 * kDay);
        json::Object opening{{"version", version.hex()},
                             {"procedure", held.procedure},
                             {"closes", format_time_millis(Time::from_seconds(closes))}};
        for (const auto& each : held.more) opening[each.key()] = each.value();
        const Digest vote = say(held.by, kOpening, std::move(opening), opened);
        for (const bool yes : {true, false}) {
            for (const std::string& member : yes ? held.yes : held.no)
                say(member, kBallot,
                    {{"opening", vote.hex()}, {"version", version.hex()}, {"vote", yes ? "yes" : "no"}},
                    closes - 1);
        }
        votes_.push_back(vote);
        return vote;
    }
    Digest rule(const Held& held, const std::string& number = "DS-1") {
        return vote_on({{"rule", json::Object{{"number", number}}}}, held);
    }
    // "binds", or why it does not; it was adopted.
    std::string binds(const Held& held) {
        const Digest vote = rule(held);
        const auto counted = tally(acts_.all(), vote, verified_signatures());
        if (!counted) return "void: " + counted.error().message();
        EXPECT_EQ(counted->verdict.outcome, Outcome::kAdopted) << counted->verdict.why;
        const Rulebook rules = book(acts_.all());
        EXPECT_EQ(rules.versions.empty(), counted->unbinding.has_value());
        EXPECT_EQ(rules.barred.empty(), !counted->unbinding.has_value());
        const std::string why = counted->unbinding ? counted->unbinding->message() : "binds";
        if (counted->unbinding) {
            EXPECT_EQ(rules.barred.at(0).why.message(), why);
            EXPECT_EQ(tally_json(*counted).at("unbinding").at("why").as_string(), counted->unbinding->what);
        }
        votes_.clear();
        acts_ = {};
        said(community_->charter(), kFounded);
        return why;
    }
    Rulebook book(std::span<const Act> acts) {
        std::vector<Adopted> list;
        for (const auto& counted : tally_all(acts, votes_, verified_signatures())) {
            if (!counted || counted->verdict.outcome != Outcome::kAdopted) continue;
            const auto text =
                std::ranges::find(acts, counted->version, [](const Act& act) { return act.statement->id; });
            list.push_back({*counted, *parse_proposal(text->statement->body)});
        }
        return make_rulebook(std::move(list), acts, roll_of(acts));
    }

    std::optional<Community> community_;
    Acts acts_;
    std::vector<Digest> votes_;
};

TEST_F(WhatBinds, WithoutAWordOfTheCharterIsDecidedByAllInDaysOrByMoreThanHalf) {
    found();
    EXPECT_EQ(binds({}), "binds") << "one yes, nobody against it in three days";
    EXPECT_EQ(binds({.yes = {"a1", "b1"}, .no = {"c1"}}), "binds");
    EXPECT_EQ(binds({.yes = {"a1", "b1", "c1", "d1"}, .open = 60}), "binds") << "nobody can be surprised";
    EXPECT_THAT(binds({.yes = {"a1", "b1", "c1"}, .open = 3600}),
                HasSubstr("open for less than 3 days, and 3 of 6 voted yes"));
    EXPECT_THAT(binds({.open = 3 * kDay - 1}), HasSubstr("opening.closes"));
}

TEST_F(WhatBinds, NobodyBindsAllByAnElectorateOfHisOwn) {
    found();
    const auto electorate = [](std::string_view who) { return changed(by_majority(), "electorate", who); };
    for (const std::string_view who :
         {R"({"members":["a1"]})", R"({"classes":["international"]})", R"({"groups":["a1/friends"]})",
          R"({"members":["a1","b1","c1","d1","a12","b12"]})"}) {
        if (who.find("friends") != std::string_view::npos)
            said(community_->group("a1", "friends", {"a1"}), kFounded + kDay);
        const std::string why = binds({.procedure = electorate(who)});
        // A class that nobody is of makes the vote void; else it is a vote that binds nobody.
        EXPECT_TRUE(why.starts_with("void") || why.find("not everybody could vote") != std::string::npos)
            << who << ": " << why;
    }
    EXPECT_THAT(binds({.procedure = electorate(R"({"members":["a1"]})")}),
                HasSubstr("opening.procedure.electorate: not everybody could vote"));
}

TEST_F(WhatBinds, NoThresholdWeightHouseOrDeclarationPutsNoOverYes) {
    found();
    const std::string more_no = "more yes than no";
    const json::Object one = changed(by_majority(), "adopted", R"({"of":"yes","at_least":1})");
    EXPECT_THAT(binds({.procedure = one, .no = {"b1", "c1"}}), HasSubstr(more_no));
    EXPECT_THAT(binds({.procedure = one, .no = {"b1"}}), HasSubstr(more_no)) << "as many";
    const json::Object given = changed(changed(by_majority(), "weights", R"([{"id":"mine"}])"), "adopted",
                                       R"({"of":"yes","base":"cast","by":"mine","more_than":"1/2"})");
    EXPECT_THAT(
        binds({.procedure = given,
               .no = {"b1", "c1"},
               .more = {{"weights",
                         *json::parse(R"({"mine":{"a1":9,"b1":1,"c1":1,"d1":0,"a12":0,"b12":0}})")}}}),
        HasSubstr(more_no));
    const json::Object housed =
        changed(changed(by_majority(), "houses", R"([{"id":"me","who":{"members":["a1"]}}])"), "adopted",
                R"({"of":"yes","base":"cast","in":"me","more_than":"1/2"})");
    EXPECT_THAT(binds({.procedure = housed, .no = {"b1", "c1"}}), HasSubstr(more_no));
    const json::Object silent =
        changed(by_majority(), "adopted", R"({"of":"sustained-objections","at_most":0})");
    EXPECT_THAT(binds({.procedure = silent, .yes = {}}), HasSubstr("0 voted yes and 0 no"))
        << "silence is no consent to be bound";
}

TEST_F(WhatBinds, WitnessesOfTheOpenersChoiceKeepNobodysNoOut) {
    found();
    const crypto::NamedSecret witness{"mine", crypto::KeyType::kEd25519Cosignature,
                                      crypto::SecretKey::generate()};
    const json::Object procedure = changed(
        by_majority(), "witnesses",
        json::write(json::Value(fmt::format("witness w {}\nquorum w\n", witness.public_part().text()))));
    const Digest vote = rule({.procedure = procedure, .yes = {"a1"}, .no = {"b1", "c1"}});
    const CloseWord liar = [&](const auto&, Witnessed, std::span<const Digest> ballots, ledger::Liars) {
        ledger::ClosedAt closed;
        closed.settled = true;
        for (const Digest& ballot : ballots) {
            const auto act =
                std::ranges::find(acts_.all(), ballot, [](const Act& one) { return one.statement->id; });
            closed.stands.push_back(act->statement->author == "a1" ? ledger::Stand::kIn
                                                                   : ledger::Stand::kOut);
        }
        return Result<ledger::ClosedAt>(closed);
    };
    const auto counted = tally(acts_.all(), vote, verified_signatures(), liar);
    ASSERT_TRUE(counted) << counted.error().message();
    EXPECT_EQ(counted->verdict.outcome, Outcome::kAdopted);
    ASSERT_TRUE(counted->unbinding);
    EXPECT_EQ(counted->unbinding->where, "opening.procedure.witnesses");
}

TEST_F(WhatBinds, WhatDoesNotBindEndsNoRuleAndCanBeAdoptedAgain) {
    found();
    rule({});
    const json::Object mine = changed(by_majority(), "electorate", R"({"members":["a1"]})");
    rule({.procedure = mine, .after = 10 * kDay});
    vote_on({{"rule", json::Object{{"number", "DS-2"}, {"repeals", json::Array{"DS-1"}}}}},
            {.procedure = mine, .after = 11 * kDay});
    const Rulebook rules = book(acts_.all());
    ASSERT_EQ(rules.versions.size(), 1U);
    EXPECT_EQ(rules.versions[0].until, ledger::kNever);
    EXPECT_EQ(rules.barred.size(), 2U);
}

TEST_F(WhatBinds, ByTheChartersWordItIsDecidedByThatProcedureToTheLetter) {
    const json::Object strict =
        changed(changed(by_majority("strict"), "adopted", R"({"of":"yes","base":"all","at_least":"2/3"})"),
                "phases", R"([{"id":"voting","min_days":2,"votes":true}])");
    found({{"rules", json::Array{strict, by_majority("other")}}});
    const std::vector<std::string> four{"a1", "b1", "c1", "d1"};
    EXPECT_EQ(binds({.procedure = strict, .yes = four}), "binds");
    EXPECT_EQ(binds({.procedure = by_majority("other"), .open = 60}), "binds") << "as its founders would";
    EXPECT_THAT(binds({.yes = four}),
                HasSubstr("opening.procedure: 'quick' is not one by which the charter lets rules be adopted: "
                          "strict, other: comity proposal open without --procedure takes the charter's"));
    // Its name is not enough, nor a word less.
    EXPECT_THAT(binds({.procedure = by_majority("strict"), .yes = four}), HasSubstr("'strict' is not one"));
    EXPECT_THAT(binds({.procedure = changed(strict, "title", R"("Another")"), .yes = four}),
                HasSubstr("is not one"));
    EXPECT_THAT(
        binds({.procedure = changed(strict, "phases", R"([{"id":"voting","votes":true}])"), .yes = four}),
        HasSubstr("is not one"));
    EXPECT_THAT(binds({.procedure = strict, .yes = four, .open = kDay}), HasSubstr("void"));
    // The order in which its members stand says nothing.
    json::Object turned;
    for (auto it = strict.end(); it != strict.begin();) {
        --it;
        turned[it->key()] = it->value();
    }
    EXPECT_EQ(binds({.procedure = turned, .yes = four}), "binds");
}

TEST_F(WhatBinds, BodiesAreByTheirsAndThePowerToAdoptRulesIsAsARuleIs) {
    found({{"rules", json::Array{by_majority("for-rules")}},
           {"bodies", json::Array{by_majority("for-bodies")}}});
    const auto founding = [](const std::string& id, const std::string& parent, json::Array powers) {
        json::Object part{{"act", "found"},
                          {"id", id},
                          {"procedure", by_majority("of-seats")},
                          {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "a1"}}}}};
        if (!powers.empty()) part["powers"] = std::move(powers);
        if (!parent.empty()) part["parent"] = parent;
        return json::Object{{"body", part}};
    };
    const auto appoint = [](const std::string& id) {
        return json::Object{
            {"body",
             json::Object{{"act", "appoint"},
                          {"id", id},
                          {"seats", json::Array{json::Object{{"seat", "chair"}, {"member", "b1"}}}}}}};
    };
    Witnessed day = 0;
    const auto last = [&](json::Object text, const std::string& by) {
        vote_on(std::move(text), {.procedure = by_majority(by), .after = day += 10 * kDay});
        return books_of(acts_.all(), verified_signatures())->organs.acts().back().objection;
    };
    EXPECT_THAT(last(founding("one", "", {}), "quick"), HasSubstr("lets bodies be adopted: for-bodies"));
    EXPECT_EQ(last(founding("one", "", {}), "for-bodies"), "");
    EXPECT_THAT(last(founding("two", "", {"rules"}), "for-bodies"), HasSubstr("lets rules be adopted"));
    EXPECT_EQ(last(founding("two", "", {"rules"}), "for-rules"), "");
    EXPECT_THAT(last(appoint("two"), "for-bodies"), HasSubstr("lets rules be adopted"))
        << "whoever sits in it adopts rules";
    EXPECT_EQ(last(appoint("two"), "for-rules"), "");
    EXPECT_EQ(last(appoint("one"), "for-bodies"), "");
    EXPECT_THAT(last(founding("three", "one", {"rules"}), "for-rules"),
                HasSubstr("one has not itself the power \"rules\""));
    EXPECT_EQ(last(founding("four", "two", {"rules"}), "for-rules"), "");
    json::Object amended = founding("two", "", {});
    amended["body"].as_object()["act"] = "amend";
    EXPECT_THAT(last(amended, "for-bodies"), HasSubstr("lets rules be adopted"));
    EXPECT_EQ(last(amended, "for-rules"), "");
    const auto organs = books_of(acts_.all(), verified_signatures());
    const Witnessed now = kFounded + 1000 * kDay;
    EXPECT_FALSE(organs->organs.may(*organs->organs.find("four", now), "rules", now))
        << "what is above it has lost it";
}

TEST_F(WhatBinds, BodiesAreByThoseForRulesWhereTheCharterNamesNoneForThem) {
    found({{"rules", json::Array{by_majority("for-rules")}}});
    const CharterProcedures named = charter_procedures(roll_of(acts_.all()));
    EXPECT_EQ(named_for(named, Binding::kBody), named.rules);
    EXPECT_EQ(named.rules.at(0), json::Value(by_majority("for-rules")));
}

// Law 1.
TEST_F(WhatBinds, IsTheSameInWhateverOrderStatementsCome) {
    found({{"rules", json::Array{by_majority("for-rules")}}});
    for (int i = 0; i < 4; ++i)
        rule({.procedure = by_majority(i % 2 == 0 ? "for-rules" : "mine"), .after = i * kDay}, "R-1");
    const auto described = [&](std::span<const Act> acts) {
        std::string text;
        const Rulebook rules = book(acts);
        for (const RuleVersion& one : rules.versions)
            text += fmt::format("{} {};", one.opening.hex(), one.until);
        for (const BarredText& one : rules.barred) text += one.opening.hex() + one.why.message();
        return text + roll_of(acts).procedures;
    };
    const std::string expected = described(acts_.all());
    std::mt19937 random(5);
    std::vector<Act> acts(acts_.all().begin(), acts_.all().end());
    for (int trial = 0; trial < 6; ++trial) {
        std::ranges::shuffle(acts, random);
        std::ranges::shuffle(votes_, random);
        EXPECT_EQ(described(acts), expected);
    }
}

TEST(CharterProcedures, TakeWhatCannotBeFilledInAndNothingElse) {
    EXPECT_EQ(refusal_of_named(by_majority()), "taken");
    EXPECT_THAT(refusal_of_named(changed(by_majority(), "parameters", R"([{"id":"n"}])")),
                HasSubstr("procedures.rules[0].parameters: would be filled in"));
    EXPECT_THAT(refusal_of_named(changed(by_majority(), "weights", R"([{"id":"w","of":{"a1":1}}])")),
                HasSubstr("give a newcomer none"));
    EXPECT_THAT(refusal_of_named(changed(by_majority(), "earlier", R"([{"id":"e","procedure":"quick"}])")),
                HasSubstr("would be chosen"));
    EXPECT_THAT(refusal_of_named(changed(by_majority(), "adopted",
                                         R"({"all":[{"of":"yes","at_least":1},{"round_at_most":2}]})")),
                HasSubstr("asks for the round"));
    const auto refusal = [](std::string_view text) {
        const auto read = parse_charter_procedures(*json::parse(text), "procedures");
        return read ? std::string("taken") : read.error().message();
    };
    EXPECT_THAT(refusal(R"({"rules":["simple-majority"]})"), HasSubstr("is a name"));
    EXPECT_THAT(refusal(R"({})"), HasSubstr("name none"));
    EXPECT_THAT(refusal(R"({"rules":[]})"), HasSubstr("procedures.rules"));
    EXPECT_THAT(refusal(R"({"budget":[]})"), HasSubstr("procedures.budget"));
    for (const char* id : {"simple-majority", "multistakeholder", "unanimity", "lazy-consensus"}) {
        const Preset* preset = find_preset(id);
        ASSERT_NE(preset, nullptr);
        EXPECT_EQ(refusal_of_named(json::parse(preset->json)->as_object()), "taken") << id;
    }
    EXPECT_THAT(refusal_of_named(json::parse(find_preset("election-stv")->json)->as_object()),
                HasSubstr("chooses between several"));
}

}  // namespace
}  // namespace comity::governance
