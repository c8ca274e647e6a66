// What a procedure makes of votes: the outcome, and every condition with its figures. Pure, exact, and the
// same on every machine.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "governance/procedure/procedure.h"
#include "json/value.h"

namespace comity::governance {

enum class Choice { kYes, kNo, kAbstain, kAttending, kAbsent };
std::string_view to_string(Choice choice);  // "yes", "no", "abstain", "attending", "absent"
Result<Choice> parse_choice(std::string_view text, const std::string& where);

// One elector and what it did.
struct Elector {
    std::string id;
    std::uint32_t houses = 0;           // bit i: in houses[i] of the procedure
    std::vector<std::int64_t> weights;  // as the procedure's weights; empty where it has none
    Choice choice = Choice::kAbsent;
    bool reasoned = true;  // of a no: with reasons
    bool objects = false;
    bool addressed = false;  // the objection was answered
    bool recused = false;
};

// What is known besides the votes.
struct Circumstances {
    std::map<std::string, std::int64_t, std::less<>> parameters;
    std::map<std::string, bool, std::less<>> earlier;       // earlier votes: adopted?
    std::map<std::string, bool, std::less<>> declarations;  // "consensus": true
    std::int64_t round = 1;
};

enum class Outcome {
    kAdopted,
    kRejected,
    kNoQuorum,
    kTied,       // to be voted on again
    kPostponed,  // to be voted on again at a later meeting
};
std::string_view to_string(Outcome outcome);  // "adopted", "rejected", "no-quorum", "tied", "postponed"

// A condition and how it came out.
struct Finding {
    std::string title;  // "issuers: yes of cast at least 2/3"
    bool met = false;
    bool compared = false;  // has the figures that follow
    std::string house;      // empty: the whole electorate
    std::int64_t value = 0;
    std::optional<std::int64_t> base;
    Rational threshold;
    std::int64_t needed = 0;  // the least value that meets it (for at most, less than: the greatest)
    std::string text;         // the figures in words
    std::vector<Finding> parts;
};

// Sums of votes: [0] the whole electorate, [i + 1] house i; of each [0] one each, [i + 1] by weight i; of
// each the quantities, by their bit.
using Sums = std::vector<std::vector<std::array<std::int64_t, kQuantities>>>;
std::int64_t sum_of(const Sums& sums, int house, int weight, Quantity quantity);

struct Verdict {
    Outcome outcome = Outcome::kRejected;
    std::string why;  // one clause
    std::optional<Finding> quorum, postponed, adopted;
    Sums sums;
};

// Precondition: check_votes() has passed.
Verdict evaluate(const Procedure& procedure, std::span<const Elector> electors,
                 const Circumstances& circumstances);

// Is everything there that the procedure asks for (parameters, earlier votes, weights), are there electors,
// nobody twice, sums within kMaxSum? kInvalid, with the place.
Result<void> check_votes(const Procedure& procedure, std::span<const Elector> electors,
                         const Circumstances& circumstances);

json::Object verdict_json(const Procedure& procedure, const Verdict& verdict);
// Lines for people: each condition, indented by its depth, "[x]" where it is met.
std::vector<std::string> verdict_lines(const Verdict& verdict);

}  // namespace comity::governance
