#include "intelligence/match/recipe.h"

#include <gtest/gtest.h>

#include "intelligence/match/builder.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/increments.h"
#include "testing/folder.h"

namespace comity::intelligence::match {
namespace {

constexpr Time kThen = Time::from_seconds(1'700'000'000);

Recipe some_recipe() {
    Recipe recipe;
    recipe.file_names = true;
    recipe.min_confidence = 60;
    recipe.lists = {"/etc/a list.txt", "/etc/b\".txt"};
    recipe.patterns = {"[domain-name:value LIKE 'x%']"};
    recipe.not_now.add("indicator--1", "is revoked");
    recipe.unwatched.add("10.0.0.1", "is private");
    return recipe;
}

TEST(Recipe, IsReadAsItWasWritten) {
    for (const Recipe& recipe : {Recipe{}, some_recipe()}) {
        const auto again = read_recipe(recipe_text(recipe));
        ASSERT_TRUE(again) << again.error().message();
        EXPECT_EQ(*again, recipe);
    }
    EXPECT_EQ(*read_recipe(""), Recipe{});
}

TEST(Recipe, CutShortOrChangedIsRefused) {
    const std::string text = recipe_text(some_recipe());
    for (std::size_t size = 1; size < text.size(); ++size)
        EXPECT_FALSE(read_recipe(std::string_view(text).substr(0, size))) << size;
    for (const char* bad : {"[]", "{}", R"({"file_names":1})", R"({"file_names":true,"min_confidence":101})",
                            R"({"file_names":true,"unwatched":{"count":-1,"first":[]}})"})
        EXPECT_FALSE(read_recipe(bad)) << bad;
}

// A list may hold any bytes; what an index file keeps of them is read again.
TEST(LeftOut, NamesTheFirstAndCountsTheRest) {
    Recipe recipe;
    for (int i = 0; i < 30; ++i) recipe.unwatched.add("\xff\x01\n" + std::string(300, 'x'), "\xfe");
    EXPECT_EQ(recipe.unwatched.count, 30U);
    EXPECT_EQ(recipe.unwatched.first.size(), kMaxLeftNamed);
    const auto again = read_recipe(recipe_text(recipe));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*again, recipe);
}

TEST(Recipe, OfIncrementsIsTheNewerOne) {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "a.cmx";
    const auto add = [](Builder& builder, std::size_t values) {
        const auto about = builder.add_about({{}, "list", {}, {}, {}, {}});
        for (std::size_t i = 0; i < values; ++i)
            ASSERT_TRUE(builder.add(*read_value("n" + std::to_string(i) + ".com"), about));
    };
    Builder whole(random_seed());
    add(whole, 100);
    whole.set_recipe(recipe_text(some_recipe()));
    ASSERT_TRUE(whole.write(path, kThen));
    // Whether values changed, or only what is said of those that are left out.
    for (const std::size_t values : {101U, 100U}) {
        const auto catalog = Catalog::open(path);
        ASSERT_TRUE(catalog);
        Recipe later = some_recipe();
        later.unwatched.add("9.9.9.9", "x" + std::to_string(values));
        Builder wanted((*catalog)->seed());
        add(wanted, values);
        wanted.set_recipe(recipe_text(later));
        ASSERT_TRUE(write_increments(path, **catalog, wanted, kThen));
        const auto now = Catalog::open(path);
        ASSERT_TRUE(now);
        ASSERT_TRUE((*now)->verify());
        EXPECT_EQ(*read_recipe((*now)->recipe()), later);
    }
}

}  // namespace
}  // namespace comity::intelligence::match
