#include "intelligence/stix/validate.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

constexpr std::string_view kGood =
    R"({"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"x","tool_types":["hammer"]})";
constexpr std::string_view kWrong = R"({"type":"tool","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3e"})";

TEST(Validate, HoldsEachObjectOfABundleForItself) {
    const std::string bundle =
        R"({"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[)" +
        std::string(kGood) + "," + std::string(kWrong) + ",7," + std::string(kGood) + "]}";
    const auto validation = validate(bundle, false);
    ASSERT_TRUE(validation) << validation.error().message();
    EXPECT_EQ(validation->objects, 4u);
    EXPECT_EQ(validation->wrong, 2u);
    EXPECT_EQ(validation->advice, 0u);
    ASSERT_EQ(validation->verdicts.size(), 2u);
    EXPECT_EQ(validation->verdicts[0].index, 1u);
    EXPECT_EQ(validation->verdicts[0].id, "tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3e");
    EXPECT_EQ(validation->verdicts[1].id, "");
    const auto strict = validate(bundle, true);
    ASSERT_TRUE(strict);
    EXPECT_EQ(strict->advice, 2u);
    EXPECT_EQ(strict->verdicts.size(), 4u);
}

TEST(Validate, TakesOneObjectAndAnEmptyBundle) {
    EXPECT_EQ(validate(kGood, false)->wrong, 0u);
    EXPECT_EQ(validate(kWrong, false)->wrong, 1u);
    EXPECT_EQ(validate(R"({"type":"bundle"})", false)->objects, 0u);
    for (const std::string_view bad : {"", "7", "[", "{\"type\":\"bundle\",\"objects\":7}"})
        EXPECT_FALSE(validate(bad, false)) << bad;
}

}  // namespace
}  // namespace comity::intelligence
