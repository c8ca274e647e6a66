#include "cli/election/print_election.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"
#include "governance/election/state.h"

namespace comity::cli {

json::Object result_json(const json::Object& election, const BeleniosResult& result) {
    const json::Array& candidates = election.at("candidates").as_array();
    json::Array winners, invalid;
    for (const std::size_t i : winners_of(election, result)) winners.push_back(candidates[i]);
    for (const auto& [ballot, why] : result.bad)
        invalid.push_back(json::Object{{"ballot", ballot}, {"why", why}});
    json::Object form{{"elected", std::move(winners)},
                      {"counted", result.counted},
                      {"ballots", result.ballots.hex()},
                      {"invalid", std::move(invalid)}};
    if (!result.choice) {
        json::Array votes;
        for (const std::int64_t n : result.votes) votes.emplace_back(n);
        form["votes"] = std::move(votes);
        return form;
    }
    json::Array opened, ranking, steps;
    for (const governance::ChoiceBallot& ballot : result.opened) {
        json::Array marks;
        for (const int mark : ballot) marks.emplace_back(mark);
        opened.push_back(std::move(marks));
    }
    for (const auto& group : result.choice->ranking) {
        json::Array names;
        for (const std::size_t i : group) names.push_back(candidates[i]);
        ranking.push_back(std::move(names));
    }
    for (const std::string& step : result.choice->steps) steps.emplace_back(step);
    form["method"] = election.at("method");
    form["opened"] = std::move(opened);
    form["ranking"] = std::move(ranking);
    form["steps"] = std::move(steps);
    form["not_ballots"] = result.choice->invalid;
    return form;
}

namespace {

void print_choice(Context& context, const json::Array& candidates, const BeleniosResult& result) {
    const governance::ChoiceCount& choice = *result.choice;
    for (const std::string& step : choice.steps) context.out << printable(step) << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const auto& group : choice.ranking) {
        const std::string place = std::to_string(rows.size() + 1);
        for (const std::size_t i : group) {
            rows.push_back({place, std::string(candidates[i].as_string()),
                            std::ranges::find(choice.winners, i) == choice.winners.end() ? "" : "elected"});
        }
    }
    context.out << '\n';
    print_table(context, {"PLACE", "CANDIDATE", ""}, rows, "");
    if (choice.invalid != 0)
        context.out << fmt::format("{} ballots, opened, rank or grade nobody as they should.\n",
                                   choice.invalid);
}

}  // namespace

void print_result(Context& context, const json::Object& election, const BeleniosResult& result) {
    const json::Array& candidates = election.at("candidates").as_array();
    if (result.choice) {
        print_choice(context, candidates, result);
    } else {
        const auto winners = winners_of(election, result);
        std::vector<std::vector<std::string>> rows;
        for (const std::size_t i : elected(result.votes, result.votes.size())) {
            rows.push_back({std::string(candidates[i].as_string()), std::to_string(result.votes[i]),
                            std::ranges::find(winners, i) == winners.end() ? "" : "elected"});
        }
        print_table(context, {"CANDIDATE", "VOTES", ""}, rows, "");
    }
    context.out << fmt::format("\n{} ballots, verified by belenios-tool.\n", result.counted);
    for (const auto& [ballot, why] : result.bad)
        context.out << printable(fmt::format("ballot {} does not hold: {}", ballot.substr(0, 12), why))
                    << '\n';
}

std::vector<std::string> result_discrepancies(const json::Object& election, const BeleniosResult& result) {
    const governance::ElectionResultBody counted = claim_of(election, result);
    std::vector<std::string> found;
    for (const json::Value& value : election.at("results").as_array()) {
        json::Object form = value.as_object();
        const std::string member = field(form, "member");
        form.erase("member");
        form.erase("id");
        form["election"] = election.at("id");
        const auto claimed = governance::parse_election_result(form);
        const auto same = claimed ? governance::check_result(*claimed, counted)
                                  : Result<void>(std::unexpected(claimed.error()));
        if (!same) found.push_back(fmt::format("certified by {}: {}", member, same.error().message()));
    }
    return found;
}

}  // namespace comity::cli
