// Single transferable vote: Droop's quota, floor(ballots / (seats + 1)) + 1. As long as there are more
// options than seats, the one with the most votes is elected where it has the quota, and all its ballots go
// on at (votes - quota) / votes of their weight; else the one with the fewest is excluded and its ballots go
// on whole. Equal ones by the options' order: the first is elected, the last excluded. Options that no ballot
// names do not stand.
#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <map>

#include "governance/choice/choice.h"

namespace comity::governance {
namespace {

using Fraction = boost::multiprecision::cpp_rational;

struct Paper {  // ballots with the same preferences left
    std::vector<std::size_t> preferences;
    Fraction weight;
};

std::vector<Paper> papers_of(std::span<const ChoiceBallot> ballots) {
    std::map<std::vector<std::size_t>, std::int64_t> equal;
    for (const ChoiceBallot& ballot : ballots) {
        std::vector<std::size_t> preferences;
        for (int rank = 1; rank <= static_cast<int>(ballot.size()); ++rank) {
            const auto at = std::ranges::find(ballot, rank);
            if (at == ballot.end()) break;
            preferences.push_back(static_cast<std::size_t>(at - ballot.begin()));
        }
        ++equal[std::move(preferences)];
    }
    std::vector<Paper> papers;
    papers.reserve(equal.size());
    for (const auto& [preferences, n] : equal) papers.push_back({preferences, n});
    return papers;
}

std::string decimal(const Fraction& fraction) {  // for showing: three places, cut off
    const boost::multiprecision::cpp_int thousandths = numerator(fraction) * 1000 / denominator(fraction);
    const auto n = static_cast<std::int64_t>(thousandths);
    return fmt::format("{}.{:03}", n / 1000, n % 1000);
}

class Count {
  public:
    Count(std::span<const std::string> options, std::size_t seats, std::span<const ChoiceBallot> ballots)
        : options_(options),
          seats_(seats),
          quota_(static_cast<std::int64_t>(ballots.size() / (seats + 1) + 1)),
          papers_(papers_of(ballots)) {}

    ChoiceCount run() && {
        result_.steps.push_back(fmt::format("quota {}", decimal(quota_)));
        while (result_.winners.size() < seats_ && step()) {
        }
        for (const std::size_t winner : result_.winners) result_.ranking.push_back({winner});
        result_.figures = {{"quota", decimal(quota_)}};
        return std::move(result_);
    }

  private:
    // False: nobody is left.
    bool step() {
        std::map<std::size_t, Fraction> votes;
        for (const Paper& paper : papers_) {
            for (const std::size_t option : paper.preferences) votes.try_emplace(option, 0);
            if (!paper.preferences.empty()) votes[paper.preferences.front()] += paper.weight;
        }
        if (votes.size() <= seats_ - result_.winners.size()) {
            for (const auto& [option, n] : votes) elect(option, n, "the seats suffice");
            return false;
        }
        auto most = votes.begin();
        auto fewest = votes.begin();
        for (auto at = votes.begin(); at != votes.end(); ++at) {
            if (at->second > most->second) most = at;
            if (at->second <= fewest->second) fewest = at;
        }
        if (most->second >= quota_) {
            const std::size_t option = most->first;
            const Fraction total = most->second;
            elect(option, total, "has the quota");
            pass_on(option, (total - quota_) / total);
        } else {
            result_.steps.push_back(
                fmt::format("{} is excluded with {}", options_[fewest->first], decimal(fewest->second)));
            pass_on(fewest->first, 1);
        }
        return true;
    }

    void elect(std::size_t option, const Fraction& votes, std::string_view why) {
        result_.winners.push_back(option);
        result_.steps.push_back(
            fmt::format("{} is elected with {}: {}", options_[option], decimal(votes), why));
    }

    void pass_on(std::size_t option, const Fraction& part) {
        for (Paper& paper : papers_) {
            if (!paper.preferences.empty() && paper.preferences.front() == option) paper.weight *= part;
            std::erase(paper.preferences, option);
        }
    }

    std::span<const std::string> options_;
    std::size_t seats_;
    Fraction quota_;
    std::vector<Paper> papers_;
    ChoiceCount result_;
};

}  // namespace

ChoiceCount count_stv(const ChoiceRule& rule, std::span<const std::string> options,
                      std::span<const ChoiceBallot> ballots) {
    return Count(options, static_cast<std::size_t>(rule.seats), ballots).run();
}

}  // namespace comity::governance
