#include "intelligence/stix/identifier.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

constexpr std::string_view kText = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

TEST(Uuid, ReadsWhatItWrites) {
    const auto uuid = Uuid::parse(kText);
    ASSERT_TRUE(uuid);
    EXPECT_EQ(uuid->text(), kText);
    EXPECT_EQ(*Uuid::from_bytes(uuid->view()), *uuid);
    EXPECT_FALSE(Uuid::from_bytes(uuid->view().first(15)));
}

TEST(Uuid, IsReadInEitherCaseAndWrittenInOne) {
    const auto uuid = Uuid::parse("8E2E2D2B-17D4-4CBF-938F-98EE46B3CD3F");
    ASSERT_TRUE(uuid);
    EXPECT_EQ(uuid->text(), kText);
}

TEST(Uuid, RefusesEveryOtherForm) {
    for (std::size_t i = 0; i < kText.size(); ++i) {
        EXPECT_FALSE(Uuid::parse(kText.substr(0, i))) << i;
        for (const char c : {'g', 'G', ' ', '\0', '{'}) {
            std::string wrong(kText);
            wrong[i] = c;
            EXPECT_FALSE(Uuid::parse(wrong)) << wrong;
        }
        std::string dash(kText);
        dash[i] = dash[i] == '-' ? '0' : '-';
        EXPECT_FALSE(Uuid::parse(dash)) << dash;
    }
    EXPECT_FALSE(Uuid::parse("8e2e2d2b-17d4-4cbf-c38f-98ee46b3cd3f"));  // a Microsoft variant, not RFC 4122's
}

TEST(Uuid, OfANameIsVersionFive) {
    // The Python documentation's example: uuid5(NAMESPACE_DNS, 'python.org').
    const Uuid dns = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    EXPECT_EQ(Uuid::of_name(dns, "python.org").text(), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

TEST(ObjectId, IsATypeAndAUuid) {
    const std::string text = "x-acme--thing--" + std::string(kText);
    const auto id = ObjectId::parse(text);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->type, "x-acme--thing");
    EXPECT_EQ(id->text(), text);
}

TEST(ObjectId, RefusesWhatIsNone) {
    for (const std::string prefix :
         {"", "--", "ab--", "Indicator--", "1ab--", "a_b--", "indicator-", "indicator", "indi cator--"}) {
        EXPECT_FALSE(ObjectId::parse(prefix + std::string(kText))) << prefix;
    }
    EXPECT_FALSE(ObjectId::parse("indicator--"));
    EXPECT_FALSE(ObjectId::parse("indicator--" + std::string(kText) + "0"));
    EXPECT_FALSE(ObjectId::parse(std::string(251, 'a') + "--" + std::string(kText)));
    EXPECT_TRUE(ObjectId::parse(std::string(250, 'a') + "--" + std::string(kText)));
}

}  // namespace
}  // namespace comity::intelligence
