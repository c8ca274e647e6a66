#include "governance/procedure/read.h"

#include <gmock/gmock.h>

#include <random>

#include "governance/procedure/votes_for_tests.h"

namespace comity::governance {
namespace {

using ::testing::HasSubstr;

Result<Procedure> read(std::string_view text) {
    auto value = json::parse(text);
    if (!value) return std::unexpected(value.error());
    return parse_procedure(*value, "body.procedure");
}

// A procedure with these fields beside the necessary ones.
Result<Procedure> with(const std::string& more) {
    return read(R"({"id":"p","title":"P","electorate":{"everybody":true},)" + more + "}");
}
std::string refusal(const std::string& more) {
    const auto procedure = with(more);
    return procedure ? "accepted" : procedure.error().message();
}

TEST(Rational, IsReadInAllItsSpellings) {
    EXPECT_EQ(parse_rational("2/3", "x")->text(), "2/3");
    EXPECT_EQ(parse_rational("66/99", "x")->text(), "2/3");
    EXPECT_EQ(parse_rational("55%", "x")->text(), "11/20");
    EXPECT_EQ(parse_rational("66.67%", "x")->text(), "6667/10000");
    EXPECT_EQ(parse_rational("0.65", "x")->text(), "13/20");
    EXPECT_EQ(parse_rational("15", "x")->text(), "15");
    for (const char* bad :
         {"", "1/0", "a", "1/2/3", "-1", "1e3", "2/3%", "1.", ".5", "0.1234567890", "9999999999"})
        EXPECT_FALSE(parse_rational(bad, "x")) << bad;
    EXPECT_TRUE(*parse_rational("2/3", "x") < *parse_rational("66.67%", "x"));
}

TEST(Read, ErrorsNameThePlaceAndTheMend) {
    const std::string good = R"("adopted":{"of":"yes","base":"cast","more_than":"1/2"})";
    EXPECT_EQ(refusal(good), "accepted");
    EXPECT_THAT(refusal(R"("adopted":{"all":[{"of":"yes","base":"cast","at_least":"4/3"}]})"),
                HasSubstr("body.procedure.adopted.all[0].at_least: 4/3 is above one"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","base":"cast","more_than":"1"})"),
                HasSubstr("adopted.more_than"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","base":"cast"})"), HasSubstr("adopted: has no threshold"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yas","at_least":1})"),
                HasSubstr("adopted.of: \"yas\" is nothing"));
    EXPECT_THAT(refusal(R"("adopted":{"of":["yes","cast"],"at_least":1})"), HasSubstr("of[1]"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","in":"lords","at_least":1})"),
                HasSubstr("no house 'lords'"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","by":"population","at_least":1})"), HasSubstr("adopted.by"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","at_least":{"parameter":"q"}})"),
                HasSubstr("no parameter 'q'"));
    EXPECT_THAT(refusal(R"("adopted":{"earlier":"x","adopted":{},"rejected":{}})"),
                HasSubstr("earlier votes"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","at_least":1,"at_most":2})"), HasSubstr("beside at_least"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","at_least":1,"rounding":"up"})"),
                HasSubstr("nothing to round"));
    EXPECT_THAT(refusal(R"("adopted":{"of":"yes","at_least":1,"colour":"red"})"),
                HasSubstr("adopted.colour"));
    EXPECT_THAT(refusal(good + R"(,"phases":[{"id":"a","min_days":9,"max_days":3,"votes":true}])"),
                HasSubstr("phases[0].max_days"));
    EXPECT_THAT(refusal(good + R"(,"phases":[{"id":"a"}])"), HasSubstr("in none of them are votes cast"));
    EXPECT_THAT(refusal(good + R"(,"tie":{"then":"coin"})"), HasSubstr("tie.then"));
    EXPECT_THAT(refusal(good + R"(,"weights":[{"id":"w","of":{"a":0}}])"),
                HasSubstr("gives nobody any weight"));
    EXPECT_THAT(refusal(good + R"(,"appeals":[{"to":"x","within_days":1},{"to":"x","within_days":1}])"),
                HasSubstr("goes round"));
    EXPECT_THAT(refusal(R"("choice":{"method":"dice"})"), HasSubstr("choice.method"));
    EXPECT_THAT(refusal(good + R"(,"choice":{"method":"schulze"})"), HasSubstr("goes not with choice"));
}

TEST(Read, ImpossibleProceduresAreRefusedWithTheReason) {
    EXPECT_THAT(read(R"({"id":"p","title":"P","electorate":{},"adopted":{"of":"yes","at_least":1}})")
                    .error()
                    .message(),
                HasSubstr("electorate: names nobody"));
    EXPECT_THAT(read(R"({"id":"p","title":"P","adopted":{"of":"yes","at_least":1}})").error().message(),
                HasSubstr("electorate: is missing"));
    const auto three = [](const std::string& more) {
        const auto p = read(R"({"id":"p","title":"P","electorate":{"members":["a","b","c"]},)" + more + "}");
        return p ? std::string("accepted") : p.error().message();
    };
    EXPECT_THAT(three(R"("quorum":{"of":"present","at_least":4},"adopted":{"of":"yes","at_least":1})"),
                HasSubstr("quorum: is out of reach though all vote yes"));
    EXPECT_THAT(three(R"("adopted":{"of":"yes","at_least":4})"),
                HasSubstr("nothing is adopted though all vote yes"));
    EXPECT_THAT(three(R"("adopted":{"all":[{"of":"yes","at_least":1},{"of":"no","at_least":1}]})"),
                HasSubstr("nothing is adopted"));
    EXPECT_THAT(three(R"("adopted":{"of":"no","at_least":1})"), HasSubstr("nothing is adopted"));
    EXPECT_THAT(three(R"("adopted":{"of":"abstain","at_most":1})"),
                HasSubstr("though all vote no and object"));
    EXPECT_THAT(
        three(
            R"("houses":[{"id":"h","who":{"members":["d"]}}],"adopted":{"of":"yes","in":"h","at_least":1})"),
        HasSubstr("houses[0].who: takes nobody"));
    EXPECT_EQ(three(R"("adopted":{"of":"yes","at_least":3})"), "accepted");
}

TEST(Read, MandatesThatGoRoundAreRefused) {
    const auto asks = [](const std::string& id, const std::string& other) {
        return *read(R"({"id":")" + id + R"(","title":"P","electorate":{"everybody":true},
            "earlier":[{"id":"e","title":"E","procedure":")" +
                     other + R"("}],
            "adopted":{"earlier":"e","adopted":{"of":"yes","at_least":1},"rejected":{"of":"yes","at_least":2}}})");
    };
    const std::vector<Procedure> all{asks("a", "b"), asks("b", "c"), asks("c", "a"),
                                     asks("d", "unga-simple-majority")};
    const auto find = [&](std::string_view id) -> const Procedure* {
        for (const Procedure& procedure : all) {
            if (procedure.id == id) return &procedure;
        }
        const Preset* preset = find_preset(id);
        return preset == nullptr ? nullptr : &preset->procedure;
    };
    const auto circle = check_no_circle(all[0], find);
    ASSERT_FALSE(circle);
    EXPECT_THAT(circle.error().message(), HasSubstr("a -> b -> c -> a"));
    EXPECT_TRUE(check_no_circle(all[3], find));
}

TEST(Read, AQuorumThatThisElectorateCannotReachIsRefused) {
    const Procedure& forum = preset("cabforum");
    const std::vector<Elector> electors =
        electors_of(forum, {{"issuers", 3, 0, 0, 0}, {"consumers", 1, 0, 0, 0}});
    Circumstances c;
    c.parameters["quorum"] = 4;
    EXPECT_TRUE(check_reachable(forum, electors, c));
    c.parameters["quorum"] = 5;
    EXPECT_THAT(check_reachable(forum, electors, c).error().message(),
                HasSubstr("these 4 electors cannot reach it"));
}

TEST(Votes, WhatIsMissingIsSaid) {
    const Procedure& forum = preset("cabforum");
    std::vector<Elector> electors = electors_of(forum, {{"issuers", 3, 0, 0, 0}, {"consumers", 1, 0, 0, 0}});
    EXPECT_THAT(check_votes(forum, electors, {}).error().message(),
                HasSubstr("parameters.quorum: is not given"));
    Circumstances c;
    c.parameters["quorum"] = 1;
    EXPECT_TRUE(check_votes(forum, electors, c));
    electors[1].id = electors[0].id;
    EXPECT_THAT(check_votes(forum, electors, c).error().message(), HasSubstr("votes twice"));
    electors[1].id = "other";
    electors.pop_back();
    EXPECT_THAT(check_votes(forum, electors, c).error().message(),
                HasSubstr("houses.consumers: nobody is in it"));
    EXPECT_THAT(check_votes(preset("unga-important-question"), electors_of(forum, {{"", 1, 0, 0, 0}}), {})
                    .error()
                    .message(),
                HasSubstr("earlier.important-question"));
    EXPECT_FALSE(check_votes(forum, {}, c));
}

TEST(Presets, AllAreThereWithASource) {
    EXPECT_GE(presets().size(), 26U);
    for (const Preset& one : presets()) {
        EXPECT_FALSE(one.procedure.sources.empty()) << one.procedure.id;
        EXPECT_EQ(find_preset(one.procedure.id), &one);
        EXPECT_TRUE(check_no_circle(one.procedure, [](std::string_view id) {
            const Preset* found = find_preset(id);
            return found == nullptr ? nullptr : &found->procedure;
        }));
    }
}

// Over random votes: the order of the electors changes nothing, and who goes over from no to yes never turns
// an adoption into a rejection.
TEST(Presets, OrderDoesNotMatterAndMoreYesNeverHurts) {
    std::mt19937 random(7);
    int adopted = 0;
    for (int trial = 0; trial < 4000; ++trial) {
        const Preset& one = presets()[random() % presets().size()];
        const Procedure& procedure = one.procedure;
        if (!procedure.adopted) continue;
        std::vector<Elector> electors(5 + random() % 40);
        const unsigned lean = random() % 6;
        for (std::size_t i = 0; i < electors.size(); ++i) {
            electors[i].id = "m" + std::to_string(i);
            if (!procedure.houses.empty()) electors[i].houses = 1u << (i % procedure.houses.size());
            for (std::size_t w = 0; w < procedure.weights.size(); ++w)
                electors[i].weights.push_back(static_cast<std::int64_t>(random() % 1000));
            electors[i].choice = random() % 6 < lean ? Choice::kYes : static_cast<Choice>(random() % 5);
            electors[i].recused = random() % 20 == 0;
        }
        Circumstances c;
        for (const Parameter& parameter : procedure.parameters) c.parameters[parameter.id] = 3;
        for (const Earlier& earlier : procedure.earlier) c.earlier[earlier.id] = random() % 2 == 0;
        c.declarations = {{"consensus", true}, {"rough-consensus", true}};
        const Verdict before = evaluate(procedure, electors, c);
        std::ranges::shuffle(electors, random);
        const Verdict shuffled = evaluate(procedure, electors, c);
        EXPECT_EQ(json::write(verdict_json(procedure, before)),
                  json::write(verdict_json(procedure, shuffled)));
        const auto no = std::ranges::find(electors, Choice::kNo, &Elector::choice);
        if (before.outcome != Outcome::kAdopted || no == electors.end()) continue;
        ++adopted;
        no->choice = Choice::kYes;
        EXPECT_EQ(evaluate(procedure, electors, c).outcome, Outcome::kAdopted) << procedure.id;
    }
    EXPECT_GT(adopted, 300);
}

}  // namespace
}  // namespace comity::governance
