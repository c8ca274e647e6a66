// Against R's documented examples, sums in exact fractions, and formulas worked apart.
#include "development/market/audit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

namespace comity::development {
namespace {

// Agresti's tea tasting and the criminal twins, as R's help of fisher.test has them. R's intervals come from
// a search to four digits.
TEST(ExactTests, AreRsFisherTest) {
    const TwoByTwo tea[] = {{3, 1, 1, 3}};
    const ExactTest a = exact_test(tea);
    EXPECT_NEAR(a.p, 0.4857142857, 1e-10);
    EXPECT_NEAR(*a.odds_ratio, 6.408309, 1e-4);
    EXPECT_NEAR(a.low, 0.2117329, 1e-4);
    EXPECT_NEAR(*a.high / 621.9337505, 1, 0.01);
    const TwoByTwo convictions[] = {{2, 15, 10, 3}};
    const ExactTest b = exact_test(convictions);
    EXPECT_NEAR(b.p, 0.0005367241, 1e-9);
    EXPECT_NEAR(*b.odds_ratio, 0.04693661, 1e-6);
    EXPECT_NEAR(b.low, 0.003325764, 2e-5);
    EXPECT_NEAR(*b.high, 0.363182271, 2e-5);
}

// Penicillin in rabbits, as R's help of mantelhaen.test(exact = TRUE) has it: S = 16, p = 0.03994.
TEST(ExactTests, AreRsExactMantelHaenszelTest) {
    const TwoByTwo rabbits[] = {{0, 6, 0, 5}, {3, 3, 0, 6}, {6, 0, 2, 4}, {5, 1, 6, 0}, {2, 0, 5, 0}};
    const ExactTest c = exact_test(rabbits);
    EXPECT_NEAR(c.p, 0.03994490358, 1e-9);
    EXPECT_NEAR(*c.odds_ratio, 10.36102, 1e-4);
    EXPECT_NEAR(c.low, 1.077401, 1e-4);
    EXPECT_NEAR(*c.high / 529.837399, 1, 0.01);
    EXPECT_EQ(c.tables, 3U);  // where all or none were cured, nothing is told
}

// Sums of hypergeometric probabilities in exact fractions, apart from this program.
TEST(ExactTests, AreTheSumsOfExactFractions) {
    const TwoByTwo tables[] = {{3, 7, 8, 12}, {1, 14, 6, 9}, {10, 30, 25, 25}, {0, 5, 2, 3}};
    const ExactTest d = exact_test(tables);
    EXPECT_NEAR(d.p, 0.001223363632229385, 1e-12);
    EXPECT_NEAR(*d.odds_ratio, 0.30791099118986875, 1e-9);
    EXPECT_NEAR(d.low, 0.13692701810853725, 1e-9);
    EXPECT_NEAR(*d.high, 0.6612839044307237, 1e-9);
}

TEST(ExactTests, TellNothingOfNothing) {
    EXPECT_EQ(exact_test({}).p, 1);
    const TwoByTwo empty[] = {{0, 0, 3, 4}, {0, 5, 0, 5}};
    EXPECT_EQ(exact_test(empty).tables, 0U);
    EXPECT_FALSE(exact_test(empty).odds_ratio);
    const TwoByTwo all[] = {{5, 0, 0, 5}};
    const ExactTest most = exact_test(all);
    EXPECT_FALSE(most.odds_ratio);  // infinite
    EXPECT_FALSE(most.high);
    EXPECT_NEAR(most.p, 2.0 / 252, 1e-12);
    const TwoByTwo none[] = {{0, 5, 5, 0}};
    EXPECT_EQ(*exact_test(none).odds_ratio, 0);
    EXPECT_EQ(exact_test(none).low, 0);
    // Of many: no overflow, and the odds come near to those of the whole.
    const TwoByTwo many[] = {{4000, 16000, 8000, 12000}};
    const ExactTest large = exact_test(many);
    EXPECT_NEAR(*large.odds_ratio, 4000.0 * 12000 / (16000.0 * 8000), 1e-3);
    EXPECT_LT(large.p, 1e-100);
}

// What is swapped is told the other way round.
TEST(ExactTests, AreSymmetric) {
    const TwoByTwo one[] = {{3, 7, 8, 12}, {1, 14, 6, 9}};
    const TwoByTwo other[] = {{8, 12, 3, 7}, {6, 9, 1, 14}};
    const ExactTest a = exact_test(one), b = exact_test(other);
    EXPECT_NEAR(a.p, b.p, 1e-12);
    EXPECT_NEAR(*a.odds_ratio * *b.odds_ratio, 1, 1e-9);
    EXPECT_NEAR(a.low * *b.high, 1, 1e-9);
}

TEST(MarketAudit, HasWilsonsInterval) {
    const AuditInterval w = wilson_interval(3, 20);
    EXPECT_NEAR(w.low, 0.052368745896216595, 1e-12);
    EXPECT_NEAR(w.high, 0.36041886474075696, 1e-12);
    EXPECT_EQ(wilson_interval(0, 10).low, 0);
    EXPECT_DOUBLE_EQ(wilson_interval(10, 10).high, 1);
}

// One process with one tenderer of a group, chosen or not, and how long it took.
json::Value process(int number, const std::string& group, bool chosen, int days = 10, int paid = 30,
                    const std::string& category = "goods", double value = 5000) {
    return json::parse(fmt::format(
                           R"({{"ocid":"p-{0}","parties":[{{"id":"t","details":{{"scale":"{1}"}}}}],
        "tender":{{"id":"t","mainProcurementCategory":"{5}","value":{{"amount":{6},"currency":"USD"}},
            "tenderPeriod":{{"endDate":"2026-01-01T00:00:00Z"}},"tenderers":[{{"id":"t"}}]}},
        "awards":[{{"id":"a","status":"active","date":"2026-01-{3:02}T00:00:00Z","suppliers":[{{"id":"{2}"}}]}}],
        "contracts":[{{"id":"c","awardID":"a","dateSigned":"2026-02-01T00:00:00Z",
            "implementation":{{"transactions":[{{"id":"1","date":"2026-03-{4:02}T00:00:00Z"}}]}}}}]}})",
                           number, group, chosen ? "t" : "another", days + 1, paid - 27, category, value))
        .value();
}

std::vector<json::Value> market(int chosen_small, int small, int chosen_large, int large) {
    std::vector<json::Value> out;
    int number = 0;
    for (int i = 0; i < small; ++i)
        out.push_back(process(++number, "micro", i < chosen_small, 10 + i % 3, 40));
    for (int i = 0; i < large; ++i)
        out.push_back(process(++number, "large", i < chosen_large, 5 + i % 3, 30));
    return out;
}

TEST(MarketAudit, ComparesRatesAndTimes) {
    const auto audit = audit_market(market(10, 40, 30, 50));
    ASSERT_TRUE(audit);
    ASSERT_EQ(audit->groups.size(), 2U);
    const GroupAudit& micro = audit->groups[1];
    EXPECT_EQ(micro.group, "micro");
    EXPECT_EQ(micro.rate, 0.25);
    EXPECT_NEAR(*micro.ratio, 0.4166666666666667, 1e-12);
    EXPECT_NEAR(micro.ratio_interval->low, 0.2327039703093116, 1e-12);
    EXPECT_NEAR(micro.ratio_interval->high, 0.7460599442302001, 1e-12);
    EXPECT_LT(micro.exact.p, 0.05);
    EXPECT_EQ(micro.exact.p, micro.fisher.p);  // one stratum
    ASSERT_TRUE(micro.to_award && micro.to_award->difference);
    EXPECT_NEAR(micro.to_award->mean, 10.9, 1e-9);  // of ten: 10, 11, 12, ..., 10
    EXPECT_NEAR(*micro.to_award->difference, 4.9, 1e-9);
    EXPECT_LT(micro.to_award->interval->low, 4.9);
    EXPECT_GT(micro.to_award->interval->low, 0);
    EXPECT_NEAR(micro.to_pay->mean, 40, 1e-9);
    EXPECT_NEAR(*micro.to_pay->difference, 10, 1e-9);
    // Against the other group all is the other way round.
    const GroupAudit& large = audit->groups[0];
    EXPECT_NEAR(*micro.ratio * *large.ratio, 1, 1e-12);
    EXPECT_NEAR(*micro.exact.odds_ratio * *large.exact.odds_ratio, 1, 1e-9);
    const json::Object form = audit_json(*audit);
    EXPECT_EQ(form.at("groups").at(1).at("below_four_fifths"), true);
    EXPECT_EQ(form.at("groups").at(0).at("below_four_fifths"), false);
}

// Simpson: within each category both fare alike, and only together it looks as if one did not.
TEST(MarketAudit, AllowsForCategoryAndValue) {
    std::vector<json::Value> all;
    int number = 0;
    // By category alone, by the value's order of magnitude alone, by both.
    for (const auto& [first, large_value] :
         {std::pair("works", 5'000.0), std::pair("goods", 5'000'000.0), std::pair("works", 5'000'000.0)}) {
        all.clear();
        const auto add = [&](const std::string& group, const std::string& category, double value, int chosen,
                             int of) {
            for (int i = 0; i < of; ++i)
                all.push_back(process(++number, group, i < chosen, 10, 30, category, value));
        };
        add("micro", first, large_value, 10, 50);
        add("large", first, large_value, 2, 10);
        add("micro", "goods", 5'000, 8, 10);
        add("large", "goods", 5'000, 40, 50);
        const auto audit = audit_market(all);
        ASSERT_TRUE(audit);
        EXPECT_EQ(audit->strata, 2U) << first << large_value;
        for (const GroupAudit& each : audit->groups) {
            EXPECT_LT(each.fisher.p, 0.001);
            EXPECT_NEAR(each.exact.p, 1, 1e-9);
            EXPECT_NEAR(*each.exact.odds_ratio, 1, 1e-6);
        }
    }
}

TEST(MarketAudit, TellsNothingOfSmallCells) {
    const auto groups = [](int chosen_small, int small, int chosen_large, int large, std::size_t least = 5) {
        auto processes = market(chosen_small, small, chosen_large, large);
        for (int i = 0; i < 60; ++i) processes.push_back(process(1000 + i, "medium", i < 30));
        AuditSettings settings;
        settings.least = least;
        std::map<std::string, bool> out;
        const auto audit = audit_market(processes, settings);
        for (const GroupAudit& each : audit->groups) out[each.group] = each.suppressed;
        return out;
    };
    using Told = std::map<std::string, bool>;
    EXPECT_EQ(groups(10, 40, 30, 50), (Told{{"large", false}, {"medium", false}, {"micro", false}}));
    // One alone could be told by subtraction, so the next smallest goes too.
    EXPECT_EQ(groups(0, 4, 30, 50), (Told{{"large", true}, {"medium", false}, {"micro", true}}));
    EXPECT_EQ(groups(3, 40, 30, 50), (Told{{"large", true}, {"medium", false}, {"micro", true}}));
    EXPECT_EQ(groups(38, 40, 30, 50), (Told{{"large", true}, {"medium", false}, {"micro", true}}));
    EXPECT_EQ(groups(3, 40, 4, 50), (Told{{"large", true}, {"medium", false}, {"micro", true}}));
    EXPECT_EQ(groups(0, 40, 30, 50), (Told{{"large", false}, {"medium", false}, {"micro", false}}));
    EXPECT_EQ(groups(3, 40, 30, 50, 1), (Told{{"large", false}, {"medium", false}, {"micro", false}}));
    auto audit = audit_market(market(3, 40, 30, 50));
    const json::Object form = audit_json(*audit);
    for (const json::Value& each : form.at("groups").as_array()) {
        EXPECT_TRUE(each.at("suppressed").as_bool());
        for (const auto& [name, value] : each.as_object())
            EXPECT_TRUE(name == "group" || name == "suppressed" || value.is_null()) << name;
    }
}

TEST(MarketAudit, SaysWhatItLeavesOut) {
    std::vector<json::Value> all = market(10, 20, 10, 20);
    all.push_back(json::parse(R"({"ocid":"x","tender":{"status":"cancelled"}})").value());
    all.push_back(json::parse(R"({"ocid":"x","tender":{"tenderers":[{"id":"a"}]}})").value());
    all.push_back(
        json::parse(R"({"ocid":"x","awards":[{"id":1,"status":"active","suppliers":[{"id":"a"}]}]})")
            .value());
    all.emplace_back("no release");
    const auto audit = audit_market(all);
    ASSERT_TRUE(audit);
    EXPECT_EQ(audit->left_out, (std::map<std::string, std::size_t>{
                                   {"cancelled", 1}, {"no active award", 1}, {"no tenderers named", 1}}));
    AuditSettings settings;
    settings.by = "details.nothing";
    EXPECT_EQ(audit_market(all, settings)->groups.front().group, "unknown");
    settings.group = "micro";
    EXPECT_EQ(audit_market(all, settings).error().kind, ErrorKind::kNotFound);
    for (const std::string by : {"", ".a", "a.", "a..b"}) {
        settings.by = by;
        EXPECT_EQ(audit_market(all, settings).error().kind, ErrorKind::kInvalid) << by;
    }
}

}  // namespace
}  // namespace comity::development
