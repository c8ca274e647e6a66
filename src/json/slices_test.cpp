#include "json/slices.h"

#include <gmock/gmock.h>

#include "json/alone.h"
#include "json/value.h"

namespace comity::json {
namespace {

using testing::ElementsAre;

TEST(JsonSlices, GiveTheElementsAsTheyStand) {
    const std::string text =
        R"({"type":"bundle","objects":[ {"id" : "a"} ,{"b":[1, 2]},  7 , "x\n", null,[ ] ]})";
    const auto elements = array_elements(text, "objects");
    ASSERT_TRUE(elements) << elements.error().message();
    EXPECT_THAT(*elements, ElementsAre(R"({"id" : "a"})", R"({"b":[1, 2]})", "7", R"("x\n")", "null", "[ ]"));
}

TEST(JsonSlices, ReferIntoTheDocumentItself) {
    const std::string text = R"({"objects":[{"a":1}]})";
    const auto elements = array_elements(text, "objects");
    ASSERT_TRUE(elements);
    EXPECT_EQ(elements->front().data(), text.data() + 12);
    EXPECT_EQ(member(text, "objects")->data(), text.data() + 11);
}

TEST(JsonSlices, GiveAMemberOfAnyKind) {
    const std::string text =
        "\t{\"a\": {\"x\" :1} ,\r\n \"b\":\"\\\"\" , \"c\":-1.5e3 , \"d\" : [1 , 2]\t}\n";
    EXPECT_EQ(*member(text, "a"), R"({"x" :1})");
    EXPECT_EQ(*member(text, "b"), R"("\"")");
    EXPECT_EQ(*member(text, "c"), "-1.5e3");
    EXPECT_EQ(*member(text, "d"), "[1 , 2]");
}

TEST(JsonSlices, GiveAllMembersInTheirOrder) {
    const auto found = members(R"( {"b":{"x":[1, 2]}, "\u0061" : "\/" ,"":null} )");
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->size(), 3u);
    EXPECT_EQ((*found)[0].name, "b");
    EXPECT_EQ((*found)[0].value, R"({"x":[1, 2]})");
    EXPECT_EQ((*found)[1].name, "a");
    EXPECT_EQ((*found)[1].value, R"("\/")");
    EXPECT_EQ((*found)[2].name, "");
    EXPECT_EQ((*found)[2].value, "null");
    EXPECT_TRUE(members("{}")->empty());
    for (const char* text : {"", "[]", "{", R"({"a":1,"\u0061":2})", R"({"a":[1,]})", R"({"a":1}x)"})
        EXPECT_EQ(members(text).error().kind, ErrorKind::kInvalid) << text;
}

TEST(JsonSlices, SayWhereThereIsNoSuchKey) {
    EXPECT_EQ(member(R"({"a":{"b":1}})", "b").error().kind, ErrorKind::kNotFound);  // only the top object's
    EXPECT_EQ(array_elements("{}", "objects").error().kind, ErrorKind::kNotFound);
    EXPECT_TRUE(array_elements(R"({"objects":[]})", "objects")->empty());
}

TEST(JsonSlices, ReadKeysThroughTheirEscapes) {
    EXPECT_EQ(*member(R"({"\u006fbjects":1})", "objects"), "1");
    EXPECT_EQ(member(R"({"objects":1,"\u006fbjects":2})", "objects").error().kind, ErrorKind::kInvalid);
}

TEST(JsonSlices, RefuseADuplicateKeyInTheTopObject) {
    EXPECT_EQ(array_elements(R"({"objects":[1],"objects":[2]})", "objects").error().kind,
              ErrorKind::kInvalid);
    EXPECT_EQ(member(R"({"a":1,"b":2,"b":3})", "a").error().kind, ErrorKind::kInvalid);
}

TEST(JsonSlices, RefuseWhatIsNoJsonAnywhere) {
    for (const char* text : {"",
                             " ",
                             "[]",
                             "7",
                             "{",
                             "{\"objects\":[1]",
                             "{\"objects\":[1]}x",
                             "{\"objects\":[1]} {}",
                             "{\"bad\":01,\"objects\":[1]}",
                             "{\"objects\":[1],\"bad\":tru}",
                             "{\"objects\":[1,nul]}",
                             "{\"objects\":[{\"a\":\"\\x\"}]}",
                             "{\"objects\":[1],\"s\":\"\xff\"}",
                             "{\"objects\":[1,]}",
                             "{\"objects\":[1 2]}",
                             "{\"objects\":[\"\\ud800\"]}",
                             "{\"objects\":[1e999]}",
                             "{objects:[1]}",
                             "{\"objects\":[[1}]}",
                             "{\"objects\":{\"a\":1}}",
                             "{\"objects\":1}",
                             "{\"objects\":null}"}) {
        const auto elements = array_elements(text, "objects");
        ASSERT_FALSE(elements) << text;
        EXPECT_EQ(elements.error().kind, ErrorKind::kInvalid) << text;
    }
}

TEST(JsonSlices, RefuseEveryTruncation) {
    const std::string text = R"({"type":"bundle","objects":[{"id":"a","n":[1,2.5]},{"id":"é"}],"x":"y"})";
    ASSERT_TRUE(array_elements(text, "objects"));
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(array_elements(std::string_view(text).substr(0, size), "objects")) << size;
    }
}

TEST(JsonSlices, GiveEachElementOfALargeBundle) {
    std::string text = "{\"objects\":[";
    std::vector<std::string> objects;
    for (int i = 0; i < 5'000; ++i) {
        objects.push_back("{\"id\":\"indicator--" + std::to_string(i) +
                          "\",\"name\":\"\\u00e9 ]}\\\" \",\"n\":[" + std::to_string(i) + ",{}]}");
        text += (i == 0 ? "" : " ,\n") + objects.back();
    }
    text += "]}";
    const auto elements = array_elements(text, "objects");
    ASSERT_TRUE(elements);
    ASSERT_EQ(elements->size(), objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
        EXPECT_EQ((*elements)[i], objects[i]);
        EXPECT_TRUE(parse((*elements)[i]));
    }
}

TEST(JsonSlices, LetElementsFailAloneWhereTheirEndsArePlain) {
    const std::string text =
        R"({"more":true,"objects":[{"id":"a"}, {"n":1e999} ,{"s":"\ud800"},-,{"id":"b"}],"next":"x"})";
    EXPECT_FALSE(array_elements(text, "objects"));
    const auto elements = array_elements_alone(text, "objects");
    ASSERT_TRUE(elements) << elements.error().message();
    EXPECT_THAT(*elements,
                ElementsAre(R"({"id":"a"})", R"({"n":1e999})", R"({"s":"\ud800"})", "-", R"({"id":"b"})"));
    for (const std::string_view broken : {(*elements)[1], (*elements)[2], (*elements)[3]})
        EXPECT_FALSE(parse(broken)) << broken;
    const auto all = members_alone(text, "objects");
    ASSERT_TRUE(all) << all.error().message();
    ASSERT_EQ(all->size(), 3u);
    EXPECT_EQ((*all)[2].value, "\"x\"");
    // Anywhere else, and where it is not plain where an element ends, the document is no JSON as before.
    for (const char* wrong :
         {R"({"objects":[{"n":1e999}],"x":1e999})", R"({"x":"\ud800","objects":[1]})",
          R"({"objects":[1e999})", R"({"objects":[1e999,]})", R"({"objects":[1e999 1]})",
          R"({"objects":[{"n":1e999]})", R"({"objects":[[1},1e999]})", R"({"objects":[1e999],"objects":[1]})",
          "{\"objects\":[\"\xff\"]}", R"({"objects":[1e999]}x)", R"({"objects":1e999})", R"([1e999])"}) {
        EXPECT_FALSE(array_elements_alone(wrong, "objects")) << wrong;
        EXPECT_FALSE(members_alone(wrong, "objects")) << wrong;
    }
    EXPECT_EQ(array_elements_alone("{}", "objects").error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(array_elements_alone(R"({"objects":7})", "objects").error().kind, ErrorKind::kInvalid);
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(array_elements_alone(std::string_view(text).substr(0, size), "objects")) << size;
}

}  // namespace
}  // namespace comity::json
