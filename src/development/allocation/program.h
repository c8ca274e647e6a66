// The shared-out problem as a linear program: needs served in part, lots forgotten. Its prices prove how good
// a plan is (check.h), its amounts are what whole lots are made of (rounding.h). Solved by CLP; the same
// problem gives the same answer.
#pragma once

#include <memory>
#include <vector>

#include "development/allocation/check.h"

namespace comity::development {

struct Fractions {
    std::vector<double> given;  // of each pair, in the need's unit
    Prices prices;
    double value = 0;  // of what was asked for
};

class Program {
  public:
    explicit Program(const PlanProblem& problem);  // sorted; must outlive it
    ~Program();

    // Most of sum(factor x people) such that each group gets its floor. kInternal where the solver gives up:
    // there is always a plan for floors that were found as levels.
    Result<Fractions> best(const std::vector<double>& factors, const std::vector<double>& floors);
    // The highest level that every group with a pair can be at (level x its size); then, with those kept that
    // can't be higher, the highest for the others, and so on until all are settled (leximin).
    Result<std::vector<LevelProof>> levels();
    // Most of sum(group's weight x log(people)).
    Result<Fractions> balanced();

  private:
    class Solver;
    std::unique_ptr<Solver> solver_;
};

}  // namespace comity::development
