#include "intelligence/pattern/rolling.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

#include "intelligence/pattern/watch.h"

namespace comity::intelligence {
namespace {

constexpr std::string_view kNames = "abcd";

// A file of that name, seen at that second.
struct Seen {
    char name = 'a';
    std::int64_t second = 0;
};

// Observations and the JSON that they point into.
class Stream {
  public:
    explicit Stream(const std::vector<Seen>& seen) {
        for (const Seen& one : seen)
            objects_.push_back(json::Object{{"type", "file"}, {"name", std::string(1, one.name)}});
        for (std::size_t i = 0; i < seen.size(); ++i) {
            Observation observation;
            observation.first = Time::from_seconds(seen[i].second);
            observation.last = observation.first;
            observation.objects.push_back({"0", &objects_[i]});
            observations_.push_back(std::move(observation));
        }
    }
    const std::vector<Observation>& observations() const { return observations_; }

  private:
    std::vector<json::Value> objects_;
    std::vector<Observation> observations_;
};

struct Outcome {
    std::vector<std::vector<BoundObservation>> matches;
    Watched watched;
};

// The pattern held against them in the order in which they stand.
Outcome streamed(const std::string& pattern, const Stream& stream, std::int64_t skew = 0,
                 std::size_t most = kMaxKept, Arrival arrival = Arrival::kInOrder) {
    Outcome out;
    PatternWatch watch(skew * 1'000'000, most, arrival);
    EXPECT_TRUE(watch.add(parse_pattern(pattern).value())) << pattern;
    const auto tell = [&](std::size_t, std::vector<BoundObservation>&& bound) {
        out.matches.push_back(std::move(bound));
    };
    for (std::size_t i = 0; i < stream.observations().size(); ++i)
        watch.see(stream.observations()[i], i, tell);
    watch.finish(tell);
    out.watched = watch.watched();
    return out;
}

std::size_t matches(const std::string& pattern, const std::vector<Seen>& seen) {
    return streamed(pattern, Stream(seen)).matches.size();
}

constexpr const char* kA = "[file:name = 'a']";
constexpr const char* kB = "[file:name = 'b']";
constexpr const char* kC = "[file:name = 'c']";

// A random pattern, as its text.
class Patterns {
  public:
    explicit Patterns(unsigned seed) : random_(seed) {}

    std::string any(int depth) {
        if (depth == 0 || one_of(5) == 0) return qualified(leaf());
        static constexpr std::string_view kJoins[] = {" AND ", " OR ", " FOLLOWEDBY "};
        const std::string left = any(depth - 1);
        const std::string right = any(depth - 1);
        return qualified("(" + left + std::string(kJoins[one_of(3)]) + right + ")");
    }
    std::vector<Seen> log(std::size_t most) {
        std::vector<Seen> seen(one_of(most + 1));
        for (Seen& one : seen) one = {kNames[one_of(kNames.size())], static_cast<std::int64_t>(one_of(16))};
        std::ranges::sort(seen, {}, &Seen::second);
        return seen;
    }
    // Each no more than `skew` seconds behind what came before it.
    std::vector<Seen> disordered(std::vector<Seen> seen, std::int64_t skew) {
        std::vector<std::pair<std::int64_t, Seen>> keyed;
        for (const Seen& one : seen)
            keyed.emplace_back(
                one.second + static_cast<std::int64_t>(one_of(static_cast<std::size_t>(skew) + 1)), one);
        std::ranges::shuffle(keyed, random_);
        std::ranges::sort(keyed, {}, [](const auto& each) { return each.first; });
        for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = keyed[i].second;
        return seen;
    }
    std::size_t one_of(std::size_t many) { return random_() % many; }

  private:
    std::string leaf() {
        const char first = kNames[one_of(kNames.size())];
        if (one_of(4) == 0)
            return fmt::format("[file:name IN ('{}', '{}')]", first, kNames[one_of(kNames.size())]);
        if (one_of(9) == 0) return fmt::format("[file:name != '{}']", first);
        return fmt::format("[file:name = '{}']", first);
    }
    std::string qualified(std::string text) {
        switch (one_of(9)) {
            case 0:
                return text + fmt::format(" WITHIN {} SECONDS", 1 + one_of(8));
            case 1:
                return text + fmt::format(" REPEATS {} TIMES", 1 + one_of(3));
            case 2:
                if (one_of(2) == 0) return text;
                return text + fmt::format(" START t'1970-01-01T00:00:{:02}Z' STOP t'1970-01-01T00:00:{:02}Z'",
                                          one_of(8), 5 + one_of(14));
            case 3:
                return text +
                       fmt::format(" REPEATS {} TIMES WITHIN {} SECONDS", 1 + one_of(3), 1 + one_of(8));
            default:
                return text;
        }
    }
    std::mt19937 random_;
};

TEST(Rolling, TellsAMatchWhenItIsWholeAndLooksForTheNext) {
    const auto out = streamed(fmt::format("({} FOLLOWEDBY {}) WITHIN 10 SECONDS", kA, kB),
                              Stream({{'b', 1}, {'a', 2}, {'c', 3}, {'b', 12}, {'a', 20}, {'b', 31}}));
    ASSERT_EQ(out.matches.size(), 1U);
    EXPECT_EQ(out.matches[0],
              (std::vector<BoundObservation>{{1, Time::from_seconds(2)}, {3, Time::from_seconds(12)}}));
    EXPECT_EQ(matches(fmt::format("{} FOLLOWEDBY {}", kA, kB), {{'a', 1}, {'b', 1}, {'a', 2}, {'b', 3}}), 2U);
    EXPECT_EQ(matches(fmt::format("{} FOLLOWEDBY {}", kA, kB), {{'b', 1}, {'a', 1}}), 1U);  // at once
    EXPECT_EQ(matches(fmt::format("{} REPEATS 3 TIMES WITHIN 4 SECONDS", kA),
                      {{'a', 0}, {'a', 3}, {'a', 5}, {'a', 7}, {'a', 8}, {'a', 9}, {'a', 10}}),
              2U);
}

TEST(Rolling, KeepsNoMoreThanAMatchMayNeed) {
    const auto kept = [](const std::string& pattern, const auto& name_at) {
        RollingMatcher rolling = RollingMatcher::make(parse_pattern(pattern).value()).value();
        std::size_t most = 0;
        for (std::int64_t i = 0; i < 5000; ++i) {
            const char name = name_at(i);
            std::vector<std::uint32_t> leaves;
            for (std::uint32_t e = 0; e < rolling.pattern().expressions.size(); ++e) {
                const Expression& each = rolling.pattern().expressions[e];
                if (each.kind != Expression::Kind::kObservation) continue;
                const Comparison& asks =
                    rolling.pattern().comparisons[rolling.pattern().terms[each.terms.first].left];
                const Literal& literal = rolling.pattern().literals[asks.literals.first];
                if (rolling.pattern().text(literal.text) == std::string(1, name)) leaves.push_back(e);
            }
            const std::vector<PassingObservation> now = {{static_cast<std::uint64_t>(i), leaves}};
            rolling.pass(Time::from_seconds(i), now, [](auto&&) { FAIL(); });
            most = std::max(most, rolling.kept());
        }
        EXPECT_EQ(rolling.rolled().let_go, 0U) << pattern;
        return most;
    };
    const auto only = [](char name) { return [name](std::int64_t) { return name; }; };
    EXPECT_LE(kept(fmt::format("{} FOLLOWEDBY {}", kA, kB), only('a')), 2U);
    EXPECT_EQ(kept(fmt::format("{} FOLLOWEDBY {}", kA, kB), only('b')), 0U);
    EXPECT_LE(kept(fmt::format("{} AND {}", kA, kB), only('a')), 2U);
    EXPECT_LE(kept(fmt::format("({} AND {}) WITHIN 30 SECONDS", kA, kB), only('a')), 2U);
    EXPECT_LE(kept(fmt::format("({} FOLLOWEDBY {}) WITHIN 30 SECONDS", kA, kB), only('a')), 31U);
    EXPECT_EQ(
        kept(fmt::format("{} START t'1980-01-01T00:00:00Z' STOP t'1980-01-02T00:00:00Z' AND {}", kA, kB),
             only('a')),
        0U);
}

TEST(Rolling, SaysWhatItLetsGoWhereNothingBoundsAPattern) {
    const std::string pattern = fmt::format("({} FOLLOWEDBY {}) WITHIN 1 SECONDS AND {}", kA, kB, kC);
    std::vector<Seen> seen;
    for (std::int64_t i = 0; i < 100; ++i) seen.push_back({'a', 10 * i});
    const auto out = streamed(pattern, Stream(seen), 0, 10);
    EXPECT_EQ(out.watched.rolled.let_go, 90U);
    EXPECT_EQ(streamed(pattern, Stream(seen)).watched.rolled.let_go, 0U);
    // More at once than a search binds.
    EXPECT_EQ(
        RollingMatcher::make(parse_pattern(fmt::format("{} REPEATS 5000 TIMES", kA)).value()).error().kind,
        ErrorKind::kTooLarge);
    EXPECT_TRUE(RollingMatcher::make(parse_pattern(fmt::format("{} REPEATS 4096 TIMES", kA)).value()));
    EXPECT_FALSE(
        RollingMatcher::make(parse_pattern(fmt::format("({} AND {}) REPEATS 1001 TIMES", kA, kB)).value()));
}

TEST(Rolling, PutsInOrderWhatIsALittleLateAndCountsWhatIsVeryLate) {
    const std::string pattern = fmt::format("({} FOLLOWEDBY {}) WITHIN 5 SECONDS", kA, kB);
    const Stream stream({{'b', 10}, {'a', 9}, {'c', 30}, {'b', 8}});
    EXPECT_EQ(streamed(pattern, stream, 3).matches.size(), 1U);
    EXPECT_EQ(streamed(pattern, stream, 3).watched.late, 1U);
    EXPECT_EQ(streamed(pattern, stream, 60).watched.late, 0U);
    EXPECT_EQ(streamed(pattern, stream, 0).watched.late, 1U);
}

TEST(Rolling, TellsAtOnceWhatHappensNowAndKeepsForWhatIsLate) {
    const std::string pattern = fmt::format("({} FOLLOWEDBY {}) WITHIN 5 SECONDS", kA, kB);
    const auto told_after = [&](const std::vector<Seen>& seen, std::int64_t skew) {
        const Stream stream(seen);
        PatternWatch watch(skew * 1'000'000, kMaxKept, Arrival::kAsItHappens);
        EXPECT_TRUE(watch.add(parse_pattern(pattern).value()));
        std::optional<std::size_t> told;
        for (std::size_t i = 0; i < seen.size() && !told; ++i)
            watch.see(stream.observations()[i], i, [&](std::size_t, auto&&) { told = i; });
        return told;
    };
    EXPECT_EQ(told_after({{'a', 9}, {'b', 10}, {'c', 90}}, 60), 1U) << "and not when later ones have come";
    EXPECT_EQ(told_after({{'b', 10}, {'c', 60}, {'a', 9}}, 60), 2U) << "what it follows comes late";
    EXPECT_EQ(told_after({{'b', 10}, {'b', 11}, {'b', 40}, {'b', 60}, {'a', 9}}, 60), 4U);
    EXPECT_EQ(told_after({{'a', 9}, {'c', 60}, {'a', 60}, {'b', 10}}, 60), 3U);
    EXPECT_EQ(told_after({{'b', 10}, {'b', 90}, {'a', 9}}, 60), std::nullopt) << "too late";
}

TEST(Rolling, GoesOnInAnotherWatchWhereItWas) {
    Patterns random(8);
    std::size_t matched = 0;
    for (int round = 0; round < 2'000; ++round) {
        const std::string text = random.any(2);
        const std::vector<Seen> log = random.log(9);
        const Stream stream(random.disordered(log, 2));
        const Outcome whole = streamed(text, stream, 2, kMaxKept, Arrival::kAsItHappens);
        Outcome parts;
        auto watch = std::make_unique<PatternWatch>(2'000'000, kMaxKept, Arrival::kAsItHappens);
        ASSERT_TRUE(watch->add(parse_pattern(text).value()));
        const auto tell = [&](std::size_t, std::vector<BoundObservation>&& bound) {
            parts.matches.push_back(std::move(bound));
        };
        for (std::size_t i = 0; i < stream.observations().size(); ++i) {
            watch->see(stream.observations()[i], i, tell);
            auto next = std::make_unique<PatternWatch>(2'000'000, kMaxKept, Arrival::kAsItHappens);
            ASSERT_TRUE(next->add(parse_pattern(text).value()));
            next->restore_newest(*watch->newest());
            const auto& kept = watch->kept(0);
            ASSERT_TRUE(next->restore(0, {kept.begin(), kept.end()})) << text;
            EXPECT_EQ(next->kept(0), kept);
            watch = std::move(next);
        }
        ASSERT_EQ(parts.matches, whole.matches) << text;
        matched += whole.matches.empty() ? 0 : 1;
    }
    EXPECT_GT(matched, 200U);
    // What is no state of this pattern's is refused.
    RollingMatcher rolling = RollingMatcher::make(parse_pattern(kA).value()).value();
    const Time at = Time::from_seconds(1);
    EXPECT_FALSE(rolling.restore({{at, 1, {1}}}, at)) << "no such part";
    EXPECT_FALSE(rolling.restore({{at, 1, {}}}, at)) << "of no part";
    EXPECT_FALSE(rolling.restore({{at, 1, {0}}, {Time{}, 2, {0}}}, at)) << "not by time";
    EXPECT_TRUE(rolling.restore({{at, 1, {0}}}, at));
}

TEST(Rolling, LooksUpWhatAnObservationConcerns) {
    PatternWatch watch(0);
    for (const char* text :
         {"[file:name = 'a' AND file:size > 3]", "[file:name IN ('x', 'a')]", "[file:name LIKE 'a%']",
          "[file:name = 'a' OR file:size = 7]", "[file:name != 'b']", "[NOT EXISTS file:size]",
          "[file:name = 'b']", "[process:name = 'a']"})
        ASSERT_TRUE(watch.add(parse_pattern(text).value())) << text;
    const Stream stream({{'a', 1}});
    std::set<std::size_t> told;
    const auto tell = [&](std::size_t pattern, auto&&) { told.insert(pattern); };
    watch.see(stream.observations()[0], 0, tell);
    watch.finish(tell);
    EXPECT_EQ(told, (std::set<std::size_t>{1, 2, 3, 4, 5}));
}

// The verdict of a stream is that of match.h over all that went by, and whatever it tells matches alone.
TEST(Rolling, HasTheVerdictOfAllObservationsTogether) {
    Patterns random(20261130);
    std::size_t matched = 0, decided = 0;
    for (int round = 0; round < 20'000; ++round) {
        // A search among many parts and many observations takes its time.
        const bool large = random.one_of(6) == 0;
        const std::string text = random.any(large ? 3 : 2);
        const auto parsed = parse_pattern(text);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message();
        const Matcher matcher = Matcher::compile(*parsed).value();
        const std::int64_t skew = static_cast<std::int64_t>(random.one_of(4));
        const std::vector<Seen> log = random.log(large ? 7 : 11);
        const Stream stream(random.disordered(log, skew));
        const auto whole = matcher.match(stream.observations());
        if (!whole) continue;  // given up
        const Arrival arrival = random.one_of(2) == 0 ? Arrival::kInOrder : Arrival::kAsItHappens;
        const Outcome out = streamed(text, stream, skew, kMaxKept, arrival);
        if (out.watched.rolled.given_up > 0) continue;
        ++decided;
        matched += whole->has_value() ? 1 : 0;
        std::string shown;
        for (const Observation& each : stream.observations())
            shown += fmt::format(" {}@{}", std::string(each.objects[0].object->at("name").get_string()),
                                 each.first.seconds());
        ASSERT_EQ(!out.matches.empty(), whole->has_value()) << text << "\n" << shown << "\nskew " << skew;
        ASSERT_EQ(out.watched.late, 0U);
        std::set<std::uint64_t> used;
        for (const auto& match : out.matches) {
            std::vector<Observation> bound;
            for (const BoundObservation& each : match) {
                EXPECT_TRUE(used.insert(each.number).second) << "bound twice: " << text << "\n" << shown;
                bound.push_back(stream.observations()[each.number]);
            }
            const auto again = matcher.match(bound);
            ASSERT_TRUE(again && *again) << text << "\n" << shown;
        }
    }
    EXPECT_GT(decided, 19'000U);
    EXPECT_GT(matched, decided / 10);
    EXPECT_LT(matched, decided - decided / 10);
}

}  // namespace
}  // namespace comity::intelligence
