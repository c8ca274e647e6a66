#include "intelligence/pattern/compare.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

// Does `[x:p COMPARISON]` hold for the value of a property with that name?
bool holds(std::string_view comparison, std::string_view json, std::string_view property = "p") {
    const auto pattern = parse_pattern("[x:p " + std::string(comparison) + "]");
    EXPECT_TRUE(pattern) << comparison << ": " << pattern.error().message();
    const Comparison& only = pattern->comparisons.front();
    std::optional<Expectation> expectation;
    if (only.comparator == Comparator::kMatches)
        expectation = Expectation::compile(pattern->text(pattern->literals.front().text)).value();
    const json::Value value = json::parse(json).value();
    return intelligence::holds(*pattern, only, expectation ? &*expectation : nullptr,
                               observe(property, value));
}

TEST(Compare, ComparesNumbersExactly) {
    EXPECT_TRUE(holds("= 7", "7"));
    EXPECT_TRUE(holds("= 7.0", "7"));
    EXPECT_TRUE(holds("= 7", "7.0"));
    EXPECT_TRUE(holds("!= 7", "7.5"));
    EXPECT_TRUE(holds("> 7", "7.5"));
    EXPECT_TRUE(holds("< 7.5", "7"));
    EXPECT_TRUE(holds("= 9007199254740993", "9007199254740993"));
    EXPECT_FALSE(holds("= 9007199254740992.0", "9007199254740993"));  // which a double can't tell apart
    EXPECT_TRUE(holds("< 9007199254740992.0", "9007199254740991"));
    EXPECT_TRUE(holds("> -9223372036854775808", "18446744073709551615"));
    EXPECT_TRUE(holds("< 99999999999999999999", "9223372036854775807"));
    EXPECT_TRUE(holds(">= -0.5", "0"));
}

TEST(Compare, TakesOtherKindsAsUnequalAndWithoutOrder) {
    for (const char* other : {"\"7\"", "true", "null", "[7]", "{\"a\":7}"}) {
        EXPECT_FALSE(holds("= 7", other)) << other;
        EXPECT_TRUE(holds("!= 7", other)) << other;
        EXPECT_FALSE(holds("> 7", other)) << other;
        EXPECT_FALSE(holds("NOT > 7", other)) << other;
        EXPECT_FALSE(holds("IN (7)", other)) << other;
        EXPECT_TRUE(holds("NOT IN (7)", other)) << other;
    }
    EXPECT_TRUE(holds("= true", "true"));
    EXPECT_FALSE(holds("= true", "1"));
    EXPECT_FALSE(holds("NOT = true", "true"));
}

TEST(Compare, ComparesTextsByTheirCharacters) {
    EXPECT_TRUE(holds("= 'abc'", R"("abc")"));
    EXPECT_FALSE(holds("= 'abc'", R"("ABC")"));
    EXPECT_TRUE(holds("< 'b'", R"("abc")"));
    EXPECT_TRUE(holds("> 'z'", R"("é")"));
    EXPECT_TRUE(holds("< '\xf0\x9f\x98\x80'", R"("\uffee")"));  // by code point, not by UTF-16
}

TEST(Compare, ComparesTimesAsInstants) {
    EXPECT_TRUE(holds("= t'2020-01-01T00:00:00Z'", R"("2020-01-01T00:00:00.000Z")"));
    EXPECT_TRUE(holds("< t'2020-01-01T00:00:00Z'", R"("2019-12-31T23:59:59.999999Z")"));
    EXPECT_FALSE(holds("< t'2020-01-01T00:00:00Z'", R"("yesterday")"));
    EXPECT_TRUE(holds("!= t'2020-01-01T00:00:00Z'", R"("yesterday")"));
}

TEST(Compare, ComparesBytes) {
    EXPECT_TRUE(holds("= h'ffd8'", R"("FFd8")", "magic_number_hex"));
    EXPECT_TRUE(holds("= b'/9g='", R"("ffd8")", "magic_number_hex"));
    EXPECT_TRUE(holds("= 'test'", R"("dGVzdA==")", "payload_bin"));
    EXPECT_TRUE(holds("= '\xc3\xbf'", R"("ff")", "x_hex"));           // U+00FF stands for the byte
    EXPECT_FALSE(holds("= '\xe2\x82\xac'", R"("e282ac")", "x_hex"));  // U+20AC for none
    EXPECT_TRUE(holds("> h'00'", R"("ab")"));
    EXPECT_TRUE(holds("MATCHES '^\\\\xff.$'", R"("ffd8")", "x_hex"));
    EXPECT_TRUE(holds("LIKE 't_st'", R"("dGVzdA==")", "x_bin"));
    EXPECT_TRUE(holds("= 'no hex'", R"("no hex")", "x_hex"));
}

TEST(Compare, LikeTakesAnyTextForPercentAndOneCharacterForUnderscore) {
    EXPECT_TRUE(like("abc", "abc"));
    EXPECT_TRUE(like("abc", "a%"));
    EXPECT_TRUE(like("abc", "%c"));
    EXPECT_TRUE(like("abc", "%"));
    EXPECT_TRUE(like("", "%"));
    EXPECT_TRUE(like("", ""));
    EXPECT_FALSE(like("", "_"));
    EXPECT_TRUE(like("é", "_"));
    EXPECT_TRUE(like("\xf0\x9f\x98\x80z", "_z"));
    EXPECT_FALSE(like("abc", "ab"));
    EXPECT_FALSE(like("abc", "bc"));
    EXPECT_TRUE(like("abcabd", "%ab_"));
    EXPECT_TRUE(like("a.c", "a.c"));
    EXPECT_FALSE(like("abc", "a.c"));
    EXPECT_TRUE(like("a%", "%%%a%%"));
    EXPECT_TRUE(like("mississippi", "%iss%ip%"));
    EXPECT_FALSE(like("mississippi", "%iss%ipx%"));
    // What takes exponential time when done by trying: done at once here.
    std::string many;
    for (int i = 0; i < 500; ++i) many += "a%";
    EXPECT_FALSE(like(std::string(20'000, 'a'), many + "b"));
}

TEST(Compare, KnowsSubnetsOfBothFamilies) {
    EXPECT_TRUE(is_subset("198.51.100.7", "198.51.100.0/24"));
    EXPECT_TRUE(is_subset("198.51.100.7", "198.51.100.200/24"));
    EXPECT_TRUE(is_subset("198.51.100.0/25", "198.51.100.0/24"));
    EXPECT_FALSE(is_subset("198.51.100.0/23", "198.51.100.0/24"));
    EXPECT_FALSE(is_subset("198.51.101.7", "198.51.100.0/24"));
    EXPECT_TRUE(is_subset("198.51.100.7", "198.51.100.7"));
    EXPECT_TRUE(is_subset("1.2.3.4", "0.0.0.0/0"));
    EXPECT_TRUE(is_subset("2001:db8::1", "2001:0DB8:0::/33"));
    EXPECT_FALSE(is_subset("2001:db8:8000::1", "2001:db8::/33"));
    EXPECT_FALSE(is_subset("198.51.100.7", "::/0"));
    for (const char* wrong :
         {"", "x", "1.2.3", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/8/8", "::/129", "1.2.3.256"}) {
        EXPECT_FALSE(is_subset(wrong, "0.0.0.0/0")) << wrong;
        EXPECT_FALSE(is_subset("1.2.3.4", wrong)) << wrong;
    }
    EXPECT_TRUE(holds("ISSUPERSET '198.51.100.7'", R"("198.51.100.0/24")"));
    EXPECT_TRUE(holds("NOT ISSUBSET '198.51.100.0/24'", R"("203.0.113.9")"));
}

TEST(Compare, SearchesRegularExpressionsInBoundedTime) {
    EXPECT_TRUE(holds("MATCHES 'b+'", R"("abbbc")"));
    EXPECT_FALSE(holds("MATCHES '^b+$'", R"("abbbc")"));
    EXPECT_TRUE(holds("MATCHES '^.$'", R"("é")"));
    EXPECT_FALSE(holds("MATCHES '7'", "7"));
    EXPECT_TRUE(holds("NOT MATCHES '7'", "7"));
    EXPECT_FALSE(holds("MATCHES '(a+)+$'", "\"" + std::string(20'000, 'a') + "!\""));
    const auto refused = Expectation::compile("(a)\\1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "MATCHES '(a)\\1'");
    EXPECT_FALSE(Expectation::compile("((a{100}){100}){100}"));
}

}  // namespace
}  // namespace comity::intelligence
