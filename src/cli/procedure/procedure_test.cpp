#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/procedure/votes_file.h"
#include "cli/program.h"
#include "governance/procedure/presets.h"
#include "json/value.h"

namespace comity::cli {
namespace {

using ::testing::HasSubstr;

struct Answer {
    int code;
    std::string out;
    std::string err;
};

Answer answer(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    Context context(in, out, err);
    arguments.insert(arguments.begin(), "procedure");
    const int code = run(context, std::move(arguments));
    return {code, out.str(), err.str()};
}

TEST(Procedure, ListAndShowWhatComesWithTheProgram) {
    EXPECT_THAT(answer({"list"}).out, HasSubstr("eu-council-qualified-majority"));
    for (const governance::Preset& preset : governance::presets()) {
        const Answer shown = answer({"show", preset.procedure.id});
        ASSERT_EQ(shown.code, 0) << shown.err;
        EXPECT_EQ(answer({"show", "-"}, shown.out).out, shown.out) << "what is shown can be read again";
    }
    const Answer wrong = answer({"show", "cabforun"});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("did you mean cabforum?"));
    EXPECT_THAT(answer({"show", "-"}, R"({"id":"p","title":"P","electorate":{"everybody":true},
        "adopted":{"of":"yes","base":"cast","at_least":"3/2"}})")
                    .err,
                HasSubstr("standard input: adopted.at_least: 3/2 is above one"));
}

TEST(Procedure, TrySaysTheOutcomeAndEachConditionsFigures) {
    const std::string sc22 = R"({"counts":[{"house":"issuers","yes":11,"no":20,"abstain":2},
        {"house":"consumers","yes":7}],"parameters":{"quorum":10}})";
    const Answer tried = answer({"try", "cabforum", "-"}, sc22);
    ASSERT_EQ(tried.code, 0) << tried.err;
    EXPECT_THAT(tried.out,
                HasSubstr("rejected: issuers: yes of cast: at least 2/3 (11 of 31 = 35.48 %; needs 21)"));
    EXPECT_THAT(tried.out, HasSubstr("[x] cast + abstain"));
    const Answer form = answer({"--json", "try", "cabforum", "-", "--parameter", "quorum=41"}, sc22);
    const auto value = json::parse(form.out);
    ASSERT_TRUE(value) << form.out << form.err;
    EXPECT_EQ(value->at("outcome"), "no-quorum");
    EXPECT_EQ(value->at("quorum").at("value"), 40);
    EXPECT_EQ(value->at("counts").at(1).at("votes").at("no"), 20);
}

TEST(Procedure, TryReadsCsvAndTakesWhatIsKnownBesides) {
    const std::string votes = "voter,vote\nke,yes\nfr,yes\n\"br\",no\r\nus,abstain\n";
    EXPECT_THAT(
        answer({"try", "unga-important-question", "-", "--earlier", "important-question=adopted"}, votes).out,
        HasSubstr("adopted: all conditions are met"));
    EXPECT_THAT(answer({"try", "unga-important-question", "-"}, votes).err,
                HasSubstr("earlier.important-question"));
    EXPECT_THAT(
        answer({"try", "unga-without-a-vote", "-", "--declared", "consensus"}, "voter,vote\nke,absent\n").out,
        HasSubstr("adopted"));
    // The Council's other members are absent, and that counts against it.
    EXPECT_THAT(answer({"try", "eu-council-qualified-majority", "-"}, "voter,vote\nde,yes\nfr,yes\n").out,
                HasSubstr("2 of 27"));
}

TEST(Procedure, BadVotesAreRefusedWithTheLine) {
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "voter,vote\nke,yes\nfr,perhaps\n").err,
                HasSubstr("standard input: line 3: vote: \"perhaps\" is no vote"));
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "voter\nke\n").err, HasSubstr("has no column \"vote\""));
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "voter,vote,colour\nke,yes,red\n").err,
                HasSubstr("\"colour\" is no column"));
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "voter,vote\nke,yes\nke,no\n").err,
                HasSubstr("'ke' votes twice"));
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "voter,vote\nke\n").err, HasSubstr("line 2: has 1 cells"));
    EXPECT_THAT(answer({"try", "unanimity", "-"}, "").err, HasSubstr("electorate: is empty"));
    EXPECT_THAT(answer({"try", "cabforum", "-"}, R"({"votes":[{"voter":"a","vote":"yes","house":"x"}]})").err,
                HasSubstr("votes[0].house"));
    EXPECT_THAT(answer({"try", "election-stv", "-"}, "voter,vote\n").err,
                HasSubstr("chooses between several"));
}

TEST(Procedure, CountsBallotsBetweenOptions) {
    const std::string ballots = R"({"options":["tea","coffee","water"],"ballots":[{"tea":1,"coffee":2},
        {"coffee":1,"tea":2},{"coffee":1},{"tea":1,"water":1}]})";
    EXPECT_THAT(answer({"count", "election-stv", "-"}, ballots).out, HasSubstr("elected: coffee"));
    const auto form =
        json::parse(answer({"--json", "count", "election-stv", "-", "--seats", "2"}, ballots).out);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->at("elected").as_array().size(), 2U);
    EXPECT_EQ(form->at("invalid_ballots").at(0), 3);
    EXPECT_THAT(answer({"count", "unanimity", "-"}, ballots).err, HasSubstr("use comity procedure try"));
    EXPECT_THAT(answer({"count", "election-stv", "-"}, R"({"options":["a"],"ballots":[{"b":1}]})").err,
                HasSubstr("ballots[0].b"));
}

}  // namespace
}  // namespace comity::cli
