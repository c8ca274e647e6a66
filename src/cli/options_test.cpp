#include "cli/options.h"

#include <gtest/gtest.h>

namespace comity::cli {
namespace {

using ledger::Tlp;

TEST(AudienceOptions, TheLabelFollowsFromWhoIsNamed) {
    EXPECT_EQ(audience_of({}, "green")->label, Tlp::kGreen);
    EXPECT_EQ(audience_of({.tlp = "clear", .members = {}, .groups = {}, .persons = {}}, "green")->label,
              Tlp::kClear);
    const auto amber = audience_of(
        {.tlp = "", .members = {"kenic"}, .groups = {"cert-ke/responders"}, .persons = {}}, "green");
    EXPECT_EQ(amber->label, Tlp::kAmber);
    EXPECT_EQ(amber->members, std::vector<std::string>{"kenic"});
    EXPECT_EQ(amber->groups, std::vector<std::string>{"cert-ke/responders"});
    EXPECT_EQ(audience_of({.tlp = "amber+strict", .members = {"kenic"}, .groups = {}, .persons = {}}, "green")
                  ->label,
              Tlp::kAmberStrict);
    EXPECT_EQ(
        audience_of({.tlp = "", .members = {}, .groups = {}, .persons = {"amina@kenic"}}, "green")->label,
        Tlp::kRed);
}

TEST(AudienceOptions, NeverWidensByAMistake) {
    EXPECT_FALSE(audience_of({.tlp = "green", .members = {"kenic"}, .groups = {}, .persons = {}}, "green"));
    EXPECT_FALSE(
        audience_of({.tlp = "clear", .members = {}, .groups = {}, .persons = {"amina@kenic"}}, "green"));
    EXPECT_FALSE(audience_of({.tlp = "red", .members = {"kenic"}, .groups = {}, .persons = {}}, "green"));
    EXPECT_FALSE(
        audience_of({.tlp = "", .members = {"kenic"}, .groups = {}, .persons = {"amina@kenic"}}, "green"));
    EXPECT_FALSE(audience_of({.tlp = "", .members = {"No One"}, .groups = {}, .persons = {}}, "green"));
    EXPECT_FALSE(audience_of({.tlp = "white", .members = {}, .groups = {}, .persons = {}}, "green"));
    for (const char* label : {"amber", "amber+strict", "red"}) {
        EXPECT_FALSE(audience_of({.tlp = label, .members = {}, .groups = {}, .persons = {}}, "green"))
            << label << " names nobody";
    }
}

}  // namespace
}  // namespace comity::cli
