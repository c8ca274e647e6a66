#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "json/value.h"

namespace comity::json {
namespace {

using testing::HasSubstr;

std::string fault(std::string_view text, std::size_t max_depth = kMaxDepth) {
    const auto value = parse(text, max_depth);
    if (value) return "parsed: " + write(*value);
    EXPECT_EQ(value.error().kind, ErrorKind::kInvalid) << text;
    return value.error().message();
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonParse, ReadsEveryKindOfValue) {
    const auto value = parse(R"( {"a":[null,true,false,-1,18446744073709551615,1.5,"x"],"b":{}} )");
    ASSERT_TRUE(value);
    const Array& array = value->at("a").get_array();
    EXPECT_TRUE(array[0].is_null());
    EXPECT_TRUE(array[1].get_bool());
    EXPECT_FALSE(array[2].get_bool());
    EXPECT_EQ(array[3].get_int64(), -1);
    EXPECT_EQ(array[4].get_uint64(), UINT64_MAX);
    EXPECT_EQ(array[5].get_double(), 1.5);
    EXPECT_EQ(array[6].get_string(), "x");
    EXPECT_TRUE(value->at("b").get_object().empty());
}

TEST(JsonParse, ReadsScalarsAtTheTop) {
    EXPECT_EQ(parse("7")->get_int64(), 7);
    EXPECT_EQ(parse("1.25")->get_double(), 1.25);
    EXPECT_EQ(parse("1e3")->get_double(), 1000);
    EXPECT_EQ(parse("-0.5")->get_double(), -0.5);
    EXPECT_EQ(parse(" \"a\" ")->get_string(), "a");
    EXPECT_TRUE(parse("null")->is_null());
}

TEST(JsonParse, KeepsTheOrderOfKeys) {
    const std::string text = R"({"z":1,"a":2,"m":{"y":1,"b":2}})";
    EXPECT_EQ(write(*parse(text)), text);
}

TEST(JsonParse, RefusesADuplicateKeyAtAnyDepth) {
    EXPECT_EQ(fault(R"({"a":1,"b":2,"a":3})"), R"(line 1 column 16: the key "a" stands twice in one object)");
    EXPECT_THAT(fault(R"([{"x":{"a":1,"a":1}}])"), HasSubstr("stands twice"));
    EXPECT_THAT(fault(R"({"ab":1,"\u0061b":2})"), HasSubstr("stands twice"));
    EXPECT_TRUE(parse(R"({"a":{"a":1},"b":{"a":1}})"));
    std::string many = "{";
    for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_TRUE(parse(many + "\"other\":0}"));
    EXPECT_THAT(fault(many + "\"k57\":0}"), HasSubstr("stands twice"));
}

TEST(JsonParse, ShowsOnlyTheBeginningOfALongKey) {
    const std::string key(1000, 'k');
    const std::string message = fault("{\"" + key + "\":1,\"" + key + "\":1}");
    EXPECT_THAT(message, HasSubstr("...\" stands twice"));
    EXPECT_LT(message.size(), 200u);
    std::string euros;
    for (int i = 0; i < 100; ++i) euros += "€";
    EXPECT_TRUE(
        parse(write(Value(fault("{\"" + euros + "\":1,\"" + euros + "\":1}")))));  // cut between characters
}

TEST(JsonParse, NamesLineAndColumnOfTheFault) {
    EXPECT_THAT(fault("{\n  \"a\": 1,\n  \"b\": x\n}"), HasSubstr("line 3 column 8: unexpected character"));
    EXPECT_THAT(fault("{\"ключ\": x}"), HasSubstr("line 1 column 10: "));
    EXPECT_THAT(fault(""), HasSubstr("line 1 column 1: the text ends too early"));
    EXPECT_THAT(fault("[1,\n2"), HasSubstr("line 2 column 2: the text ends too early"));
    EXPECT_THAT(fault("{} {}"), HasSubstr("line 1 column 4: something follows the value"));
}

TEST(JsonParse, RefusesWhatIsNotJson) {
    for (const char* text : {" ",          "{",
                             "}",          "[1,]",
                             "{\"a\":1,}", "{a:1}",
                             "'a'",        "01",
                             "+1",         "1.",
                             ".5",         "1e",
                             "1e+",        "-",
                             "--1",        "0x1",
                             "NaN",        "Infinity",
                             "-Infinity",  "nul",
                             "True",       "[1 2]",
                             "{\"a\" 1}",  "{\"a\":}",
                             "{1:2}",      "// c\n1",
                             "/* c */1",   "\"\t\"",
                             "\"\\x\"",    "\"\\u12\"",
                             "\"",         "\"\n\"",
                             "[\"a\":1]",  "\xef\xbb\xbf{}",
                             "1 1",        "\v1",
                             "[1]]",       "{\"a\":1}}",
                             ",",          ":",
                             "\"\\",       "\"\\u",
                             "tru e",      "1,2"}) {
        EXPECT_FALSE(parse(text)) << text;
    }
    EXPECT_FALSE(parse(std::string_view("\0", 1)));
    EXPECT_FALSE(parse(std::string_view("\"a\0b\"", 5)));
    EXPECT_FALSE(parse(std::string_view("1\0", 2)));
}

TEST(JsonParse, RefusesBytesThatAreNotUtf8) {
    for (const char* bytes :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3"}) {
        EXPECT_FALSE(parse("\"" + std::string(bytes) + "\"")) << testing::PrintToString(bytes);
        EXPECT_FALSE(parse("{\"" + std::string(bytes) + "\":1}")) << testing::PrintToString(bytes);
    }
    for (const char* text : {"é", "€", "😀", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
        EXPECT_TRUE(parse("\"" + std::string(text) + "\"")) << text;
    }
}

TEST(JsonParse, DecodesEscapesAndRefusesHalfSurrogates) {
    EXPECT_EQ(parse(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")")->get_string(), "\"\\/\b\f\n\r\té😀");
    EXPECT_EQ(parse(R"("\u0000")")->get_string().size(), 1u);
    for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\ud83d")",
                             R"("\ud83d\n")", R"("\ude00\ud83d")"}) {
        EXPECT_FALSE(parse(text)) << text;
    }
    EXPECT_EQ(parse(R"({"\u00e9\ud83d\ude00":1})")->get_object().begin()->key(), "é😀");
}

TEST(JsonParse, RefusesNumbersThatCannotBeHeld) {
    EXPECT_EQ(parse("9223372036854775807")->get_int64(), INT64_MAX);
    EXPECT_EQ(parse("-9223372036854775808")->get_int64(), INT64_MIN);
    EXPECT_EQ(parse("9223372036854775808")->get_uint64(), 9223372036854775808u);
    EXPECT_THAT(fault("18446744073709551616"), HasSubstr("out of range"));
    EXPECT_THAT(fault("-9223372036854775809"), HasSubstr("out of range"));
    EXPECT_THAT(fault("[123456789012345678901234567890]"), HasSubstr("out of range"));
    EXPECT_THAT(fault("1e309"), HasSubstr("out of range"));
    EXPECT_THAT(fault("-1e309"), HasSubstr("out of range"));
    EXPECT_THAT(fault("1e99999999999999999999"), HasSubstr("out of range"));
    EXPECT_EQ(parse("1e-999")->get_double(), 0.0);
    EXPECT_TRUE(std::signbit(parse("-1e-999")->get_double()));
}

TEST(JsonParse, RoundsToTheNearestDouble) {
    EXPECT_EQ(parse("0.1")->get_double(), 0.1);
    EXPECT_EQ(parse("5e-324")->get_double(), 5e-324);
    EXPECT_EQ(parse("1.7976931348623157e308")->get_double(), 1.7976931348623157e308);
    EXPECT_EQ(parse("2.2250738585072011e-308")->get_double(), 2.2250738585072011e-308);
    EXPECT_EQ(parse("9007199254740993.0")->get_double(), 9007199254740992.0);
    EXPECT_EQ(parse("0.500000000000000166533453693773481063544750213623046875")->get_double(),
              0.5000000000000002);
}

TEST(JsonParse, LimitsTheDepth) {
    EXPECT_TRUE(parse(nested(kMaxDepth)));
    EXPECT_THAT(fault(nested(kMaxDepth + 1)), HasSubstr("too many arrays and objects"));
    EXPECT_TRUE(parse(nested(3), 3));
    EXPECT_FALSE(parse(nested(4), 3));
    EXPECT_FALSE(parse(R"({"a":{"b":{"c":{}}}})", 3));
    EXPECT_TRUE(parse(R"({"a":{"b":{"c":1}}})", 3));
    EXPECT_TRUE(parse("1", 0));
    EXPECT_FALSE(parse("[]", 0));
    EXPECT_FALSE(parse(std::string(1'000'000, '[')));
    EXPECT_TRUE(parse("[[],[],[[],[]]]", 3));  // depth, not number
}

TEST(JsonParse, RefusesEveryTruncation) {
    const std::string text = R"({"a":[1,-2.5e3,"é\u00e9\n",true,null],"b":{"c":"d"}})";
    ASSERT_TRUE(parse(text));
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse(std::string_view(text).substr(0, size))) << size;
    }
}

TEST(JsonParse, SurvivesChangedBytes) {
    const std::string text = R"({"a":[1,-2.5e3,"é\u00e9\n",true,null],"b":{"c":"d"}})";
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string changed = text;
        for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
        const auto value = parse(changed);
        if (value) {
            EXPECT_EQ(*parse(write(*value)), *value) << changed;
        }
    }
}

}  // namespace
}  // namespace comity::json
