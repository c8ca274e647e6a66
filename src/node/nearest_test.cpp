#include "node/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace comity::node {
namespace {

TEST(EditDistance, CountsInsertionsOmissionsReplacementsAndSwaps) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("port", "port"), 0u);
    EXPECT_EQ(edit_distance("", "port"), 4u);
    EXPECT_EQ(edit_distance("prot", "port"), 1u);
    EXPECT_EQ(edit_distance("prt", "port"), 1u);
    EXPECT_EQ(edit_distance("ports", "port"), 1u);
    EXPECT_EQ(edit_distance("pork", "port"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(EditDistance, IsTheSameBothWays) {
    for (const char* a : {"", "a", "ab", "ba", "abc", "http.port"}) {
        for (const char* b : {"", "b", "ba", "cab", "http.prot"})
            EXPECT_EQ(edit_distance(a, b), edit_distance(b, a));
    }
}

TEST(Nearest, FindsWhatWasMeant) {
    constexpr std::array<std::string_view, 3> kKnown{"http.port", "http.address", "name"};
    EXPECT_EQ(nearest("http.prot", kKnown), "http.port");
    EXPECT_EQ(nearest("http.adress", kKnown), "http.address");
    EXPECT_EQ(nearest("nmae", kKnown), "name");
}

TEST(Nearest, SaysNothingRatherThanNonsense) {
    constexpr std::array<std::string_view, 2> kKnown{"http.port", "id"};
    EXPECT_EQ(nearest("colour", kKnown), std::nullopt);
    EXPECT_EQ(nearest("xy", kKnown), std::nullopt) << "every letter differs";
    EXPECT_EQ(nearest(std::string(1'000'000, 'x'), kKnown), std::nullopt);
    EXPECT_EQ(nearest("port", {}), std::nullopt);
}

}  // namespace
}  // namespace comity::node
