#include "crypto/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace comity::crypto {
namespace {

std::string encode(char32_t c) {  // as the standard's table has it, surrogates not left out
    std::string out;
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | c >> 6);
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | c >> 12);
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xf0 | c >> 18);
        tail(12), tail(6), tail(0);
    }
    return out;
}

TEST(Unicode, ReadsEveryCharacter) {
    for (char32_t c = 0; c <= 0x110010; ++c) {
        const std::string text = encode(c);
        std::size_t at = 0;
        const auto read = next_code_point(text, at);
        if ((c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) {
            ASSERT_FALSE(read) << std::hex << static_cast<unsigned>(c);
        } else {
            ASSERT_TRUE(read && *read == c && at == text.size()) << std::hex << static_cast<unsigned>(c);
        }
    }
}

TEST(Unicode, RefusesOverlongAndCutSequences) {
    for (const char* text :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "a\xff"}) {
        EXPECT_FALSE(is_utf8(text));
    }
    EXPECT_TRUE(is_utf8("aé€😀"));
    EXPECT_TRUE(is_utf8(""));
}

}  // namespace
}  // namespace comity::crypto
