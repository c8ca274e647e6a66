#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ranges>
#include <string_view>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/election/belenios.h"
#include "cli/election/secrets.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/election/bodies.h"

namespace comity::cli {

namespace {

struct SecretVoteOptions {
    std::string id;
    std::vector<std::string> chosen;
};

std::size_t place_in(const json::Array& names, std::string_view name) {
    return static_cast<std::size_t>(
        std::ranges::find_if(
            names, [&](const json::Value& one) { return std::string_view(one.as_string()) == name; }) -
        names.begin());
}

Failure no_candidate(std::string_view name) {
    return invalid("CANDIDATE", fmt::format("\"{}\" cannot be elected", name),
                   "comity election show names the candidates");
}

// [[2,1,0]]: of each candidate its rank, 1 before 2, or 0: after all that are ranked. "A=B" are equal.
Result<std::string> ranks_of(const json::Object& election, const std::vector<std::string>& chosen) {
    const json::Array& candidates = election.at("candidates").as_array();
    json::Array marks(candidates.size(), json::Value(0));
    int rank = 0;
    for (const std::string& name : chosen) {
        std::vector<std::string> equal{name};
        if (field(election, "method") == "schulze" && place_in(candidates, name) == candidates.size()) {
            equal.clear();
            for (const auto part : std::views::split(std::string_view(name), '='))
                equal.emplace_back(part.begin(), part.end());
        }
        ++rank;
        for (const std::string& one : equal) {
            const std::size_t at = place_in(candidates, one);
            if (at == candidates.size()) return no_candidate(one);
            if (marks[at] != json::Value(0))
                return invalid("CANDIDATE", fmt::format("\"{}\" is ranked twice", one));
            marks[at] = rank;
        }
    }
    return json::write(json::Array{std::move(marks)});
}

// [[1,3,2]]: of each candidate the number of its grade, 1 the best. All are graded.
Result<std::string> grades_of(const json::Object& election, const std::vector<std::string>& chosen) {
    const json::Array& candidates = election.at("candidates").as_array();
    const json::Array& grades = election.at("grades").as_array();
    json::Array marks(candidates.size(), json::Value(0));
    for (const std::string& given : chosen) {
        const std::size_t equal = given.rfind('=');
        if (equal == std::string::npos)
            return invalid("CANDIDATE", fmt::format("\"{}\" has no grade", given),
                           "write it as \"Bo L.=Good\"");
        const std::size_t at = place_in(candidates, std::string_view(given).substr(0, equal));
        if (at == candidates.size()) return no_candidate(given.substr(0, equal));
        const std::size_t grade = place_in(grades, std::string_view(given).substr(equal + 1));
        if (grade == grades.size())
            return invalid("CANDIDATE", fmt::format("\"{}\" is no grade", given.substr(equal + 1)),
                           "comity election show names the grades");
        if (marks[at] != json::Value(0))
            return invalid("CANDIDATE", fmt::format("\"{}\" is graded twice", given.substr(0, equal)));
        marks[at] = grade + 1;
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks[i] == json::Value(0))
            return invalid("CANDIDATE",
                           fmt::format("\"{}\" has no grade", std::string(candidates[i].as_string())),
                           "each is graded");
    }
    return json::write(json::Array{std::move(marks)});
}

// [[1,0,0]]: of each candidate whether it is chosen.
Result<std::string> choices_of(const json::Object& election, const std::vector<std::string>& chosen) {
    const json::Array& candidates = election.at("candidates").as_array();
    json::Array marks(candidates.size(), json::Value(0));
    for (const std::string& name : chosen) {
        const std::size_t at = place_in(candidates, name);
        if (at == candidates.size()) return no_candidate(name);
        marks[at] = 1;
    }
    const auto count = static_cast<std::int64_t>(std::ranges::count(marks, json::Value(1)));
    const auto min = election.at("min").to_number<std::int64_t>(),
               max = election.at("max").to_number<std::int64_t>();
    if (count < min || count > max)
        return invalid("CANDIDATE", fmt::format("{} are chosen, of {} to {}", count, min, max));
    json::Array questions;
    questions.push_back(std::move(marks));
    return json::write(questions);
}

Result<void> cast(Context& context, const SecretVoteOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(json::Object election, source->election(options.id));
    if (field(election, "phase") != "voting") {
        return refused(
            "ELECTION", fmt::format("takes no ballots: {}", field(election, "phase")),
            fmt::format("they count from {} to {}", field(election, "opens"), field(election, "closes")));
    }
    COMITY_TRY(const std::string choices, field(election, "method") == "majority-judgment"
                                              ? grades_of(election, options.chosen)
                                          : is_shuffled(election) ? ranks_of(election, options.chosen)
                                                                  : choices_of(election, options.chosen));
    COMITY_TRY(const std::filesystem::path file,
               election_secret(context, field(election, "uuid"), member, "credential"));
    auto credential = read_file(context, file.string(), 1000);
    if (!credential) return within("the credential of '" + member + "'", credential.error());
    // The ballot is sealed to the trustees and bound to the election; nobody else's ballot is needed.
    for (json::Value& elector : election.at("electors").as_array()) elector.as_object().erase("ballot");
    COMITY_TRY(const BeleniosElection prepared, prepare_election(election));
    COMITY_CHECK(prepared.folder.write("credential", *credential));
    COMITY_CHECK(prepared.folder.write("choices", choices));
    COMITY_TRY(std::string ballot, prepared.folder.run({"election", "generate-ballot", "--privcred",
                                                        "credential", "--ballot", "choices"}));
    while (ballot.ends_with('\n')) ballot.pop_back();
    const json::Object body{{"election", field(election, "id")}, {"ballot", ballot}};
    COMITY_TRY(const governance::SecretBallotBody read, governance::parse_secret_ballot(body));
    for (const json::Value& value : election.at("electors").as_array()) {
        const json::Object& elector = value.as_object();
        if (field(elector, "member") == member && field(elector, "credential") != read.credential) {
            return refused("--as",
                           "the credential at hand is not the one that '" + member + "' has registered",
                           "is its file in DATA/elections an older one?");
        }
    }
    COMITY_TRY(
        const Submitted submitted,
        say(context, *source, member,
            {.type = std::string(governance::kSecretBallot), .audience = for_everybody(), .body = body}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_election_vote(Command& election, Context& context) {
    auto options = std::make_shared<SecretVoteOptions>();
    Command command = election.add_command(
        {.name = "vote",
         .summary = "Cast a secret ballot",
         .description =
             "Cast again it replaces the one before, until the close. Without a candidate it is blank. Where "
             "ballots are ranked (stv, schulze) the candidates stand in one's order, and who is not named "
             "comes after them; by majority judgment each has a grade.",
         .examples = {
             {"comity election vote 6b1f20aa \"Amina W.\"", ""},
             {"comity election vote 6b1f20aa \"Bo L.\" \"Amina W.\"", "ranked: first Bo"},
             {"comity election vote 6b1f20aa \"Bo L.=Amina W.\" Chandra", "by schulze: two are equal"},
             {"comity election vote 6b1f20aa \"Amina W.=Good\" \"Bo L.=Fair\"", "graded"}}});
    command.add_option("ELECTION", options->id, "Its id: 8 digits or more").required();
    command.add_option("CANDIDATE", options->chosen, "Who is chosen (repeat)");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return cast(c, *options); });
}

}  // namespace comity::cli
