#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "development/allocation/make_plan.h"
#include "development/allocation/matching.h"
#include "development/allocation/plan_file.h"
#include "development/allocation/test_problem.h"

namespace comity::development {
namespace {

// The reference's toy: 12 of money, three groups where a unit reaches 1, 2 and 3 people.
PlanProblem toy(Fairness fairness, double first_weight = 1) {
    PlanProblem problem;
    problem.fairness = fairness;
    for (std::uint32_t i = 0; i < 3; ++i) {
        const std::string id(1, static_cast<char>('a' + i));
        problem.groups.push_back({id, i == 0 ? first_weight : 1, 1});
        problem.needs.push_back({id, 12, 1e-6, 12.0 * (i + 1), 1, {i}});
        problem.pairs.push_back({i, 0, 1});
    }
    problem.offers.push_back({"money", 12, 0, std::nullopt});
    return problem;
}

void expect_reached(const PlanProblem& problem, const std::vector<double>& wanted, double near) {
    const auto plan = make_plan(problem);
    ASSERT_TRUE(plan) << plan.error().message();
    const auto checked = check_plan(problem, *plan);
    EXPECT_TRUE(checked) << (checked ? "" : checked.error().message());
    const PlanTold told = tell(problem, *plan);
    for (std::size_t g = 0; g < wanted.size(); ++g) EXPECT_NEAR(told.reached[g], wanted[g], near) << g;
}

TEST(Plans, ComeToTheToyAllocations) {
    expect_reached(toy(Fairness::kNone), {0, 0, 36}, 1e-4);
    expect_reached(toy(Fairness::kMaxMin), {6.5455, 6.5455, 6.5455}, 1e-4);
    expect_reached(toy(Fairness::kBalanced), {4, 8, 12}, 5e-3);
    expect_reached(toy(Fairness::kBalanced, 2), {6, 6, 9}, 5e-3);
    // A third of the money each: what each makes of it alone.
    expect_reached(toy(Fairness::kShare), {4, 8, 12}, 1e-4);
    expect_reached(toy(Fairness::kShare, 2), {6, 6, 9}, 1e-4);
}

TEST(Plans, KeepAPartOfTheFloors) {
    PlanProblem problem = toy(Fairness::kShare);
    problem.keep = 0.5;
    expect_reached(problem, {2, 4, 24}, 1e-4);  // two units each, and the rest where it makes most
    problem.keep = 0;
    expect_reached(problem, {0, 0, 36}, 1e-4);
}

// The best of all plans, by trying them all.
double best_of_all(const PlanProblem& problem) {
    Plan plan;
    plan.floors.assign(problem.groups.size(), 0);
    std::vector<double> needs, offers;
    for (const PlanNeed& need : problem.needs) needs.push_back(need.amount);
    for (const PlanOffer& offer : problem.offers) offers.push_back(offer.amount);
    const std::function<double(std::size_t)> from = [&](std::size_t p) -> double {
        if (p == problem.pairs.size()) return 0;
        const PlanPair& pair = problem.pairs[p];
        const PlanOffer& offer = problem.offers[pair.offer];
        const double lot = problem.needs[pair.need].lot;
        double best = 0;
        for (double amount = 0; amount <= needs[pair.need] && amount <= offers[pair.offer] &&
                                (!offer.fund || amount * offer.price <= offers[*offer.fund]);
             amount += lot) {
            needs[pair.need] -= amount;
            offers[pair.offer] -= amount;
            if (offer.fund) offers[*offer.fund] -= amount * offer.price;
            best = std::max(best, worth_of(problem, pair) * amount + from(p + 1));
            needs[pair.need] += amount;
            offers[pair.offer] += amount;
            if (offer.fund) offers[*offer.fund] += amount * offer.price;
        }
        return best;
    };
    return from(0);
}

TEST(Plans, AreNeverAboveTheirBoundAndAlwaysPossible) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 60; ++round) {
        for (const Fairness fairness :
             {Fairness::kNone, Fairness::kShare, Fairness::kMaxMin, Fairness::kBalanced}) {
            PlanProblem problem = any_problem(random, 12, 8, round % 2 == 0);
            problem.fairness = fairness;
            problem.keep = between(random, 0, 1);
            problem = sorted(std::move(problem));
            const auto plan = make_plan(problem);
            ASSERT_TRUE(plan) << plan.error().message();
            const auto checked = check_plan(problem, *plan);
            EXPECT_TRUE(checked) << to_string(fairness) << ": " << (checked ? "" : checked.error().message());
            const PlanTold told = tell(problem, *plan);
            if (told.value) {
                EXPECT_LE(*told.value, *told.bound) << to_string(fairness);
                EXPECT_GE(*told.gap, 0);
            }
        }
    }
}

TEST(Plans, HaveABoundThatTheBestOfAllKeepsTo) {
    std::mt19937_64 random(2);
    int reached = 0;
    for (int round = 0; round < 40; ++round) {
        const PlanProblem problem = sorted(any_problem(random, 4, 3, round % 2 == 0));
        const auto plan = make_plan(problem);
        ASSERT_TRUE(plan);
        const PlanTold told = tell(problem, *plan);
        const double best = best_of_all(problem);
        EXPECT_LE(best, *told.bound * (1 + 1e-9));
        EXPECT_GE(best, *told.value * (1 - 1e-9));
        if (*told.value > best * (1 - 1e-9)) ++reached;
    }
    EXPECT_GE(reached, 30);
}

// Whole lots, one lot for all, no prices: the best of all is found, and the bound is met.
TEST(Plans, AreTheBestOfAllWhereItIsAMatching) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 30; ++round) {
        PlanProblem problem = any_problem(random, 4, 4, false);
        for (PlanNeed& need : problem.needs) need.lot = 1;
        problem = sorted(std::move(problem));
        if (problem.pairs.empty()) continue;
        ASSERT_TRUE(is_matching(problem));
        const auto plan = make_plan(problem);
        ASSERT_TRUE(plan);
        EXPECT_EQ(plan->method, "matching");
        const PlanTold told = tell(problem, *plan);
        EXPECT_NEAR(*told.value, best_of_all(problem), 1e-6 * *told.value);
        EXPECT_NEAR(*told.value, *told.bound, 1e-6 * *told.value);
    }
}

// A floor is what a group makes of its part alone (or, as a level, what even the last can get): that others
// ask for more never lowers it.
TEST(Plans, NeverLowerAGroupsFloorForANeedOfAnother) {
    std::mt19937_64 random(4);
    int falls = 0;
    for (int round = 0; round < 80; ++round) {
        PlanProblem problem = any_problem(random, 10, 6, round % 2 == 0);
        problem.fairness = Fairness::kShare;
        PlanProblem more = problem;
        const auto group = static_cast<std::uint32_t>(random() % 3);
        more.needs.push_back({"another", 5, 1, between(random, 1, 5000), 1, {group}});
        const auto n = static_cast<std::uint32_t>(more.needs.size() - 1);
        for (std::uint32_t o = 0; o < 6; ++o) more.pairs.push_back({n, o, 1});
        problem = sorted(std::move(problem));
        more = sorted(std::move(more));
        auto before = make_plan(problem);
        auto after = make_plan(more);
        ASSERT_TRUE(before && after);
        for (std::size_t g = 0; g < 3; ++g) {
            const double slack = 1e-6 * std::max(1.0, before->floors[g]);
            EXPECT_GE(after->floors[g], before->floors[g] - slack);
            if (g != group) {
                EXPECT_NEAR(after->floors[g], before->floors[g], slack);
            }
        }
        // As a level, where the group could get something already.
        if (!groups_with_pairs(problem)[group]) continue;
        problem.fairness = more.fairness = Fairness::kMaxMin;
        before = make_plan(problem);
        after = make_plan(more);
        ASSERT_TRUE(before && after);
        EXPECT_GE(after->levels.front().level, before->levels.front().level * (1 - 1e-6));
        // Who has more may give, never who has less: nobody falls below where one who rises was.
        double fallen = std::numeric_limits<double>::infinity(), risen = fallen;
        for (std::size_t g = 0; g < 3; ++g) {
            const double size = problem.groups[g].size;
            const double old = before->floors[g] / size, now = after->floors[g] / size;
            if (now < old - 1e-5 * std::max(1.0, old)) fallen = std::min(fallen, now);
            if (now > old + 1e-5 * std::max(1.0, old)) risen = std::min(risen, old);
        }
        if (fallen < risen) {
            EXPECT_NEAR(fallen, risen, 1e-5 * std::max(1.0, fallen)) << "in round " << round;
        }
        falls += std::isfinite(fallen) ? 1 : 0;
    }
    EXPECT_GT(falls, 3) << "in some rounds somebody gives";
}

// Why a level can't keep what a floor of one's own part keeps: what the group that has least did not ask for
// went to the other.
TEST(Plans, OfMaxMinGiveToTheLowestWhatItAsksForMore) {
    PlanProblem problem;
    problem.groups = {{"a", 1, 1}, {"b", 1, 1}};
    problem.needs = {{"a", 10, 1, 10, 1, {0}}, {"b", 100, 1, 100, 1, {1}}};
    problem.offers = {{"o", 100, 0, std::nullopt}};
    problem.pairs = {{0, 0, 1}, {1, 0, 1}};
    PlanProblem more = problem;
    more.needs.push_back({"more", 100, 1, 100, 1, {0}});
    more.pairs.push_back({2, 0, 1});
    const auto floors = [](PlanProblem asked, Fairness fairness) {
        asked.fairness = fairness;
        return make_plan(sorted(std::move(asked))).value_or(Plan{}).floors;
    };
    const auto near = [](double wanted) { return testing::DoubleNear(wanted, 1e-3); };
    EXPECT_THAT(floors(problem, Fairness::kMaxMin), testing::ElementsAre(near(10), near(90)));
    EXPECT_THAT(floors(more, Fairness::kMaxMin), testing::ElementsAre(near(50), near(50)));
    EXPECT_THAT(floors(problem, Fairness::kShare), testing::ElementsAre(near(10), near(50)));
    EXPECT_THAT(floors(more, Fairness::kShare), testing::ElementsAre(near(50), near(50)));
}

PlanProblem shuffled(PlanProblem problem, std::mt19937_64& random) {
    const auto shuffle = [&](auto& list) {
        std::vector<std::uint32_t> order(list.size()), place(list.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::shuffle(order, random);
        auto old = list;
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            list[i] = old[order[i]];
            place[order[i]] = i;
        }
        return place;
    };
    const auto groups = shuffle(problem.groups);
    for (PlanNeed& need : problem.needs) {
        for (std::uint32_t& group : need.groups) group = groups[group];
        std::ranges::sort(need.groups);
    }
    const auto needs = shuffle(problem.needs);
    const auto offers = shuffle(problem.offers);
    for (PlanOffer& offer : problem.offers)
        if (offer.fund) offer.fund = offers[*offer.fund];
    for (PlanPair& pair : problem.pairs) pair = {needs[pair.need], offers[pair.offer], pair.fit};
    std::ranges::shuffle(problem.pairs, random);
    return problem;
}

TEST(Plans, AreTheSameWhateverTheOrder) {
    std::mt19937_64 random(5);
    for (const Fairness fairness :
         {Fairness::kNone, Fairness::kShare, Fairness::kMaxMin, Fairness::kBalanced}) {
        PlanProblem problem = any_problem(random, 15, 10, true);
        for (PlanNeed& need : problem.needs) need.value = 100;  // many plans are as good
        problem.fairness = fairness;
        const PlanProblem one = sorted(problem);
        const std::string wanted = json::write(plan_json(one, *make_plan(one)));
        for (int round = 0; round < 5; ++round) {
            const PlanProblem other = sorted(shuffled(problem, random));
            EXPECT_EQ(json::write(plan_json(other, *make_plan(other))), wanted) << to_string(fairness);
        }
    }
}

json::Value file_of(const PlanProblem& problem) {
    return plan_json(problem, *make_plan(problem));
}

TEST(PlanFiles, AreReadBackAndHold) {
    std::mt19937_64 random(6);
    for (const Fairness fairness :
         {Fairness::kNone, Fairness::kShare, Fairness::kMaxMin, Fairness::kBalanced}) {
        PlanProblem problem = any_problem(random, 12, 8, true);
        problem.fairness = fairness;
        const json::Value file = file_of(sorted(std::move(problem)));
        const auto read = parse_plan(*json::parse(json::write(file)));
        ASSERT_TRUE(read) << read.error().message();
        EXPECT_EQ(json::write(plan_json(read->problem, read->plan)), json::write(file));
    }
}

TEST(PlanFiles, AreRefusedWhereAnythingWasBent) {
    std::mt19937_64 random(7);
    PlanProblem problem = any_problem(random, 12, 8, true);
    problem.fairness = Fairness::kShare;
    const json::Value good = file_of(sorted(std::move(problem)));
    ASSERT_TRUE(parse_plan(good));
    const auto refused = [&](const std::function<void(json::Object&)>& bend) {
        json::Value bad = good;
        bend(bad.as_object());
        return !parse_plan(bad);
    };
    // More to a favourite than it asked for, or than there is.
    EXPECT_TRUE(refused([](json::Object& o) { o["assignments"].at(0).as_object()["amount"] = 1000; }));
    EXPECT_TRUE(refused([](json::Object& o) { o["assignments"].at(0).as_object()["amount"] = 0.5; }));
    EXPECT_TRUE(refused(
        [](json::Object& o) { o["assignments"].as_array().erase(o["assignments"].as_array().begin()); }));
    // A bound that looks better, a floor that is lower than it could be.
    EXPECT_TRUE(refused([](json::Object& o) {
        o["bound"] = o["value"];
        o["gap"] = 0;
        o["bound"] = 1;
    }));
    EXPECT_TRUE(refused([](json::Object& o) {
        json::Object& group = o["groups"].at(0).as_object();
        group["floor"] = group["floor"].to_number<double>() / 2;
    }));
    EXPECT_TRUE(refused([](json::Object& o) {
        json::Object& group = o["groups"].at(0).as_object();
        group["floor"] = group["floor"].to_number<double>() / 2;
        o["levels"].at(0).as_object()["level"] = group["floor"];
    }));
    EXPECT_TRUE(refused([](json::Object& o) { o["levels"].as_array().clear(); }));
    EXPECT_TRUE(refused([](json::Object& o) { o["needs"].at(0).as_object()["price"] = -1; }));
    EXPECT_TRUE(refused([](json::Object& o) { o["pairs"].at(0).at(2) = 2; }));
    EXPECT_TRUE(
        refused([](json::Object& o) { o["offers"].at(0).as_object()["id"] = o["offers"].at(1).at("id"); }));
    EXPECT_TRUE(refused([](json::Object& o) { o["format"] = "comity-plan/2"; }));
    // Prices that prove less make the bound worse, and that is all: the file's bound no longer is it.
    EXPECT_TRUE(refused([](json::Object& o) {
        for (json::Value& need : o["needs"].as_array()) need.as_object()["price"] = 0;
        for (json::Value& offer : o["offers"].as_array()) offer.as_object()["price"] = 0;
    }));
}

TEST(Plans, SayWhatAnOfferWouldHaveToBeWorth) {
    PlanProblem problem;
    problem.needs = {{"big", 1, 1, 100, 1, {}}, {"small", 1, 1, 10, 1, {}}};
    problem.offers = {{"only", 1, 0, std::nullopt}};
    problem.pairs = {{0, 0, 1}, {1, 0, 1}};
    const auto plan = make_plan(problem);
    ASSERT_TRUE(plan);
    const auto why = alternatives_of(problem, *plan, 1);
    ASSERT_EQ(why.size(), 1U);
    EXPECT_EQ(why[0].given, 0);
    EXPECT_DOUBLE_EQ(why[0].worth, 10);
    EXPECT_GE(why[0].offer_price, 10);  // what it is worth to others
    EXPECT_LE(why[0].offer_price, 100);
    EXPECT_NEAR(why[0].short_of, why[0].offer_price - 10, 1e-6);
    EXPECT_LE(alternatives_of(problem, *plan, 0)[0].short_of, 1e-6);
}

TEST(Plans, TellWhatFairnessCosts) {
    std::mt19937_64 random(8);
    PlanProblem problem = any_problem(random, 30, 20, true);
    problem.fairness = Fairness::kMaxMin;
    problem = sorted(std::move(problem));
    const auto plan = make_plan(problem);
    ASSERT_TRUE(plan);
    const auto curve = price_of_fairness(problem, *plan, {0, 0.5, 0.9, 1});
    ASSERT_TRUE(curve);
    ASSERT_EQ(curve->size(), 4U);
    for (std::size_t i = 1; i < curve->size(); ++i)
        EXPECT_LE((*curve)[i].value, (*curve)[0].bound + 1e-6);  // no floor costs nothing
    EXPECT_TRUE(price_of_fairness(toy(Fairness::kNone), *make_plan(toy(Fairness::kNone)), {0, 1})->empty());
}

TEST(Plans, RefuseNumbersThatMeanNothing) {
    const auto refused = [](const std::function<void(PlanProblem&)>& bend) {
        PlanProblem problem = toy(Fairness::kNone);
        bend(problem);
        return !make_plan(problem);
    };
    EXPECT_TRUE(refused([](PlanProblem& p) { p.needs[0].amount = 0; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.needs[0].value = -1; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.needs[0].lot = std::nan(""); }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.needs[1].id = "a"; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.needs[0].groups = {7}; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.offers[0].fund = 0; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.pairs[0].fit = 0; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.pairs[1] = p.pairs[0]; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.pairs[0].offer = 9; }));
    EXPECT_TRUE(refused([](PlanProblem& p) { p.keep = 2; }));
    // Nothing to share out is no fault.
    PlanProblem nothing = toy(Fairness::kShare);
    nothing.pairs.clear();
    const auto plan = make_plan(nothing);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(check_plan(nothing, *plan));
    EXPECT_TRUE(make_plan(PlanProblem{}));
}

}  // namespace
}  // namespace comity::development
