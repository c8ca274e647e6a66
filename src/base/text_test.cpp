#include "base/text.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

TEST(Shown, LeavesShortTextsAlone) {
    EXPECT_EQ(shown("", 0), "");
    EXPECT_EQ(shown("abc", 3), "abc");
    EXPECT_EQ(shown("\xc3\xa9", 2), "\xc3\xa9");
}

TEST(Shown, CutsOnlyBetweenCharacters) {
    const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x99\x82z";  // 1, 2, 3 and 4 bytes, and 1
    const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (std::size_t max = 0; max < text.size(); ++max)
        EXPECT_EQ(shown(text, max), text.substr(0, ends[max]) + "...") << max;
    EXPECT_EQ(shown("\x80\x80\x80", 2), "...");
}

}  // namespace
}  // namespace comity
