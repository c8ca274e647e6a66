#include "accounts/name.h"

#include <gtest/gtest.h>

namespace comity::accounts {
namespace {

TEST(AccountName, IsAPersonOfAMember) {
    EXPECT_EQ(member_of("amina@cert-ke").value(), "cert-ke");
    EXPECT_EQ(member_of("a@b").value(), "b");
}

TEST(AccountName, AnythingElseIsRefused) {
    for (const char* name :
         {"", "amina", "@cert-ke", "amina@", "amina@cert@ke", "Amina@cert-ke", "amina@CERT", "a b@c", "a@b ",
          "-a@b", "a-@b", "a@-b", "am\xc3\xafna@b", "a@b\n", "a/b@c"}) {
        EXPECT_FALSE(member_of(name)) << name;
    }
    EXPECT_FALSE(member_of(std::string(65, 'a') + "@b"));
    EXPECT_FALSE(member_of("a@" + std::string(65, 'b')));
    EXPECT_FALSE(member_of(std::string_view("a\0@b", 4)));
}

TEST(Password, NeedsTwelveCharactersNotBytes) {
    EXPECT_TRUE(check_password("twelve chars"));
    EXPECT_FALSE(check_password("eleven char"));
    EXPECT_TRUE(check_password(
        "\xd9\x83\xd9\x84\xd9\x85\xd8\xa9\xd8\xb3\xd8\xb1\xd8\xb7\xd9\x88\xd9\x8a\xd9\x84\xd8\xa9\xd8\xa9"));
    EXPECT_FALSE(check_password("\xd9\x83\xd9\x84\xd9\x85\xd8\xa9\xd8\xb3")) << "twelve bytes, six letters";
    EXPECT_TRUE(check_password(std::string(1024, 'x')));
    EXPECT_FALSE(check_password(std::string(1025, 'x')));
    EXPECT_FALSE(check_password(std::string_view("thirteen\0char", 13)));
}

}  // namespace
}  // namespace comity::accounts
