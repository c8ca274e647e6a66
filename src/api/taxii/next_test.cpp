#include "api/taxii/next.h"

#include <gtest/gtest.h>

namespace comity::api::taxii {
namespace {

TEST(Next, IsGoodForTheRequestItWasGivenFor) {
    const auto key = crypto::SecretKey::generate();
    const NextSigner signer(key);
    for (const Time last :
         {Time{0}, Time{1}, Time{-5}, Time{INT64_MAX}, *parse_time("2026-11-23T18:52:00.123456Z")}) {
        const std::string next = signer.sign(last, "objects\nmatch[type]=indicator&");
        EXPECT_EQ(next.size(), 32u);
        const auto opened = signer.open(next, "objects\nmatch[type]=indicator&");
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_EQ(*opened, last);
        EXPECT_FALSE(signer.open(next, "objects\n"));
        EXPECT_FALSE(signer.open(next, ""));
    }
}

TEST(Next, IsTakenByEveryProcessOfTheNodeAndByNoOther) {
    const auto key = crypto::SecretKey::generate();
    const std::string next = NextSigner(key).sign(Time{7}, "x");
    EXPECT_TRUE(NextSigner(key).open(next, "x"));
    EXPECT_FALSE(NextSigner(crypto::SecretKey::generate()).open(next, "x"));
}

TEST(Next, CannotBeMadeUp) {
    const NextSigner signer(crypto::SecretKey::generate());
    const std::string next = signer.sign(Time{1'000'000}, "x");
    for (std::size_t i = 0; i < next.size(); ++i) {
        EXPECT_FALSE(signer.open(next.substr(0, i), "x"));
        std::string changed = next;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(signer.open(changed, "x")) << i;
    }
    for (const std::string_view text : {"", "A", "1", "not base64!", "2026-11-23T18:52:00Z"}) {
        const auto opened = signer.open(text, "x");
        ASSERT_FALSE(opened) << text;
        EXPECT_EQ(opened.error().kind, ErrorKind::kInvalid);
        EXPECT_EQ(opened.error().where, "next");
    }
    EXPECT_FALSE(signer.open(next + "A", "x"));
}

}  // namespace
}  // namespace comity::api::taxii
