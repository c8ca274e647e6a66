#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "json/value.h"

namespace comity::json {
namespace {

TEST(JsonWrite, IsCompactAndKeepsTheOrder) {
    const Value value{{"z", 1}, {"a", {true, nullptr, "x"}}, {"e", Object()}, {"f", Array()}};
    EXPECT_EQ(write(value), R"({"z":1,"a":[true,null,"x"],"e":{},"f":[]})");
}

TEST(JsonWrite, WritesNumbersInTheirShortestForm) {
    EXPECT_EQ(write(1.5), "1.5");
    EXPECT_EQ(write(0.1), "0.1");
    EXPECT_EQ(write(-0.25), "-0.25");
    EXPECT_EQ(write(INT64_MIN), "-9223372036854775808");
    EXPECT_EQ(write(UINT64_MAX), "18446744073709551615");
    EXPECT_EQ(write(1e300), "1e+300");
    EXPECT_EQ(write(5e-324), "5e-324");
}

TEST(JsonWrite, KeepsADoubleADouble) {
    EXPECT_EQ(write(1.0), "1.0");
    EXPECT_EQ(write(-0.0), "-0.0");
    EXPECT_TRUE(parse(write(42.0))->is_double());
    EXPECT_TRUE(std::signbit(parse(write(-0.0))->get_double()));
}

TEST(JsonWrite, WritesNullForWhatIsNoNumber) {
    EXPECT_EQ(write(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(write(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWrite, EscapesOnlyWhatMustBe) {
    EXPECT_EQ(write("\"\\/\b\f\n\r\t\x01\x1f\x7f é😀"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é😀\"");
    EXPECT_EQ(write(Value(std::string_view("a\0b", 3))), R"("a\u0000b")");
    EXPECT_EQ(write(Object{{"a\"b", 1}}), R"({"a\"b":1})");
}

TEST(JsonWrite, IndentsForPeople) {
    const Value value{{"a", {1, 2}}, {"b", Object()}, {"c", {{"d", Array()}}}};
    EXPECT_EQ(write_pretty(value),
              "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": {\n    \"d\": []\n  }\n}\n");
    EXPECT_EQ(write_pretty(7), "7\n");
}

// Any value, of any shape, with any text that is UTF-8.
Value random_value(std::mt19937_64& random, int depth) {
    switch (random() % (depth > 0 ? 8 : 6)) {
        case 0:
            return nullptr;
        case 1:
            return random() % 2 == 0;
        case 2:
            return static_cast<std::int64_t>(random());
        case 3:
            return random() | std::uint64_t{1} << 63;  // parse() takes what fits an int64 as one
        case 4: {
            const double n = std::bit_cast<double>(random());
            return std::isfinite(n) ? n : 0.5;
        }
        case 5: {
            static constexpr std::string_view kCharacters[] = {"a", "\"", "\\", "\n", "\x01",
                                                               "é", "€",  "😀", "/"};
            std::string text;
            for (std::size_t i = random() % 20; i > 0; --i)
                text += kCharacters[random() % std::size(kCharacters)];
            return Value(text);
        }
        case 6: {
            Array array;
            for (std::size_t i = random() % 5; i > 0; --i) array.push_back(random_value(random, depth - 1));
            return array;
        }
        default: {
            Object object;
            for (std::size_t i = random() % 5; i > 0; --i) {
                object[std::to_string(random() % 100)] = random_value(random, depth - 1);
            }
            return object;
        }
    }
}

TEST(JsonWrite, ReadsBackTheSame) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 2'000; ++round) {
        const Value value = random_value(random, 5);
        const std::string text = write(value);
        const auto back = parse(text);
        ASSERT_TRUE(back) << text;
        EXPECT_EQ(*back, value) << text;
        EXPECT_EQ(write(*back), text);
        EXPECT_EQ(*parse(write_pretty(value)), value);
    }
}

TEST(JsonWrite, EveryDoubleReadsBackTheSame) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 100'000; ++round) {
        const double n = std::bit_cast<double>(random());
        if (!std::isfinite(n)) continue;
        const auto back = parse(write(n));
        ASSERT_TRUE(back && back->is_double()) << write(n);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(back->get_double()), std::bit_cast<std::uint64_t>(n))
            << write(n);
    }
}

}  // namespace
}  // namespace comity::json
