#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

TEST(Random, GivesAsManyBytesAsAsked) {
    EXPECT_TRUE(random_bytes(0).empty());
    EXPECT_EQ(random_bytes(33).size(), 33u);
}

TEST(Random, GivesNewBytesEachTime) {
    std::set<Bytes> seen;
    for (int i = 0; i < 1'000; ++i) seen.insert(random_bytes(16));
    EXPECT_EQ(seen.size(), 1'000u);
}

TEST(Random, GivesTextThatDecodesToTheBytes) {
    EXPECT_EQ(random_text(16).size(), 22u);
    EXPECT_EQ(base64url_decode(random_text(16))->size(), 16u);
}

}  // namespace
}  // namespace comity::crypto
