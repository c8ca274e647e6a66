// How a vote is counted, step by step: who votes on what (counting.cpp), then what they and the chair have
// done (counting_acts.cpp). The face of it is tally.h.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "governance/rules/liar_rules.h"
#include "governance/voting/amended_line.h"
#include "governance/voting/books.h"
#include "governance/voting/record.h"
#include "governance/voting/tally.h"

namespace comity::governance {

// The charter, for votes that could bind everybody, and the bodies, for those that are put to one.
using AskBooks = std::function<Result<const Books*>()>;
// What the rules say of witnesses that have lied.
using AskRules = std::function<Result<const LiarRules*>()>;

// One vote, counted once. `depth`: how many votes have asked for it as an earlier one.
class Counting {
  public:
    Counting(const Record& record, const CloseWord& word, const AskBooks& books, const AskRules& rules,
             int depth)
        : record_(record), word_(word), books_(books), rules_(rules), depth_(depth) {}

    Result<Tally> count(const Digest& opening);

  private:
    Result<void> open(const Digest& id);
    // What is voted on must be there, by the proposal's author or by co-authors, with the amendments that
    // were adopted before; the proposal is the first of its line, and its author opens the vote.
    Result<void> check_version();
    Result<void> check_period();
    Result<void> take_earlier();
    Result<void> ask_body();
    // Who votes: the members as of the second in which the opening was witnessed.
    Result<void> call_roll();

    void disregard(const Act& act, Disregarded::Why why, std::string text);
    // Where the procedure names witnesses: their word on every act of the vote that had to be in.
    Result<void> ask_witnesses();
    ledger::Stand stand_of(const Act& act) const;
    // False, and listed, where it does not count.
    bool counts(const Copies& copies);
    void take_ballots();
    // The last proxy of each member that has cast no ballot of its own, as many to one holder as it may hold:
    // the first witnessed.
    void take_proxies();
    // Of what the chair says until the close: else it could turn a certified outcome around years later.
    std::vector<Act> of_the_chair(std::string_view type) const;
    void take_answers();
    void take_declarations();
    void take_accessions();
    void take_certifications();
    Result<void> decide();
    // Of several acts of one member the last counts. Where only witnesses say when something was, the
    // order of a member's own acts is the one that it gave them: what a log states of it decides nothing.
    auto counted_order(Act act) const {
        if (tally_.closed) act.witnessed = 0;
        return order_of(act);
    }

    const Record& record_;
    const CloseWord& word_;
    const AskBooks& books_;
    const AskRules& rules_;
    int depth_;
    Tally tally_;
    std::map<Digest, ledger::Stand> stands_;  // the witnesses' word
    ledger::Witnessed proposed_ = 0;
    Binding binding_ = Binding::kNothing;  // what the text would be
    std::vector<Elector> electors_;
    std::map<std::string, std::size_t, std::less<>> place_;
};

}  // namespace comity::governance
