#include "crypto/password.h"

#include <gtest/gtest.h>

namespace comity::crypto {
namespace {

TEST(Password, VerifiesTheOneThatWasHashed) {
    const auto hash = hash_password("correct horse battery staple");
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *hash;
    EXPECT_TRUE(verify_password(*hash, "correct horse battery staple"));
    EXPECT_FALSE(verify_password(*hash, "correct horse battery stapl"));
    EXPECT_FALSE(verify_password(*hash, ""));
    EXPECT_FALSE(verify_password(*hash, "correct horse battery staple "));
    EXPECT_NE(*hash, *hash_password("correct horse battery staple"));  // each has its own salt
}

TEST(Password, TakesEveryByte) {
    const std::string password("a\0b\xff", 4);
    const auto hash = hash_password(password);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(verify_password(*hash, password));
    EXPECT_FALSE(verify_password(*hash, "a"));  // does not end at the NUL
    EXPECT_TRUE(verify_password(*hash_password(""), ""));
}

TEST(Password, VerifiesNothingAgainstWhatIsNoHash) {
    const std::string hash = *hash_password("x");
    EXPECT_FALSE(verify_password("", ""));
    EXPECT_FALSE(verify_password("x", "x"));
    EXPECT_FALSE(verify_password(hash + "A", "x"));
    EXPECT_FALSE(verify_password(hash + std::string("\0", 1), "x"));
    EXPECT_FALSE(verify_password(std::string(1'000, 'a'), "x"));
    for (const std::size_t size : {10u, 40u, 60u, 90u})
        EXPECT_FALSE(verify_password(hash.substr(0, size), "x"));
}

}  // namespace
}  // namespace comity::crypto
