#include "json/fields.h"

#include <gtest/gtest.h>

namespace comity::json {
namespace {

template <typename T>
std::string fault(const Result<T>& result) {
    if (result) return "succeeded";
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
    return result.error().message();
}

class FieldsTest : public testing::Test {
  protected:
    Value value_ =
        *parse(R"({"name":"Ana","size":7,"big":18446744073709551615,"half":0.5,"yes":true,"nothing":null,
        "tags":["a","b"],"mixed":["a",1],"empty":[],"inner":{"x":1},"blank":"","accent":"é"})");
    Fields fields_ = *Fields::of(value_, "body");
};

TEST(Fields, OfWhatIsNoObjectFails) {
    for (const char* text : {"[]", "1", "null", "\"x\""}) {
        EXPECT_EQ(fault(Fields::of(*parse(text), "body")), "body: must be an object");
    }
}

TEST(Fields, AreAskedForByNamesThatNeedNotLast) {
    const Value value = *parse(R"({"one":1,"two":2})");
    Fields fields = *Fields::of(value, "body");
    for (const char* text : {"one", "two"}) {
        const std::string name(text);
        EXPECT_TRUE(fields.integer(name, 0, 9));
    }
    EXPECT_TRUE(fields.nothing_else());
}

TEST_F(FieldsTest, ReadsTextWithinItsSize) {
    EXPECT_EQ(*fields_.text("name", 1, 3), "Ana");
    EXPECT_EQ(fault(fields_.text("name", 4, 9)), "body.name: is too short: 4 bytes at the least");
    EXPECT_EQ(fault(fields_.text("name", 0, 2)), "body.name: is too long: 2 bytes at the most");
    EXPECT_EQ(fault(fields_.text("accent", 0, 1)), "body.accent: is too long: 1 byte at the most");
    EXPECT_EQ(fault(fields_.text("blank", 1, 2)), "body.blank: must not be empty");
    EXPECT_EQ(*fields_.text("blank", 0, 2), "");
    EXPECT_EQ(fault(fields_.text("size", 0, 9)), "body.size: must be a text");
    EXPECT_EQ(fault(fields_.text("nothing", 0, 9)), "body.nothing: must be a text");
    EXPECT_EQ(fault(fields_.text("absent", 0, 9)), "body.absent: is missing");
}

TEST_F(FieldsTest, ReadsOptionalTextAndStillChecksIt) {
    EXPECT_EQ(*fields_.optional_text("absent", 1, 9), std::nullopt);
    EXPECT_EQ(**fields_.optional_text("name", 1, 9), "Ana");
    EXPECT_EQ(fault(fields_.optional_text("size", 1, 9)), "body.size: must be a text");
    EXPECT_EQ(fault(fields_.optional_text("nothing", 1, 9)), "body.nothing: must be a text");
}

TEST_F(FieldsTest, ReadsIntegersWithinTheirRange) {
    EXPECT_EQ(*fields_.integer("size", 7, 7), 7);
    EXPECT_EQ(fault(fields_.integer("size", 8, 9)), "body.size: must be from 8 to 9");
    EXPECT_EQ(fault(fields_.integer("size", 0, 6)), "body.size: must be from 0 to 6");
    EXPECT_EQ(fault(fields_.integer("big", INT64_MIN, INT64_MAX)),
              "body.big: must be from -9223372036854775808 to 9223372036854775807");
    EXPECT_EQ(fault(fields_.integer("half", 0, 1)), "body.half: must be an integer");
    EXPECT_EQ(fault(fields_.integer("name", 0, 1)), "body.name: must be an integer");
    EXPECT_EQ(fault(fields_.integer("yes", 0, 1)), "body.yes: must be an integer");
    EXPECT_EQ(fault(fields_.integer("absent", 0, 1)), "body.absent: is missing");
    EXPECT_EQ(*fields_.optional_integer("absent", 0, 1), std::nullopt);
    EXPECT_EQ(**fields_.optional_integer("size", 0, 9), 7);
    EXPECT_EQ(fault(fields_.optional_integer("size", 0, 1)), "body.size: must be from 0 to 1");
}

TEST_F(FieldsTest, ReadsBooleans) {
    EXPECT_TRUE(*fields_.boolean("yes"));
    EXPECT_TRUE(*fields_.boolean("yes", false));
    EXPECT_TRUE(*fields_.boolean("absent", true));
    EXPECT_FALSE(*fields_.boolean("absent", false));
    EXPECT_EQ(fault(fields_.boolean("absent")), "body.absent: is missing");
    EXPECT_EQ(fault(fields_.boolean("size", true)), "body.size: must be true or false");
}

TEST_F(FieldsTest, ReadsObjectsAndArrays) {
    EXPECT_EQ((*fields_.object("inner"))->size(), 1u);
    EXPECT_EQ(*fields_.optional_object("absent"), nullptr);
    EXPECT_EQ(fault(fields_.object("absent")), "body.absent: is missing");
    EXPECT_EQ(fault(fields_.object("tags")), "body.tags: must be an object");
    EXPECT_EQ((*fields_.array("tags", 1, 2))->size(), 2u);
    EXPECT_EQ(fault(fields_.array("tags", 3, 4)), "body.tags: is too short: 3 elements at the least");
    EXPECT_EQ(fault(fields_.array("tags", 0, 1)), "body.tags: is too long: 1 element at the most");
    EXPECT_EQ(fault(fields_.array("empty", 1, 2)), "body.empty: must not be empty");
    EXPECT_EQ(fault(fields_.array("inner", 1, 2)), "body.inner: must be an array");
    EXPECT_EQ(fault(fields_.array("absent", 0, 2)), "body.absent: is missing");
    EXPECT_EQ(*fields_.optional_array("absent", 1, 2), nullptr);
}

TEST_F(FieldsTest, ReadsArraysOfTexts) {
    EXPECT_EQ(*fields_.texts("tags", 1, 2), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(fault(fields_.texts("mixed", 1, 2)), "body.mixed[1]: must be a text");
    EXPECT_EQ(fault(fields_.texts("absent", 0, 2)), "body.absent: is missing");
    EXPECT_TRUE(fields_.optional_texts("absent", 2)->empty());
    EXPECT_EQ(fault(fields_.optional_texts("tags", 1)), "body.tags: is too long: 1 element at the most");
}

TEST_F(FieldsTest, AKeyThatNobodyAskedForIsAnError) {
    const Value value = *parse(R"({"a":1,"b":2,"c":3})");
    Fields fields = *Fields::of(value, "");
    EXPECT_EQ(fault(fields.nothing_else()), "a: is not known here");
    EXPECT_TRUE(fields.has("b"));  // to look is not to ask
    ASSERT_TRUE(fields.integer("a", 0, 9));
    ASSERT_TRUE(fields.object("absent").error().kind == ErrorKind::kInvalid);
    EXPECT_EQ(fault(fields.nothing_else()), "b: is not known here");
    EXPECT_NE(fields.any("b"), nullptr);
    EXPECT_FALSE(fields.text("c", 0, 9));  // asked for, though it was wrong
    EXPECT_TRUE(fields.nothing_else());
}

}  // namespace
}  // namespace comity::json
