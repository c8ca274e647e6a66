#include "governance/choice/choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace comity::governance {
namespace {

bool is_ranking(const ChoiceBallot& ballot) {  // 1, 2, 3, ... each once, and zeros
    std::vector<bool> used(ballot.size() + 1);
    int most = 0;
    for (const int rank : ballot) {
        if (rank < 0 || rank > static_cast<int>(ballot.size())) return false;
        if (rank == 0) continue;
        if (used[static_cast<std::size_t>(rank)]) return false;
        used[static_cast<std::size_t>(rank)] = true;
        most = std::max(most, rank);
    }
    return std::all_of(used.begin() + 1, used.begin() + 1 + most, [](bool b) { return b; });
}

bool is_valid(const ChoiceRule& rule, const ChoiceBallot& ballot, std::size_t options) {
    if (ballot.size() != options) return false;
    const auto within = [&](int min, std::int64_t max) {
        return std::ranges::all_of(ballot, [&](int n) { return n >= min && n <= max; });
    };
    if (rule.method == "approval") return within(0, 1);
    if (rule.method == "majority-judgment") return within(1, rule.grades);
    if (rule.method == "stv") return is_ranking(ballot);
    return within(0, 1'000'000);
}

// The seats go to the ranking's first; of equal ones by the options' order, or not at all.
void take_winners(const ChoiceRule& rule, std::span<const std::string> options, ChoiceCount& count) {
    for (const std::vector<std::size_t>& group : count.ranking) {
        const std::size_t left = static_cast<std::size_t>(rule.seats) - count.winners.size();
        if (left == 0) return;
        if (group.size() > left) {
            std::string names;
            for (const std::size_t option : group) names += (names.empty() ? "" : ", ") + options[option];
            if (rule.ties == ChoiceTies::kUndecided) {
                count.undecided = true;
                count.steps.push_back(fmt::format("{} are equal: undecided", names));
                return;
            }
            count.steps.push_back(fmt::format("{} are equal: taken in the order of the options", names));
        }
        for (std::size_t i = 0; i < std::min(group.size(), left); ++i) count.winners.push_back(group[i]);
    }
}

}  // namespace

Result<ChoiceCount> count_choice(const ChoiceRule& rule, std::span<const std::string> options,
                                 std::span<const ChoiceBallot> ballots) {
    if (options.empty()) return invalid("options", "are none", "there must be something to choose from");
    if (rule.seats > static_cast<std::int64_t>(options.size())) {
        return invalid("seats", fmt::format("{} are more than the options, {}", rule.seats, options.size()));
    }
    std::vector<ChoiceBallot> valid;
    std::vector<std::size_t> invalid_at;
    for (std::size_t i = 0; i < ballots.size(); ++i) {
        if (is_valid(rule, ballots[i], options.size()))
            valid.push_back(ballots[i]);
        else
            invalid_at.push_back(i);
    }
    ChoiceCount count = rule.method == "approval"            ? count_approval(options, valid)
                        : rule.method == "schulze"           ? count_schulze(options, valid)
                        : rule.method == "majority-judgment" ? count_majority_judgment(rule, options, valid)
                                                             : count_stv(rule, options, valid);
    count.invalid = invalid_at.size();
    count.invalid_at = std::move(invalid_at);
    if (rule.method != "stv") take_winners(rule, options, count);
    return count;
}

}  // namespace comity::governance
