#include "crypto/sealing.h"

#include <gtest/gtest.h>

#include <random>

namespace comity::crypto {
namespace {

SecretKey key(std::uint8_t seed) {
    return SecretKey::from_seed(Bytes(32, seed)).value();
}

TEST(Sealing, APasswordOpensWhatItSealed) {
    const auto sealed = seal_with_password("PRIVATE+KEY+cert-ke", "a long password");
    ASSERT_TRUE(sealed) << sealed.error().message();
    EXPECT_EQ(open_with_password(*sealed, "a long password").value(), "PRIVATE+KEY+cert-ke");
    EXPECT_EQ(open_with_password(*sealed, "another").error().kind, ErrorKind::kRefused);
    EXPECT_NE(seal_with_password("PRIVATE+KEY+cert-ke", "a long password").value(), *sealed);
    std::string changed = *sealed;
    changed[changed.size() - 10] = changed[changed.size() - 10] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_with_password(changed, "a long password"));
    EXPECT_EQ(open_with_password("COMITY+SEALED+AAAA", "x").error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(open_with_password("", "x").error().kind, ErrorKind::kInvalid);
}

TEST(Sealing, ASealedTextCannotAskForAllMemory) {
    std::string sealed = seal_with_password("secret", "password").value();
    // Version, then passes and memory: the seventeen bytes after the prefix, of which this is the memory's
    // top.
    sealed.replace(14 + 12, 4, "////");
    EXPECT_EQ(open_with_password(sealed, "password").error().kind, ErrorKind::kInvalid);
}

TEST(Sealing, EachReaderOpensItAndNobodyElse) {
    const std::string content = "the names of those who were called";
    const std::vector<PublicKey> readers{key(1).public_key(), key(2).public_key(), key(3).public_key()};
    const auto sealed = seal_to(readers, as_bytes(content));
    ASSERT_TRUE(sealed) << sealed.error().message();
    for (std::uint8_t n = 1; n <= 3; ++n) {
        const auto opened = open_sealed(*sealed, key(n));
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_EQ(as_text(*opened), content);
    }
    EXPECT_EQ(open_sealed(*sealed, key(4)).error().kind, ErrorKind::kRefused);
    EXPECT_EQ(as_text(*sealed).find("names"), std::string_view::npos);
    EXPECT_EQ(as_text(open_sealed(seal_to(readers, {}).value(), key(1)).value()), "");
    EXPECT_EQ(seal_to({}, as_bytes(content)).error().kind, ErrorKind::kInvalid);
}

TEST(Sealing, WhatWasChangedOrCutOffAnywhereIsRefused) {
    const std::vector<PublicKey> readers{key(1).public_key(), key(2).public_key()};
    const Bytes sealed = seal_to(readers, as_bytes("content")).value();
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        Bytes changed = sealed;
        changed[at] ^= 1;
        EXPECT_FALSE(open_sealed(changed, key(1))) << at;
        EXPECT_FALSE(open_sealed(ByteView(sealed).first(at), key(1))) << at;
    }
    std::mt19937 random(1);
    for (int i = 0; i < 1000; ++i) {
        Bytes noise(random() % 400);
        for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
        EXPECT_FALSE(open_sealed(noise, key(1)));
    }
}

}  // namespace
}  // namespace comity::crypto
