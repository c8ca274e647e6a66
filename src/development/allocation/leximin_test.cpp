#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "development/allocation/make_plan.h"
#include "development/allocation/program.h"
#include "development/allocation/test_problem.h"

namespace comity::development {
namespace {

// One that can't use more leaves the rest to the others, who share it alike.
TEST(Plans, RaiseTheNextLowestWhereTheLowestCanHaveNoMore) {
    PlanProblem problem;
    problem.groups = {{"a", 1, 1}, {"b", 1, 1}, {"c", 1, 2}};
    problem.needs = {{"a", 10, 1, 10, 1, {0}}, {"b", 100, 1, 100, 1, {1}}, {"c", 100, 1, 100, 1, {2}}};
    problem.offers = {{"o", 100, 0, std::nullopt}};
    problem.pairs = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}};
    problem.fairness = Fairness::kMaxMin;
    problem = sorted(std::move(problem));
    const auto plan = make_plan(problem);
    ASSERT_TRUE(plan) << plan.error().message();
    ASSERT_EQ(plan->levels.size(), 2U);
    EXPECT_NEAR(plan->levels[0].level, 10, 1e-6);
    EXPECT_NEAR(plan->levels[1].level, 30, 1e-6);
    EXPECT_NEAR(plan->floors[0], 10, 1e-4);
    EXPECT_NEAR(plan->floors[1], 30, 1e-4);
    EXPECT_NEAR(plan->floors[2], 60, 1e-4) << "of twice the size";
    EXPECT_TRUE(check_plan(problem, *plan));
    const auto refused = [&](const std::function<void(Plan&)>& bend) {
        Plan bent = *plan;
        bend(bent);
        return !check_plan(problem, bent);
    };
    // A level left out, one too many, in another order, lower than it could be, or proved by nothing.
    EXPECT_TRUE(refused([](Plan& p) { p.levels.pop_back(); }));
    EXPECT_TRUE(refused([](Plan& p) { p.levels.push_back(p.levels.back()); }));
    EXPECT_TRUE(refused([](Plan& p) { std::swap(p.levels[0], p.levels[1]); }));
    EXPECT_TRUE(refused([](Plan& p) {
        p.levels[1].level = 20;
        p.floors[1] = 20;
        p.floors[2] = 40;
    }));
    EXPECT_TRUE(refused([](Plan& p) { p.floors[1] = 20; }));
    EXPECT_TRUE(refused([](Plan& p) { std::ranges::fill(p.levels[1].prices.floors, 0.0); }));
    EXPECT_TRUE(refused([](Plan& p) {
        for (LevelProof& each : p.levels) each.level = 0;
        std::ranges::fill(p.floors, 0.0);
        for (LevelProof& each : p.levels) std::ranges::fill(each.prices.floors, 0.0);
    }));
}

// No group can get more while all others keep their floors: not the lowest, and none above it.
TEST(Plans, LeaveNoGroupBelowWhatOthersWouldNotMiss) {
    std::mt19937_64 random(12);
    std::size_t levels = 0;
    for (int round = 0; round < 30; ++round) {
        PlanProblem problem = any_problem(random, 12, 8, round % 2 == 0);
        problem.fairness = Fairness::kMaxMin;
        problem = sorted(std::move(problem));
        const auto plan = make_plan(problem);
        ASSERT_TRUE(plan) << plan.error().message();
        levels = std::max(levels, plan->levels.size());
        const std::vector<bool> counted = groups_with_pairs(problem);
        for (std::uint32_t g = 0; g < problem.groups.size(); ++g) {
            if (!counted[g]) continue;
            std::vector<double> floors = plan->floors, factors;
            for (double& floor : floors) floor *= 1 - 1e-9;  // a floor can be dear: little of it is much here
            for (const PlanNeed& need : problem.needs)
                factors.push_back(std::ranges::find(need.groups, g) != need.groups.end() ? 1 : 0);
            Program program(problem);
            const auto most = program.best(factors, floors);
            ASSERT_TRUE(most) << most.error().message();
            EXPECT_LE(most->value, plan->floors[g] + 1e-3 * std::max(1.0, plan->floors[g]))
                << problem.groups[g].id << " in round " << round;
        }
    }
    EXPECT_GT(levels, 1U) << "some have more than one level";
}

}  // namespace
}  // namespace comity::development
