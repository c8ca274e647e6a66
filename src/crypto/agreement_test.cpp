#include "crypto/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace comity::crypto {
namespace {

using ::testing::HasSubstr;

// RFC 7748, section 6.1.
TEST(Agreement, IsThatOfTheSpecification) {
    const auto alice = AgreementSecret::from_bytes(
        *hex_decode("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    const auto bob = AgreementSecret::from_bytes(
        *hex_decode("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    ASSERT_TRUE(alice && bob);
    EXPECT_EQ(hex_encode(alice->public_key().bytes),
              "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    EXPECT_EQ(*alice->agree(bob->public_key(), {}),
              sha256(*hex_decode("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")));
}

TEST(Agreement, IsTheSameForBothAndForNobodyElse) {
    const auto one = AgreementSecret::generate();
    const auto two = AgreementSecret::generate();
    const auto other = AgreementSecret::generate();
    const auto here = one.agree(two.public_key(), as_bytes("week"));
    const auto there = two.agree(one.public_key(), as_bytes("week"));
    ASSERT_TRUE(here && there);
    EXPECT_EQ(*here, *there);
    EXPECT_NE(*here, *other.agree(one.public_key(), as_bytes("week")));
    EXPECT_NE(*here, *one.agree(two.public_key(), as_bytes("another week")));
}

TEST(Agreement, RefusesKeysThatAgreeWithEverybodyOnTheSame) {
    for (const std::string_view low : {"0000000000000000000000000000000000000000000000000000000000000000",
                                       "0100000000000000000000000000000000000000000000000000000000000000",
                                       "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                       "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        const auto key = AgreementKey::from_bytes(*hex_decode(low));
        ASSERT_FALSE(key) << low;
        EXPECT_THAT(key.error().message(), HasSubstr("make a new one"));
    }
    EXPECT_FALSE(AgreementKey::from_bytes(Bytes(31)));
    EXPECT_FALSE(AgreementSecret::from_bytes(Bytes(33)));
    const auto good = AgreementSecret::generate().public_key();
    EXPECT_TRUE(AgreementKey::from_bytes(good.bytes));
}

// RFC 8439, appendix A.1, the first: a key and a nonce of zeros.
TEST(Agreement, StreamsAsChaCha20) {
    EXPECT_EQ(hex_encode(stream_of(Digest{}, 16)), "76b8e0ada0f13d90405d6ae55386bd28");
    EXPECT_EQ(stream_of(sha256(as_bytes("x")), 1000).size(), 1000U);
}

}  // namespace
}  // namespace comity::crypto
