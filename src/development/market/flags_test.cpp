#include "development/market/flags.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "testing/shared_data.h"

namespace comity::development {
namespace {

std::vector<json::Value> lines(const std::string& text) {
    std::vector<json::Value> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) out.push_back(json::parse(line, 100).value());
    return out;
}

// What fixtures are computed with, as their names and the reference say.
FlagSettings settings_of(const std::string& name) {
    FlagSettings settings;
    settings.no_price_comparison = {"NPC"};
    settings.excluded_method_details = {"EXC"};
    if (name == "R003-threshold-10") settings.r003_days = 10;
    if (name == "R003-procurement_methods-open+selective") settings.r003_methods = {"open", "selective"};
    if (name == "R003-procurement_method_details-x-5-y-10") settings.r003_days_of = {{"x", 5}, {"y", 10}};
    if (name == "R048-minimum_contracting_processes-1") settings.r048_processes = 1;
    return settings;
}

// Of one rule alone, as the fixtures have it.
json::Object only(const json::Object& results, const std::string& rule) {
    json::Object out;
    for (const auto& [subject, ids] : results)
        for (const auto& [id, values] : ids.as_object())
            if (const json::Value* value = values.as_object().if_contains(rule)) {
                if (!out.contains(subject)) out[subject] = json::Object{};
                out[subject].as_object()[id] = json::Object{{rule, *value}};
            }
    return out;
}

TEST(RedFlags, GiveCardinalsPublishedResults) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    std::size_t n = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data / "ocds/flags")) {
        if (entry.path().extension() != ".jsonl") continue;
        const std::string name = entry.path().stem();
        const auto expected =
            json::parse(testing::file_text(data / "ocds/flags" / (name + ".expected"))).value();
        const Flags found = find_flags(lines(testing::file_text(entry.path())), settings_of(name));
        const json::Value got(only(results_json(found), name.substr(0, 4)));
        EXPECT_EQ(got, expected) << name << ": " << json::write(got);
        ++n;
    }
    EXPECT_EQ(n, 9U);
}

TEST(Quartiles, AreTheEighthRuleAndNoOther) {
    EXPECT_NEAR(quantile_r8({.2, .01, .05, .06, .07}, .25), .0366667, 5e-8);
    EXPECT_NEAR(quantile_r8({.01, .05, .06, .07, .2}, .75), .1133333, 5e-8);
    EXPECT_EQ(quantile_r8({7}, .25), 7);
    EXPECT_NEAR(quantile_r8({1, 2}, .25), 1, 1e-12);  // held to the ends
}

std::string process(std::string_view ocid, double winner, double loser) {
    return fmt::format(
        R"({{"ocid":"{}","bids":{{"details":[{{"status":"valid","tenderers":[{{"id":"W"}}],"value":{{"amount":{},"currency":"USD"}}}},)"
        R"({{"status":"valid","tenderers":[{{"id":"L{}"}}],"value":{{"amount":{},"currency":"USD"}}}}]}},"awards":[{{"status":"active","suppliers":[{{"id":"W"}}]}}]}})"
        "\n",
        ocid, winner, ocid, loser);
}

// The fixture that tells the quartile rules apart: by the eighth the fence is 83.33, by the seventh 0.
TEST(RedFlags, FindAHeavyDiscountByTheExactQuartiles) {
    std::string text;
    for (const std::string ocid : {"1", "2", "3", "4"}) text += process(ocid, 1, 1);
    text += process("F", 1, 101);
    const Flags found = find_flags(lines(text));
    EXPECT_NEAR(*found.basis.at("R058").fence, 83.3333333, 1e-6);
    EXPECT_EQ(json::Value(only(results_json(found), "R058")),
              json::parse(R"({"OCID":{"F":{"R058":1E2}},"Tenderer":{"W":{"R058":0E0}}})").value());
    EXPECT_EQ(found.basis.at("R058").compared, 5U);
}

TEST(RedFlags, TellLateAndDisqualifiedBids) {
    const std::string text =
        R"({"ocid":"late","tender":{"tenderPeriod":{"endDate":"2020-01-10T12:00:00Z"}},"bids":{"details":[{"status":"valid","date":"2020-01-10T13:30:00+01:00","tenderers":[{"id":"A"}]},{"status":"valid","date":"2020-01-10T12:00:01Z","tenderers":[{"id":"B"}]}]},"awards":[{"status":"active","suppliers":[{"id":"A"},{"id":"B"}]}]})"
        "\n"
        R"({"ocid":"lowest","bids":{"details":[{"status":"disqualified","value":{"amount":1,"currency":"USD"},"tenderers":[{"id":"C"}]},{"status":"valid","value":{"amount":2,"currency":"USD"},"tenderers":[{"id":"D"}]}]},"awards":[{"status":"active","suppliers":[{"id":"D"}]}]})"
        "\n";
    const json::Object results = results_json(find_flags(lines(text)));
    // 13:30 at +01:00 is half past twelve in UTC: times are compared, not texts.
    EXPECT_EQ(json::Value(only(results, "R030")),
              json::parse(R"({"OCID":{"late":{"R030":1E0}},"Tenderer":{"A":{"R030":1E0},"B":{"R030":1E0}}})")
                  .value());
    EXPECT_EQ(json::Value(only(results, "R036")), json::parse(R"({"OCID":{"lowest":{"R036":1E0}}})").value());
}

TEST(RedFlags, TellTopLosersAndWhoDisqualifiesMuch) {
    std::string text;
    const auto add = [&](int n, std::string_view buyer, std::string_view winner, std::string_view loser,
                         std::string_view status) {
        text += fmt::format(
            R"({{"ocid":"{}","buyer":{{"id":"{}"}},"bids":{{"details":[{{"status":"valid","tenderers":[{{"id":"{}"}}]}},{{"status":"{}","tenderers":[{{"id":"{}"}}]}}]}},"awards":[{{"status":"active","suppliers":[{{"id":"{}"}}]}}]}})"
            "\n",
            n, buyer, winner, status, loser, winner);
    };
    for (int i = 0; i < 12; ++i) add(i, fmt::format("b{}", i % 6), fmt::format("w{}", i % 6), "L", "valid");
    for (int i = 12; i < 16; ++i)
        add(i, "strict", fmt::format("x{}", i), fmt::format("d{}", i), "disqualified");
    const Flags found = find_flags(lines(text));
    const json::Object results = results_json(found);
    EXPECT_EQ(only(results, "R025").at("Tenderer").at("L").at("R025"), 0.0);
    EXPECT_EQ(json::Value(only(results, "R038").at("Buyer")),
              json::parse(R"({"strict":{"R038":5E-1}})").value());
    EXPECT_EQ(found.basis.at("R038 Buyer").compared, 7U);
}

TEST(RedFlags, SayWhatCouldNotBeTold) {
    const Flags found = find_flags(lines(R"({"ocid":"a","tender":{"procurementMethod":"open"}})"
                                         "\n"
                                         R"({"ocid":"b","tender":{"status":"cancelled"}})"
                                         "\n"
                                         R"({"tender":{}})"
                                         "\n7\n"));
    EXPECT_EQ(found.processes, 3U);
    EXPECT_EQ(found.left_out, 2U);
    EXPECT_TRUE(found.results.empty());
    EXPECT_EQ(found.basis.at("R018").left_out.at("no number of tenderers"), 1U);
    EXPECT_EQ(found.basis.at("R003").left_out.at("no period"), 1U);
    EXPECT_EQ(flags_json(found).at("rules").as_array().size(), 11U);
}

TEST(RedFlags, DoNotDependOnTheOrderOfProcesses) {
    std::string text;
    std::mt19937 random(4);
    for (int i = 0; i < 60; ++i) text += process(fmt::format("p{}", i), 100, 100 + double(random() % 60));
    auto all = lines(text);
    const std::string first = json::write(flags_json(find_flags(all)));
    for (int i = 0; i < 10; ++i) {
        std::ranges::shuffle(all, random);
        EXPECT_EQ(json::write(flags_json(find_flags(all))), first);
    }
}

}  // namespace
}  // namespace comity::development
