#include "crypto/secret_sharing.h"

#include <gtest/gtest.h>

#include <set>

#include "base/encoding.h"
#include "crypto/random.h"

namespace comity::crypto {
namespace {

TEST(SecretSharing, AnyThresholdOfThePartsIsTheSecret) {
    const Bytes secret = random_bytes(32);
    const auto parts = split_secret(secret, 3, 5);
    ASSERT_TRUE(parts);
    for (std::size_t a = 0; a < 5; ++a) {
        for (std::size_t b = 0; b < 5; ++b) {
            for (std::size_t c = 0; c < 5; ++c) {
                if (a == b || b == c || a == c) continue;
                EXPECT_EQ(join_secret(std::vector{(*parts)[a], (*parts)[b], (*parts)[c]}), secret);
            }
        }
    }
    EXPECT_NE(join_secret(std::span(*parts).first(2)), secret);
    // All five lie on the same polynomial.
    EXPECT_EQ(join_secret(*parts), secret);
    auto bent = *parts;
    bent[1].bytes[7] ^= 1;
    EXPECT_NE(join_secret(std::span(bent).first(3)), secret);
}

// Worked by hand in the field of AES: 0x53 and 0xca are each other's inverse, so f(x) = 0x42 + 0x53 x.
TEST(SecretSharing, IsOverTheFieldOfAes) {
    EXPECT_EQ(join_secret(std::vector<SecretShare>{{1, {0x42 ^ 0x53}}, {2, {0x42 ^ 0xa6}}}), Bytes{0x42});
    // 0xca * 0x53 = 1: at x = 0xca the polynomial is 0x42 ^ 1.
    EXPECT_EQ(join_secret(std::vector<SecretShare>{{1, {0x42 ^ 0x53}}, {0xca, {0x43}}}), Bytes{0x42});
}

// Of one part of two every byte is as likely for one secret as for another.
TEST(SecretSharing, FewerPartsTellNothing) {
    std::set<std::uint8_t> seen;
    for (int i = 0; i < 10'000 && seen.size() < 256; ++i)
        seen.insert((*split_secret(Bytes{7}, 2, 2))[0].bytes[0]);
    EXPECT_EQ(seen.size(), 256U);
}

TEST(SecretSharing, RefusesWhatIsNoSharing) {
    const Bytes secret{1, 2};
    EXPECT_FALSE(split_secret({}, 1, 1));
    EXPECT_FALSE(split_secret(secret, 0, 3));
    EXPECT_FALSE(split_secret(secret, 4, 3));
    EXPECT_FALSE(split_secret(secret, 2, 256));
    EXPECT_TRUE(split_secret(secret, 255, 255));
    EXPECT_FALSE(join_secret({}));
    EXPECT_FALSE(join_secret(std::vector<SecretShare>{{0, {1}}}));
    EXPECT_FALSE(join_secret(std::vector<SecretShare>{{1, {1}}, {1, {2}}}));
    EXPECT_FALSE(join_secret(std::vector<SecretShare>{{1, {1}}, {2, {1, 2}}}));
    EXPECT_FALSE(join_secret(std::vector<SecretShare>{{1, {}}}));
}

}  // namespace
}  // namespace comity::crypto
