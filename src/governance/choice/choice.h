// Choices between several: approval, Schulze's method, single transferable vote, majority judgment. Pure and
// exact: whole numbers and fractions, nothing rounded.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "governance/procedure/procedure.h"
#include "json/value.h"

namespace comity::governance {

// A ballot holds a number for each option, in the options' order:
//     approval           1: approved, 0: not
//     schulze            a rank, 1 before 2, several may be equal; 0: after all that are ranked
//     stv                1, 2, 3, ... each once; 0: not ranked
//     majority-judgment  a grade, 1 the best, of `grades`; none may be 0
using ChoiceBallot = std::vector<int>;

struct ChoiceCount {
    // The best first; options that the method leaves equal stand together. Where the tie rule is
    // "identifier", `winners` takes the first by the options' order.
    std::vector<std::vector<std::size_t>> ranking;
    std::vector<std::size_t> winners;  // in the order of their election, at most `seats`
    bool undecided = false;            // equal options stand for a seat and the rule does not decide
    std::size_t invalid = 0;           // ballots that are none, as they stand in `invalid_at`
    std::vector<std::size_t> invalid_at;
    std::vector<std::string> steps;  // how it came about, a line each
    json::Object figures;            // the method's own: approvals, the matrix, the grades
};

// kInvalid where there are no options or more seats than options. A ballot that is none counts as invalid.
Result<ChoiceCount> count_choice(const ChoiceRule& rule, std::span<const std::string> options,
                                 std::span<const ChoiceBallot> ballots);

// The methods, on ballots that are valid.
ChoiceCount count_approval(std::span<const std::string> options, std::span<const ChoiceBallot> ballots);
ChoiceCount count_schulze(std::span<const std::string> options, std::span<const ChoiceBallot> ballots);
ChoiceCount count_majority_judgment(const ChoiceRule& rule, std::span<const std::string> options,
                                    std::span<const ChoiceBallot> ballots);
ChoiceCount count_stv(const ChoiceRule& rule, std::span<const std::string> options,
                      std::span<const ChoiceBallot> ballots);

}  // namespace comity::governance
