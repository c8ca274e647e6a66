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
    json::Array votes, winners, invalid;
    for (const std::int64_t n : result.votes) votes.emplace_back(n);
    for (const std::size_t i : elected(result.votes, election.at("seats").to_number<std::size_t>()))
        winners.push_back(candidates[i]);
    for (const auto& [ballot, why] : result.bad)
        invalid.push_back(json::Object{{"ballot", ballot}, {"why", why}});
    return {{"votes", std::move(votes)},
            {"elected", std::move(winners)},
            {"counted", result.counted},
            {"ballots", result.ballots.hex()},
            {"invalid", std::move(invalid)}};
}

void print_result(Context& context, const json::Object& election, const BeleniosResult& result) {
    const json::Array& candidates = election.at("candidates").as_array();
    const auto winners = elected(result.votes, election.at("seats").to_number<std::size_t>());
    std::vector<std::vector<std::string>> rows;
    for (const std::size_t i : elected(result.votes, result.votes.size())) {
        rows.push_back({std::string(candidates[i].as_string()), std::to_string(result.votes[i]),
                        std::ranges::find(winners, i) == winners.end() ? "" : "elected"});
    }
    print_table(context, {"CANDIDATE", "VOTES", ""}, rows, "");
    context.out << fmt::format("\n{} ballots, verified by belenios-tool.\n", result.counted);
    for (const auto& [ballot, why] : result.bad)
        context.out << printable(fmt::format("ballot {} does not hold: {}", ballot.substr(0, 12), why))
                    << '\n';
}

std::vector<std::string> result_discrepancies(const json::Object& election, const BeleniosResult& result) {
    governance::ElectionResultBody counted;
    counted.votes = result.votes;
    counted.counted = result.counted;
    counted.ballots = result.ballots;
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
