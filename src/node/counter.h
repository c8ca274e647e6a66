// Members' parts in rounds of counting (intelligence/hit/count_round.h): of each member whose policy is to be
// counted together, this node says a key in the day after each week, and what the member has met when all
// keys are known, with the key of the member that it holds in custody.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "intelligence/hit/count_part.h"
#include "intelligence/hit/count_round.h"
#include "intelligence/hit/private_count.h"
#include "node/node.h"

namespace comity::node {

// What a server does at each look. One thread.
class CountRounds {
  public:
    // The database's tables are there (intelligence::prepare_hits).
    explicit CountRounds(Node& node);

    // Says what is due. kUnavailable and the like: the next look goes on where this one was.
    Result<void> look();

  private:
    Result<void> join(const std::string& member, intelligence::CountWeek week);
    Result<void> contribute(const intelligence::CountPart& part);
    Result<void> say(const intelligence::CountPart& part);
    Result<void> pass(const intelligence::CountPart& part, const std::string& why);
    Result<intelligence::Cells> met_by(const std::string& member, intelligence::CountWeek week);

    Node& node_;
    std::set<std::string> keyless_;  // members that it was told of that they have no key here
};

// Numbers for noise: independent, from the operating system.
intelligence::RandomBits secure_random_bits();

// Looks twice a minute, from a thread of its own, until it goes.
class Counter {
  public:
    explicit Counter(Node& node);
    ~Counter();
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::node
