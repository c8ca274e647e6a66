#include "base/encoding.h"

#include <gtest/gtest.h>
#include <random>

namespace comity {
namespace {

TEST(Encoding, SpecificationVectors) {  // RFC 4648 section 10
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(base64_encode(as_bytes(plain)), encoded);
        EXPECT_EQ(as_text(base64_decode(encoded).value()), plain);
    }
    EXPECT_EQ(hex_encode(as_bytes("foobar")), "666f6f626172");
}

TEST(Encoding, EveryLengthComesBack) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size < 200; ++size) {
        Bytes bytes(size);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        EXPECT_EQ(hex_decode(hex_encode(bytes)), bytes);
        EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    }
}

TEST(Encoding, OneSpellingOnly) {
    for (const std::string_view text :
         {"Zg", "Zg=", "Zh==", "Zg===", "Z g=", "Zm9v\n", "====", "Zm9v====", "Z-=="}) {
        EXPECT_FALSE(base64_decode(text)) << text;
    }
    for (const std::string_view text : {"Zg==", "Zh", "Z", "Z+", "Zm9vA"})
        EXPECT_FALSE(base64url_decode(text)) << text;
    for (const std::string_view text : {"0", "0G", "AA", " 0", "0x"}) EXPECT_FALSE(hex_decode(text)) << text;
}

TEST(Encoding, WhatDecodesEncodesToTheSame) {
    std::mt19937 random(2);
    static constexpr std::string_view kAlphabet = "ABab01+/-_= ";
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::size_t n = random() % 9; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
        if (const auto bytes = base64_decode(text)) {
            EXPECT_EQ(base64_encode(*bytes), text);
        }
        if (const auto bytes = base64url_decode(text)) {
            EXPECT_EQ(base64url_encode(*bytes), text);
        }
        if (const auto bytes = hex_decode(text)) {
            EXPECT_EQ(hex_encode(*bytes), text);
        }
    }
}

}  // namespace
}  // namespace comity
