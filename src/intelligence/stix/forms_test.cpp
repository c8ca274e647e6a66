#include "intelligence/stix/forms.h"

#include <gtest/gtest.h>

#include <string>

#include "intelligence/stix/relationships.h"
#include "intelligence/stix/vocabulary.h"

namespace comity::intelligence {
namespace {

TEST(Forms, KnowHexadecimalAndBase64) {
    for (const char* good : {"", "00", "aF09"}) EXPECT_TRUE(is_hex(good)) << good;
    for (const char* bad : {"0", "0g", "0x00", " 00"}) EXPECT_FALSE(is_hex(bad)) << bad;
    for (const char* good : {"", "QQ==", "QUI=", "QUJD", "+/+/"}) EXPECT_TRUE(is_base64(good)) << good;
    for (const char* bad : {"Q", "QQ=", "Q===", "QQ=Q", "-_-_", "QQ==QQ==", "===="})
        EXPECT_FALSE(is_base64(bad)) << bad;
}

TEST(Forms, KnowLanguages) {
    for (const char* good : {"en", "fr-CA", "zh-Hans-CN", "x-own", "i-klingon", "es-419"})
        EXPECT_TRUE(is_language(good)) << good;
    for (const char* bad : {"", "e", "en-", "-en", "en_US", "e1", "x", "abcdefghi", "en--US"})
        EXPECT_FALSE(is_language(bad)) << bad;
}

TEST(Forms, KnowNames) {
    EXPECT_TRUE(is_property_name("abc_0"));
    for (const char* bad : {"", "ab", "Abc", "a-b", "a b"}) EXPECT_FALSE(is_property_name(bad)) << bad;
    EXPECT_FALSE(is_property_name(std::string(251, 'a')));
    EXPECT_TRUE(is_dictionary_key("A-b_0", 1));
    EXPECT_FALSE(is_dictionary_key("", 1));
    EXPECT_FALSE(is_dictionary_key("a.b", 1));
}

TEST(Forms, KnowHashes) {
    EXPECT_EQ(wrong_hash("MD5", std::string(32, 'A')), "");
    EXPECT_EQ(wrong_hash("MD5", std::string(31, 'a')), "32 hexadecimal digits");
    EXPECT_EQ(wrong_hash("SHA3-512", std::string(128, 'g')), "128 hexadecimal digits");
    EXPECT_EQ(wrong_hash("TLSH", "T1" + std::string(70, 'a')), "");
    EXPECT_NE(wrong_hash("TLSH", "abc"), "");
    EXPECT_EQ(wrong_hash("anything", "?"), "");
}

TEST(Vocabulary, FindsWholeWords) {
    EXPECT_TRUE(has_word(vocabulary("opinion"), "agree"));
    EXPECT_TRUE(has_word(vocabulary("opinion"), "strongly-agree"));
    EXPECT_FALSE(has_word(vocabulary("opinion"), "strongly"));
    EXPECT_FALSE(has_word(vocabulary("opinion"), "agree neutral"));
    EXPECT_FALSE(has_word(vocabulary("opinion"), ""));
    EXPECT_EQ(vocabulary("nothing"), "");
}

TEST(Relationships, AreThoseOfTheSpecification) {
    EXPECT_TRUE(is_told_relationship("indicator", "indicates", "malware"));
    EXPECT_FALSE(is_told_relationship("malware", "indicates", "indicator"));
    EXPECT_TRUE(is_told_relationship("file", "related-to", "tool"));
    EXPECT_TRUE(is_told_relationship("tool", "derived-from", "tool"));
    EXPECT_FALSE(is_told_relationship("tool", "derived-from", "malware"));
}

}  // namespace
}  // namespace comity::intelligence
