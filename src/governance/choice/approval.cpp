#include <algorithm>
#include <map>

#include "governance/choice/choice.h"

namespace comity::governance {

ChoiceCount count_approval(std::span<const std::string> options, std::span<const ChoiceBallot> ballots) {
    std::vector<std::int64_t> approvals(options.size());
    for (const ChoiceBallot& ballot : ballots) {
        for (std::size_t i = 0; i < ballot.size(); ++i) approvals[i] += ballot[i];
    }
    std::map<std::int64_t, std::vector<std::size_t>, std::greater<>> by_approvals;
    json::Object figures;
    for (std::size_t i = 0; i < options.size(); ++i) {
        by_approvals[approvals[i]].push_back(i);
        figures[options[i]] = approvals[i];
    }
    ChoiceCount count;
    for (auto& [n, group] : by_approvals) count.ranking.push_back(std::move(group));
    count.figures = {{"approvals", std::move(figures)}};
    return count;
}

}  // namespace comity::governance
