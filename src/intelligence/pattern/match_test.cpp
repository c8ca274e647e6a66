#include "intelligence/pattern/match.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace comity::intelligence {
namespace {

// An observation of 2.0 whose objects are these, seen from and until so many seconds after midnight.
std::string observed(std::string_view objects, int from = 0, int until = 0, std::int64_t count = 1) {
    return fmt::format(R"({{"type":"observed-data","first_observed":"2020-01-01T00:{:02}:{:02}Z",
        "last_observed":"2020-01-01T00:{:02}:{:02}Z","number_observed":{},"objects":{}}})",
                       from / 60, from % 60, until / 60, until % 60, count, objects);
}
std::string file(std::string_view name, int from = 0, int until = 0, std::int64_t count = 1) {
    return observed(fmt::format(R"({{"0":{{"type":"file","name":"{}"}}}})", name), from, until, count);
}
std::string named(std::string_view name) {
    return fmt::format("[file:name = '{}']", name);
}

Result<std::optional<std::vector<Binding>>> bound(std::string_view pattern,
                                                  const std::vector<std::string>& all) {
    auto parsed = parse_pattern(pattern);
    EXPECT_TRUE(parsed) << parsed.error().message();
    const auto matcher = Matcher::compile(*std::move(parsed));
    EXPECT_TRUE(matcher) << matcher.error().message();
    const auto data = ObservedData::parse(fmt::format("[{}]", fmt::join(all, ",")));
    EXPECT_TRUE(data) << data.error().message();
    return matcher->match(data->observations());
}
bool matches(std::string_view pattern, const std::vector<std::string>& all) {
    const auto match = bound(pattern, all);
    EXPECT_TRUE(match) << match.error().message();
    return match && *match;
}

TEST(Match, HoldsAllComparisonsAgainstTheSameObject) {
    const std::string two =
        observed(R"({"0":{"type":"file","name":"a","size":1},"1":{"type":"file","name":"b","size":2}})");
    EXPECT_TRUE(matches("[file:name = 'a' AND file:size = 1]", {two}));
    EXPECT_FALSE(matches("[file:name = 'a' AND file:size = 2]", {two}));
    EXPECT_TRUE(matches("[file:name = 'a'] OR [file:size = 7]", {two}));
    EXPECT_FALSE(matches("[file:name = 'a'] AND [file:size = 2]", {two}));  // one observation is bound once
    EXPECT_TRUE(matches("[file:name = 'a'] AND [file:size = 2]", {two, two}));
    EXPECT_TRUE(matches("[file:name = 'x' OR file:name = 'a' AND file:size = 1]", {two}));
    EXPECT_FALSE(matches("[(file:name = 'x' OR file:name = 'a') AND file:size = 2]", {two}));
    EXPECT_FALSE(matches("[process:name = 'a']", {two}));
    EXPECT_FALSE(matches("[file:name = 'a']", {}));
}

TEST(Match, FollowsPathsListsAndReferences) {
    const std::string mail = observed(R"({
        "0":{"type":"email-message","from_ref":"1","to_refs":["2","9","3"],"body_multipart":[{"body":"x"},{"body":"y","body_raw_ref":"4"}],
             "extensions":{"x-y":{"a b":[[1],[2,3]]}},"is_multipart":true},
        "1":{"type":"email-addr","value":"a@example.org"},"2":{"type":"email-addr","value":"b@example.org"},
        "3":{"type":"email-addr","value":"c@example.org"},"4":{"type":"file","name":"z"}})");
    for (const char* pattern :
         {"[email-message:from_ref.value = 'a@example.org']",
          "[email-message:to_refs[*].value = 'c@example.org']",
          "[email-message:to_refs[0].value = 'b@example.org']",
          "[email-message:body_multipart[*].body = 'y']",
          "[email-message:body_multipart[1].body_raw_ref.name = 'z']",
          "[email-message:extensions.'x-y'.'a b'[*][*] = 3]",
          "[email-message:extensions.'x-y'.'a b'[1][0] = 2]", "[email-message:from_ref.type = 'email-addr']",
          "[EXISTS email-message:to_refs]", "[EXISTS email-message:from_ref]",
          "[NOT EXISTS email-message:subject]",
          "[NOT EXISTS email-message:from_ref.nothing AND email-message:is_multipart = true]"}) {
        EXPECT_TRUE(matches(pattern, {mail})) << pattern;
    }
    for (const char* pattern :
         {"[email-message:to_refs[1].value = 'c@example.org']",
          "[email-message:to_refs.value = 'b@example.org']", "[email-message:body_multipart[2].body = 'y']",
          "[email-message:body_multipart[-1].body = 'y']", "[email-message:from_ref = '1']",
          "[email-message:subject != 'x']", "[EXISTS email-message:subject]",
          "[NOT EXISTS email-message:from_ref]", "[email-message:is_multipart[0] = true]"}) {
        EXPECT_FALSE(matches(pattern, {mail})) << pattern;
    }
}

TEST(Match, FindsTheObjectsOf21InTheBundle) {
    const std::string bundle = R"({"type":"bundle","objects":[
        {"type":"observed-data","id":"observed-data--1","first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:01Z",
         "number_observed":1,"object_refs":["network-traffic--1","ipv4-addr--9","relationship--1"]},
        {"type":"network-traffic","id":"network-traffic--1","src_ref":"ipv4-addr--1","dst_port":80},
        {"type":"ipv4-addr","id":"ipv4-addr--1","value":"198.51.100.7"},
        {"type":"relationship","id":"relationship--1","relationship_type":"x"}]})";
    const auto data = ObservedData::parse(bundle);
    ASSERT_TRUE(data) << data.error().message();
    ASSERT_EQ(data->observations().size(), 1u);
    const auto match = [&](std::string_view pattern) {
        const auto matcher = Matcher::compile(parse_pattern(pattern).value());
        return matcher->match(data->observations()).value().has_value();
    };
    EXPECT_TRUE(match(
        "[network-traffic:src_ref.value ISSUBSET '198.51.100.0/24' AND network-traffic:dst_port = 80]"));
    EXPECT_FALSE(match("[ipv4-addr:value = '198.51.100.7']"));  // at hand, but not told of
    EXPECT_FALSE(match("[relationship:relationship_type = 'x']"));
}

TEST(Match, BindsAnObservationAsOftenAsItWasSeen) {
    const std::string twice = file("a", 0, 10, 2);
    EXPECT_TRUE(matches(named("a") + " REPEATS 2 TIMES", {twice}));
    EXPECT_FALSE(matches(named("a") + " REPEATS 3 TIMES", {twice}));
    EXPECT_TRUE(matches(named("a") + " REPEATS 3 TIMES", {twice, file("a")}));
    EXPECT_TRUE(matches(named("a") + " AND " + named("a"), {twice}));
    EXPECT_FALSE(matches(named("a") + " REPEATS 2 TIMES AND " + named("a"), {twice}));
    EXPECT_TRUE(matches("(" + named("a") + " AND " + named("b") + ") REPEATS 2 TIMES",
                        {twice, file("b"), file("b")}));
    EXPECT_FALSE(matches("(" + named("a") + " AND " + named("b") + ") REPEATS 2 TIMES", {twice, file("b")}));
    EXPECT_TRUE(matches("(" + named("a") + " OR " + named("b") + ") REPEATS 3 TIMES", {twice, file("b")}));
    EXPECT_TRUE(matches(named("a") + " REPEATS 999999999 TIMES", {file("a", 0, 0, 999'999'999)}));
    EXPECT_FALSE(matches(named("a") + " REPEATS 999999999 TIMES", {file("a", 0, 0, 999'999'998)}));
    // Binding as many as there are is not always right.
    EXPECT_TRUE(
        matches(named("a") + " REPEATS 2 TIMES AND [file:name = 'a' AND EXISTS file:name] WITHIN 1 SECONDS",
                {file("a", 0, 0, 2), file("a", 0, 0, 1)}));
}

TEST(Match, ChoosesTimesBetweenFirstAndLast) {
    const std::vector<std::string> apart = {file("a", 0, 10), file("b", 20, 30)};
    const std::string both = "(" + named("a") + " AND " + named("b") + ")";
    EXPECT_TRUE(matches(both + " WITHIN 10 SECONDS", apart));
    EXPECT_FALSE(matches(both + " WITHIN 9.999999 SECONDS", apart));
    EXPECT_TRUE(matches(named("a") + " FOLLOWEDBY " + named("b"), apart));
    EXPECT_FALSE(matches(named("b") + " FOLLOWEDBY " + named("a"), apart));
    EXPECT_TRUE(matches(named("b") + " FOLLOWEDBY " + named("a"), {file("a", 0, 20), file("b", 20, 30)}));
    EXPECT_FALSE(matches(named("a") + " FOLLOWEDBY " + named("b") + " FOLLOWEDBY " + named("c"),
                         {file("a", 0, 10), file("b", 20, 30), file("c", 5, 19)}));
    const auto during = [&](const char* start, const char* stop) {
        return matches(fmt::format("{} START t'2020-01-01T00:00:{}Z' STOP t'2020-01-01T00:00:{}Z'",
                                   named("b"), start, stop),
                       apart);
    };
    EXPECT_TRUE(during("00", "21"));
    EXPECT_FALSE(during("00", "20"));  // stop is left out
    EXPECT_TRUE(during("30", "40"));
    EXPECT_FALSE(during("31", "40"));
    EXPECT_FALSE(during("25", "25"));
    EXPECT_FALSE(during("28", "22"));
    EXPECT_TRUE(matches(named("a") + " REPEATS 2 TIMES WITHIN 5 SECONDS",
                        {file("a", 0, 0), file("a", 10, 10), file("a", 20, 20), file("a", 25, 25)}));
    EXPECT_FALSE(matches(named("a") + " REPEATS 3 TIMES WITHIN 5 SECONDS",
                         {file("a", 0, 0), file("a", 10, 10), file("a", 20, 20), file("a", 25, 25)}));
    // A qualifier is about what it stands behind only.
    EXPECT_TRUE(matches(named("a") + " WITHIN 1 SECONDS AND " + named("b"), apart));
}

TEST(Match, SaysWhatItBound) {
    const auto match =
        bound(named("b") + " REPEATS 3 TIMES AND " + named("a"), {file("a"), file("b", 0, 0, 2), file("b")});
    ASSERT_TRUE(match && *match);
    std::vector<std::int64_t> times(3);
    for (const Binding& binding : **match) times[binding.observation] += binding.times;
    EXPECT_EQ(times, (std::vector<std::int64_t>{1, 2, 1}));
}

TEST(Match, GivesUpASearchWithoutEndAndSaysSo) {
    std::vector<std::string> all;
    std::string pattern = "(" + named("a");
    for (int i = 0; i < 40; ++i) all.push_back(file("a", i, i));
    for (int i = 0; i < 20; ++i) pattern += " AND " + named("a");
    pattern += ") AND " + named("b");
    EXPECT_FALSE(bound(pattern, all).value());  // nothing to bind for b: not searched at all
    const auto given_up =
        bound("((" + named("a") + " AND " + named("a") + ") REPEATS 21 TIMES) WITHIN 1000 SECONDS", all);
    if (!given_up) {
        EXPECT_EQ(given_up.error().kind, ErrorKind::kTooLarge);
    }
    const auto deep = bound("(" + named("a") + " AND " + named("a") + ") REPEATS 1000000 TIMES",
                            {file("a", 0, 0, 999'999'999)});
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().kind, ErrorKind::kTooLarge);
}

TEST(Match, RefusesObservationsThatSayTooLittle) {
    for (
        const char* document :
        {"7", "[7]", "{\"type\":\"observed-data\"}",
         R"({"type":"observed-data","first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":0,"objects":{}})",
         R"({"type":"observed-data","first_observed":"2020-01-01T00:00:01Z","last_observed":"2020-01-01T00:00:00Z","number_observed":1,"objects":{}})",
         R"({"type":"observed-data","first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":1})"}) {
        EXPECT_FALSE(ObservedData::parse(document)) << document;
    }
    EXPECT_TRUE(ObservedData::parse("[]"));
}

// The order of the observations does not decide.
TEST(Match, IsTheSameInAnyOrder) {
    std::mt19937 random(11);
    const std::string patterns[] = {
        named("a") + " AND " + named("b") + " REPEATS 2 TIMES",
        "(" + named("a") + " FOLLOWEDBY " + named("b") + ") WITHIN 4 SECONDS",
        "(" + named("a") + " OR " + named("b") + ") REPEATS 3 TIMES WITHIN 3 SECONDS",
        "(" + named("a") + " AND " + named("b") + ") REPEATS 2 TIMES",
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> all;
        for (unsigned i = 0; i < 5; ++i) {
            const int from = static_cast<int>(random() % 10);
            all.push_back(file(random() % 2 != 0 ? "a" : "b", from, from + static_cast<int>(random() % 3),
                               1 + random() % 2));
        }
        for (const std::string& pattern : patterns) {
            const bool first = matches(pattern, all);
            for (int i = 0; i < 3; ++i) {
                std::ranges::shuffle(all, random);
                EXPECT_EQ(matches(pattern, all), first) << pattern;
            }
        }
    }
}

}  // namespace
}  // namespace comity::intelligence
