#include "crypto/ed25519.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

Bytes hex(std::string_view text) {
    return *hex_decode(text);
}

struct Vector {
    const char* seed;
    const char* public_key;
    const char* message;
    const char* signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe24"
     "655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302aee"
     "b00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28d"
     "c027beceea1ec40a"},
};

TEST(Ed25519, GivesTheRfcsVectors) {
    for (const Vector& vector : kVectors) {
        const auto secret = SecretKey::from_seed(hex(vector.seed));
        ASSERT_TRUE(secret);
        EXPECT_EQ(hex_encode(secret->public_key().bytes), vector.public_key);
        EXPECT_EQ(hex_encode(secret->seed()), vector.seed);
        const Signature signature = secret->sign(hex(vector.message));
        EXPECT_EQ(hex_encode(signature.bytes), vector.signature);
        EXPECT_TRUE(verify(*PublicKey::from_bytes(hex(vector.public_key)), hex(vector.message), signature));
    }
}

TEST(Ed25519, NoBitOfASignedMessageCanChange) {
    const SecretKey secret = SecretKey::generate();
    Bytes message = to_bytes(as_bytes("the ninth of November"));
    Signature signature = secret.sign(message);
    PublicKey key = secret.public_key();
    ASSERT_TRUE(verify(key, message, signature));
    const auto no_bit = [&](std::span<std::uint8_t> bytes) {
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            EXPECT_FALSE(verify(key, message, signature)) << bit;
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        }
    };
    no_bit(message);
    no_bit(signature.bytes);
    no_bit(key.bytes);
    EXPECT_FALSE(verify(key, ByteView(message).first(message.size() - 1), signature));
    EXPECT_TRUE(verify(key, message, signature));
}

TEST(Ed25519, RefusesWhatIsNoKey) {
    EXPECT_FALSE(PublicKey::from_bytes({}));
    EXPECT_FALSE(PublicKey::from_bytes(Bytes(31, 1)));
    EXPECT_FALSE(PublicKey::from_bytes(Bytes(33, 1)));
    EXPECT_FALSE(PublicKey::from_bytes(Bytes(32, 0)));     // of small order
    EXPECT_FALSE(PublicKey::from_bytes(Bytes(32, 0xff)));  // over the field's prime
    Bytes one(32, 0);
    one[0] = 1;
    EXPECT_FALSE(
        PublicKey::from_bytes(one));  // the neutral element: a signature of its would fit every message
    EXPECT_FALSE(Signature::from_bytes(Bytes(63)));
    EXPECT_FALSE(Signature::from_bytes(Bytes(65)));
    EXPECT_FALSE(SecretKey::from_seed(Bytes(31)));
    EXPECT_FALSE(SecretKey::from_seed(Bytes(64)));
}

TEST(Ed25519, RefusesASecondSignatureMadeFromTheFirst) {
    // s + L signs the same message where s is not checked to be under the group's order L.
    const SecretKey secret = SecretKey::generate();
    Signature signature = secret.sign(as_bytes("x"));
    const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{signature.bytes[32 + i]} + order[i];
        signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    EXPECT_FALSE(verify(secret.public_key(), as_bytes("x"), signature));
}

TEST(SecretKey, CopiesAndMovesItself) {
    SecretKey a = SecretKey::generate();
    const PublicKey key = a.public_key();
    SecretKey copy = a;
    EXPECT_EQ(copy.public_key(), key);
    SecretKey moved = std::move(a);
    EXPECT_EQ(moved.public_key(), key);
    copy = SecretKey::generate();
    EXPECT_NE(copy.public_key(), key);
    copy = std::move(moved);
    EXPECT_TRUE(verify(key, as_bytes("m"), copy.sign(as_bytes("m"))));
    SecretKey& itself = copy;
    copy = std::move(itself);
    EXPECT_EQ(copy.public_key(), key);
}

TEST(SecretKey, GeneratesADifferentOneEachTime) {
    EXPECT_NE(SecretKey::generate().public_key(), SecretKey::generate().public_key());
}

}  // namespace
}  // namespace comity::crypto
