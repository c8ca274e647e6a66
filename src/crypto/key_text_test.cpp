#include "crypto/key_text.h"

#include <gmock/gmock.h>

#include "base/encoding.h"

namespace comity::crypto {
namespace {

using testing::HasSubstr;

// C2SP signed-note's example.
constexpr std::string_view kExample = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
// golang.org/x/mod/sumdb/note's example.
constexpr std::string_view kPublic = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kSecret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

TEST(KeyText, ReadsTheSpecificationsKey) {
    const auto key = parse_public_key(kExample);
    ASSERT_TRUE(key) << key.error().message();
    EXPECT_EQ(key->name, "example.com/foo");
    EXPECT_EQ(key->type, KeyType::kEd25519);
    EXPECT_EQ(key->id(), 0x530d903au);
    EXPECT_EQ(key->text(), kExample);
}

TEST(KeyText, ReadsTheSecretKeyOfGosDocuments) {
    const auto secret = parse_secret_key(kSecret);
    ASSERT_TRUE(secret) << secret.error().message();
    EXPECT_EQ(secret->public_part().text(), kPublic);
    EXPECT_EQ(secret->text(), kSecret);
}

TEST(KeyText, WritesBackWhatItRead) {
    for (const KeyType type : {KeyType::kEd25519, KeyType::kEd25519Cosignature}) {
        for (const char* name : {"cert-ke", "example.com/log/1", "сообщество", "社區", "a"}) {
            const NamedSecret secret{name, type, SecretKey::generate()};
            const auto back = parse_secret_key(secret.text());
            ASSERT_TRUE(back) << back.error().message();
            EXPECT_EQ(back->text(), secret.text());
            const auto key = parse_public_key(secret.public_part().text());
            ASSERT_TRUE(key) << key.error().message();
            EXPECT_EQ(*key, secret.public_part());
        }
    }
}

TEST(KeyText, TheIdDependsOnNameTypeAndKey) {
    const PublicKey a = SecretKey::generate().public_key();
    const PublicKey b = SecretKey::generate().public_key();
    EXPECT_NE(key_id("x", KeyType::kEd25519, a), key_id("y", KeyType::kEd25519, a));
    EXPECT_NE(key_id("x", KeyType::kEd25519, a), key_id("x", KeyType::kEd25519Cosignature, a));
    EXPECT_NE(key_id("x", KeyType::kEd25519, a), key_id("x", KeyType::kEd25519, b));
}

TEST(KeyText, RefusesEveryChangeOfACharacter) {
    for (const std::string_view text : {kPublic, kExample}) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (const char c : {'A', 'f', '0', '+', ' ', '\n', '='}) {
                std::string changed(text);
                if (changed[i] == c) continue;
                changed[i] = c;
                EXPECT_FALSE(parse_public_key(changed)) << changed;
            }
        }
    }
    for (std::size_t i = 0; i < kSecret.size(); ++i) {
        std::string changed(kSecret);
        changed[i] = changed[i] == 'B' ? 'C' : 'B';
        EXPECT_FALSE(parse_secret_key(changed)) << changed;
    }
}

TEST(KeyText, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < kPublic.size(); ++size)
        EXPECT_FALSE(parse_public_key(kPublic.substr(0, size)));
    for (std::size_t size = 0; size < kSecret.size(); ++size)
        EXPECT_FALSE(parse_secret_key(kSecret.substr(0, size)));
    EXPECT_FALSE(parse_public_key(std::string(kPublic) + "\n"));
    EXPECT_FALSE(parse_public_key(std::string(kPublic) + "="));
}

TEST(KeyText, RefusesTheBadKeysOfGosTests) {
    for (const char* text :
         {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
          "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
          "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a3",
          "PeterNeumann+c74f20a+3ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "",
          "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        const auto key = parse_public_key(text);
        ASSERT_FALSE(key) << text;
        EXPECT_EQ(key.error().kind, ErrorKind::kInvalid);
    }
}

TEST(KeyText, TellsAPublicKeyFromASecretOne) {
    const auto key = parse_public_key(kSecret);
    ASSERT_FALSE(key);
    EXPECT_THAT(key.error().message(), HasSubstr("this is a secret key"));
    EXPECT_THAT(key.error().message(), testing::Not(HasSubstr("AYEK")));
    EXPECT_FALSE(parse_secret_key(kPublic));
}

TEST(KeyName, HasNoSpaceNoPlusAndNoControlCharacter) {
    for (const char* name : {"a", "cert-ke", "example.com/log", "é", "社區", "😀"})
        EXPECT_TRUE(check_key_name(name)) << name;
    for (const char* name : {"", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2003b", "a\u3000", "\u2028",
                             "a\u0085", "a\x01", "\xff", "a\xc3", "\xed\xa0\x80"}) {
        EXPECT_FALSE(check_key_name(name)) << testing::PrintToString(name);
    }
    EXPECT_FALSE(check_key_name(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace comity::crypto
