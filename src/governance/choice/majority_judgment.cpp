// Majority judgment (Balinski and Laraki): an option's grade is the median of its grades; of options with the
// same grade, one such vote is taken from each, and again. Of an even number the median is the worse of the
// two in the middle, as its authors have it; with `upper_median` the better, as belenios-tool counts.
#include <fmt/format.h>

#include <algorithm>

#include "governance/choice/choice.h"

namespace comity::governance {
namespace {

// The medians that are taken away one after the other, as runs: (grade, how many).
using Medians = std::vector<int>;

Medians medians_of(std::vector<std::int64_t> counts, bool upper) {
    std::int64_t left = 0;
    for (const std::int64_t n : counts) left += n;
    Medians medians;
    medians.reserve(static_cast<std::size_t>(left));
    for (; left > 0; --left) {
        std::int64_t at = upper ? (left - 1) / 2 : left / 2;  // counted from the best
        std::size_t grade = 0;
        while (at >= counts[grade]) at -= counts[grade++];
        medians.push_back(static_cast<int>(grade) + 1);
        --counts[grade];
    }
    return medians;
}

}  // namespace

ChoiceCount count_majority_judgment(const ChoiceRule& rule, std::span<const std::string> options,
                                    std::span<const ChoiceBallot> ballots) {
    std::vector<std::vector<std::int64_t>> grades(
        options.size(), std::vector<std::int64_t>(static_cast<std::size_t>(rule.grades)));
    for (const ChoiceBallot& ballot : ballots) {
        for (std::size_t i = 0; i < options.size(); ++i) ++grades[i][static_cast<std::size_t>(ballot[i] - 1)];
    }
    std::vector<std::pair<Medians, std::size_t>> order;
    json::Object figures;
    for (std::size_t i = 0; i < options.size(); ++i) {
        order.emplace_back(medians_of(grades[i], rule.upper_median), i);
        figures[options[i]] = json::Array(grades[i].begin(), grades[i].end());
    }
    std::ranges::sort(order);  // grade 1 is the best; equal ones in the options' order
    ChoiceCount count;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || order[i].first != order[i - 1].first) count.ranking.emplace_back();
        count.ranking.back().push_back(order[i].second);
        if (!order[i].first.empty()) {
            count.steps.push_back(
                fmt::format("{}: median grade {}", options[order[i].second], order[i].first.front()));
        }
    }
    count.figures = {{"grades", std::move(figures)}};
    return count;
}

}  // namespace comity::governance
