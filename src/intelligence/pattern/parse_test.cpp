#include <gtest/gtest.h>

#include <random>
#include <string>

#include "intelligence/pattern/pattern.h"

namespace comity::intelligence {
namespace {

std::string outcome(std::string_view text, PatternGrammar grammar = PatternGrammar::k21) {
    const auto pattern = parse_pattern(text, grammar);
    const auto checked = check_pattern(text, grammar);
    EXPECT_EQ(pattern.has_value(), checked.has_value()) << text;
    if (!pattern && !checked) {
        EXPECT_EQ(pattern.error(), checked.error()) << text;
    }
    return pattern ? "ok" : pattern.error().message();
}

// The examples of STIX 2.1 section 9.9 and others in its manner, each with a part of the grammar.
constexpr std::string_view kGood[] = {
    "[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
    R"([email-message:from_ref.value MATCHES '.+\\@example\\.com$' AND email-message:body_multipart[*].body_raw_ref.name MATCHES '^Final Report.+\\.exe$'])",
    "([file:hashes.MD5 = '79054025255fb1a26e4bc422aef54eb4'] FOLLOWEDBY [windows-registry-key:key = "
    "'HKEY_LOCAL_MACHINE\\\\foo\\\\bar']) WITHIN 300 SECONDS",
    "[network-traffic:dst_ref.type = 'domain-name' AND network-traffic:dst_ref.value = 'example.com'] "
    "REPEATS 5 TIMES "
    "WITHIN 1800 SECONDS",
    "[file:mime_type = 'image/bmp' AND file:magic_number_hex = h'ffD8']",
    "[artifact:payload_bin = b'dGVzdA==' OR artifact:payload_bin != b'dGVz']",
    "[file:created = t'2014-01-13T07:03:17Z' AND (file:size > 1.5 OR file:size <= -3)]",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR ipv4-addr:value NOT ISSUPERSET '198.51.100.7']",
    "[process:pid IN (1, +2, -3, .5, +0.25, -.125)] START t'2016-06-01T00:00:00Z' STOP "
    "t'2016-07-01T00:00:00.5Z'",
    "[file:name IN () AND NOT EXISTS file:size AND EXISTS file:hashes]",
    "[x-usb:usbdrive.'serial number'[0][*].x <> true OR x-usb:'a b' == false]",
    "[a:b=1]AND[a:b=2]OR[a:b=3]FOLLOWEDBY([a:b=4]WITHIN 5SECONDS)",
    "[a:b = 1] /* why */ AND // because\n [c:d LIKE 'x%_' /* ' */]",
    "\t[a:b\xc2\xa0=\xe3\x80\x80 'caf\xc3\xa9\\'s \\\\ x'] ",
    "[a:b = t'2016-12-31T23:59:60.123456789012Z']",
    "[a:b = 99999999999999999999999]",
    "([a:b = 1]) WITHIN 5 SECONDS WITHIN 6 SECONDS",
    "[_a-b-:_b = 1]",
};

TEST(Pattern, TakesTheWholeGrammar) {
    for (const std::string_view text : kGood) EXPECT_EQ(outcome(text), "ok") << text;
}

TEST(Pattern, SaysWhereWhatWasFoundAndWhatWasExpected) {
    const std::pair<std::string_view, std::string_view> bad[] = {
        {"",
         R"x(column 1: found the end of the pattern, expected "[", which begins an observation expression, or "(")x"},
        {"file:size = 1",
         R"x(column 1: found "file", expected "[", which begins an observation expression, or "(")x"},
        {"[file:size = ]",
         R"(column 14: found "]", expected a value such as 'text', 42, true, t'2026-11-23T18:52:00Z' or h'c0ff')"},
        {"[file.size = 1]",
         R"(column 6: found ".", expected ":" between the object's type and its property)"},
        {"[file:hashes.SHA-256 = 'x']",
         R"(column 14: found "SHA-256", expected a property's name: write it as 'SHA-256', with quotes)"},
        {"[a:b 1]",
         R"(column 6: found "1", expected a comparison: =, !=, <, <=, >, >=, IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET)"},
        {"[a:b =? 1]", R"(column 7: found "?", which begins nothing that a pattern may hold)"},
        {"[a:b = 'x]", "column 8: the string that begins here has no end: close it with '"},
        {R"([a:b = '\d'])",
         R"(column 9: found "\d", which is no escape: in a string write \' for a quote and \\ for a backslash)"},
        {"[a:b = 1", R"(column 9: found the end of the pattern, expected AND, OR or "]")"},
        {"[a:b = 1]]",
         R"(column 10: found "]", expected AND, OR, FOLLOWEDBY, WITHIN, REPEATS, START or the end of the pattern)"},
        {"[a:b = 1] and [a:b = 2]",
         R"(column 11: found "and", expected AND, OR, FOLLOWEDBY, WITHIN, REPEATS, START or the end of the pattern)"},
        {"[a:b = 1] WITHIN 5 HOURS", R"(column 20: found "HOURS", expected SECONDS)"},
        {"[a:b = 1] WITHIN -5 SECONDS",
         R"(column 18: found "-5", expected a number of seconds greater than 0, such as 5 or 0.5)"},
        {"[a:b = 1] REPEATS 0 TIMES", R"(column 19: found "0", expected how often, a whole number from 1)"},
        {"[a:b > true]",
         R"(column 8: found "true", expected a value that has an order: a number, a string, a time, h'..' or b'..')"},
        {"[a:b LIKE 5]", R"(column 11: found "5", expected a string in quotes, 'text')"},
        {"[NOT a:b = 1]",
         R"(column 6: found "a", expected EXISTS: elsewhere NOT stands behind the object path, as in a:b NOT = 1)"},
        {"[a:b = t'2020-02-30T00:00:00Z']",
         R"(column 8: "2020-02-30T00:00:00Z" is no time: the date is not as RFC 3339 has it: write t'2026-11-23T18:52:00.123Z')"},
        {"[a:b = h'abc']",
         R"(column 8: found "h'abc'", which is no hexadecimal: h'' holds pairs of the digits 0-9 and a-f)"},
        {"[a:b = b'a']",
         R"(column 8: found "b'a'", which is no base64: b'' holds groups of four of its characters)"},
        {"[a:b = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS",
         "column 28: a second WITHIN: put the first and its expression in parentheses (STIX 2.1 section "
         "9.3)"},
        {"[a:b = 1] /* x", "column 11: the comment that begins here has no end: close it with */"},
        {"[a:b = 1]\n AND [\n\xc3\xa9:b = 1]",
         "line 3 column 1: found \"\xc3\xa9\", which begins nothing that a pattern may hold"},
        {"[a:\xff = 1]", "column 4: the text is not UTF-8"},
        {"[a:b IN (1,)]",
         R"x(column 12: found ")", expected a value such as 'text', 42, true, t'2026-11-23T18:52:00Z' or h'c0ff')x"},
        {"[a:b[x] = 1]", R"(column 6: found "x", expected an index: a whole number, or * for any)"},
        {"[a:IN = 1]", R"(column 4: found "IN", expected a property's name: write it as 'IN', with quotes)"},
        {"[a:b = 007]", R"(column 9: found "0", expected AND, OR or "]")"},
    };
    for (const auto& [text, message] : bad) EXPECT_EQ(outcome(text), message) << text;
}

TEST(Pattern, KnowsTheGrammarOf20) {
    constexpr auto k20 = PatternGrammar::k20;
    EXPECT_EQ(outcome("[EXISTS a:b]", k20),
              R"(column 9: found "a", expected ":" between the object's type and its property)");
    EXPECT_EQ(outcome("[a:EXISTS = 1]", k20), "ok");
    EXPECT_EQ(outcome("[a:b = 1] START '2016-06-01T00:00:00Z' STOP '2016-07-01T00:00:00Z'", k20), "ok");
    EXPECT_EQ(outcome("[a:b = 1] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00Z'", k20), "ok");
    EXPECT_NE(outcome("[a:b = 1] START '2016-06-01T00:00:00Z' STOP '2016-07-01T00:00:00Z'"), "ok");
    EXPECT_EQ(outcome("[a:b = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS", k20), "ok");
}

TEST(Pattern, KeepsWhatItSays) {
    const auto pattern = parse_pattern(
        R"([file:hashes.'a\'b'[2].c_ref[*] NOT IN ('x\\y', h'C0ff', 7, -1.5, true, t'1970-01-01T00:00:01Z')])");
    ASSERT_TRUE(pattern) << pattern.error().message();
    ASSERT_EQ(pattern->comparisons.size(), 1u);
    const Comparison& comparison = pattern->comparisons.front();
    EXPECT_EQ(pattern->text(comparison.type), "file");
    EXPECT_EQ(comparison.comparator, Comparator::kIn);
    EXPECT_TRUE(comparison.negated);
    ASSERT_EQ(comparison.path.count, 5u);
    EXPECT_EQ(pattern->text(pattern->steps[0].key), "hashes");
    EXPECT_EQ(pattern->text(pattern->steps[1].key), "a'b");
    EXPECT_EQ(pattern->steps[2].index, 2);
    EXPECT_EQ(pattern->text(pattern->steps[3].key), "c_ref");
    EXPECT_EQ(pattern->steps[4].kind, Step::Kind::kAny);
    ASSERT_EQ(comparison.literals.count, 6u);
    EXPECT_EQ(pattern->text(pattern->literals[0].text), R"(x\y)");
    EXPECT_EQ(pattern->text(pattern->literals[1].text), "\xc0\xff");
    EXPECT_EQ(pattern->literals[2].integer, 7);
    EXPECT_EQ(pattern->literals[3].real, -1.5);
    EXPECT_TRUE(pattern->literals[4].boolean);
    EXPECT_EQ(pattern->literals[5].time, Time::from_seconds(1));
}

// How the expressions join, written with all parentheses.
std::string shape(const Pattern& pattern, std::uint32_t index) {
    const Expression& at = pattern.expressions[index];
    const auto pair = [&](const char* operation) {
        return "(" + shape(pattern, at.left) + operation + shape(pattern, at.right) + ")";
    };
    switch (at.kind) {
        case Expression::Kind::kObservation:
            return std::string(pattern.text(pattern.comparisons[pattern.terms[at.terms.first].left].type));
        case Expression::Kind::kAnd:
            return pair("&");
        case Expression::Kind::kOr:
            return pair("|");
        case Expression::Kind::kFollowedBy:
            return pair(">");
        case Expression::Kind::kWithin:
            return shape(pattern, at.left) + "w";
        case Expression::Kind::kRepeats:
            return shape(pattern, at.left) + "r";
        case Expression::Kind::kStartStop:
            return shape(pattern, at.left) + "s";
    }
    return {};
}

TEST(Pattern, JoinsAndBeforeOrBeforeFollowedByAndToTheLeft) {
    const auto shaped = [](std::string text) {
        std::string full;
        for (const char c : text)
            full += c >= 'a' && c <= 'z' ? std::string("[") + c + ":x=1]" : std::string(1, c);
        const auto pattern = parse_pattern(full);
        EXPECT_TRUE(pattern) << full;
        return pattern ? shape(*pattern, static_cast<std::uint32_t>(pattern->expressions.size() - 1)) : "";
    };
    EXPECT_EQ(shaped("a AND b OR c FOLLOWEDBY d"), "(((a&b)|c)>d)");
    EXPECT_EQ(shaped("a FOLLOWEDBY b OR c AND d"), "(a>(b|(c&d)))");
    EXPECT_EQ(shaped("a OR b OR c"), "((a|b)|c)");
    EXPECT_EQ(shaped("a AND (b OR c)"), "(a&(b|c))");
    EXPECT_EQ(shaped("a AND b WITHIN 5 SECONDS"), "(a&bw)");
    EXPECT_EQ(shaped("(a AND b) WITHIN 5 SECONDS REPEATS 2 TIMES"), "(a&b)wr");
}

TEST(Pattern, RefusesEveryPatternCutShortInsideItsLastWord) {
    for (const std::string_view text : kGood) {
        if (text.find(" AND ") != std::string_view::npos) continue;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto cut = parse_pattern(std::string(text.substr(0, i)));
            // What is left may be a shorter pattern, but only behind a bracket or parenthesis closed or a
            // qualifier.
            if (cut) {
                EXPECT_NE(text.substr(0, i).find(']'), std::string_view::npos) << text.substr(0, i);
            }
        }
    }
}

TEST(Pattern, IsBoundedInSizeAndDepth) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "[a:b=1]" + std::string(depth, ')');
    };
    EXPECT_TRUE(parse_pattern(nested(kMaxPatternDepth)));
    EXPECT_EQ(parse_pattern(nested(kMaxPatternDepth + 1)).error().kind, ErrorKind::kTooLarge);
    EXPECT_EQ(parse_pattern("[" + std::string(100'000, '(')).error().kind, ErrorKind::kTooLarge);
    std::string many = "[a:b=1]";
    for (int i = 0; i < 1000; ++i) many += " OR [a:b=1]";
    EXPECT_EQ(parse_pattern(many).error().kind, ErrorKind::kTooLarge);
    std::string list = "[a:b IN ('x'";
    while (list.size() < kMaxPatternSize - 10) list += ",'yyyy'";
    EXPECT_TRUE(parse_pattern(list + ")]"));
    EXPECT_EQ(parse_pattern(std::string(kMaxPatternSize + 1, ' ')).error().kind, ErrorKind::kTooLarge);
    std::string terms = "[a:b=1";
    for (int i = 0; i < 10'000; ++i) terms += " AND a:b=1";
    EXPECT_TRUE(parse_pattern(terms + "]"));
}

TEST(Pattern, MakesSomethingOfAnyWords) {
    std::mt19937 random(7);
    const std::string_view words[] = {
        "[",      "]",       "(",       ")",     "a",     "a-b",     ":",
        ".",      "'x'",     "1",       "-1",    ".5",    "=",       "!=",
        "<",      "IN",      "NOT",     "LIKE",  "AND",   "OR",      "FOLLOWEDBY",
        "WITHIN", "SECONDS", "REPEATS", "TIMES", "START", "STOP",    "t'2020-01-01T00:00:00Z'",
        "EXISTS", "true",    ",",       "*",     "h'00'", "b'AAAA'", " ",
        "'",      "\\",      "/*",      "*/",    "//",    "\n",      "\xff"};
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        const auto size = random() % 20;
        for (unsigned j = 0; j < size; ++j) text += words[random() % std::size(words)];
        outcome(text);
    }
}

}  // namespace
}  // namespace comity::intelligence
