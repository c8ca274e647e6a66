#include "intelligence/match/value.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>

#include "intelligence/indicator/bundle.h"
#include "intelligence/match/address_text.h"
#include "intelligence/match/store.h"

namespace comity::intelligence::match {
namespace {

TEST(Value, ReadsWhatListsHold) {
    const auto text = [](std::string_view entry) {
        const auto value = read_value(entry);
        return value ? std::string(to_string(value->kind)) + " " + value->text : value.error().message();
    };
    EXPECT_EQ(text("hxxp://EVIL[.]com:80/"), "url http://evil.com");
    EXPECT_EQ(text("b\xc3\xbc"
                   "cher.de"),
              "domain xn--bcher-kva.de");
    EXPECT_EQ(text("Me@Evil.com"), "email me@evil.com");
    EXPECT_EQ(text("2A00:1450::0:1"), "ipv6 2a00:1450::1");
    EXPECT_EQ(text("ja3 E7D705A3286E19EA42F587B344EE6865"), "ja3 e7d705a3286e19ea42f587b344ee6865");
    EXPECT_EQ(text("file-name Invoice 7.PDF.exe"), "file-name invoice 7.pdf.exe");
    EXPECT_EQ(text("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
              "wallet bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq");
    for (const std::string_view entry :
         {"ja3 x", "ja4 t13", "file-name a/b.exe", "file-name noending", "file-name x.7z", "ssdeep 3:a:b",
          "wallet 1O0l", "10.0.0.1", "ipv4 evil.com", "", "ipv4", "ipv4 "})
        EXPECT_FALSE(read_value(entry)) << entry;
}

// A list that is shared becomes patterns, and an index is built of those: nothing that a list can say is
// lost.
TEST(Value, WhatAListSaysIsFoundInThePatternThatItBecomes) {
    for (const std::string_view entry :
         {"8.8.8.8", "45.95.168.0/24", "2a00:1450::1", "2a00:1450::/32", "evil.com", "http://evil.com/x'y",
          "me@evil.com", "D41D8CD98F00B204E9800998ECF8427E", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
          "file-name Invoice 7.PDF.exe", "ja3 E7D705A3286E19EA42F587B344EE6865",
          "t13d1516h2_8daaf6152771_e5627efa2ab1", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
          "0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"}) {
        const auto indicator = classify(entry);
        ASSERT_TRUE(indicator) << entry;
        const auto values = pattern_values(pattern_of(*indicator), Spec::k21);
        ASSERT_TRUE(values) << pattern_of(*indicator) << ": " << values.error().message();
        EXPECT_EQ(values->values, std::vector{*value_of(*indicator)}) << entry;
    }
}

// The short way for the usual entry says the same as the long one.
TEST(Value, PlainValuesAreWhatReadValueSays) {
    std::mt19937 random(9);
    const std::string likely = "abcdefxyz0123456789..--_comnetlocaltest";
    std::size_t plain = 0;
    for (int i = 0; i < 200'000; ++i) {
        std::string entry;
        if (i % 3 == 0) {
            for (unsigned n = 1 + random() % 4; n > 0; --n)
                entry += std::to_string(random() % (i % 2 == 0 ? 300 : 100)) + (n > 1 ? "." : "");
        } else if (i % 7 == 0) {
            for (unsigned n = 32; n > 0; --n) entry += "0123456789abcdef"[random() % 16];
        } else {
            for (unsigned n = random() % 16; n > 0; --n) entry += likely[random() % likely.size()];
        }
        const auto kind = plain_value(entry);
        if (!kind) continue;
        ++plain;
        const auto value = read_value(entry);
        ASSERT_TRUE(value) << entry << ": " << value.error().message();
        ASSERT_EQ(value->kind, *kind) << entry;
        ASSERT_EQ(value->text, entry);
    }
    EXPECT_GT(plain, 20'000U);
}

TEST(AddressText, ReadsWhatInetPtonReads) {
    std::mt19937 random(2);
    const std::string likely = "0123456789abcdefF::::...g";
    std::size_t read = 0;
    for (int i = 0; i < 400'000; ++i) {
        std::string text;
        if (i % 2 == 0) {
            for (unsigned n = 1 + random() % 9; n > 0; --n) {
                if (random() % 5 != 0) text += fmt::format("{:x}", random() % 0x11000);
                if (n > 1) text += ":";
            }
            if (random() % 4 == 0)
                text += fmt::format(":{}.{}.{}.{}", random() % 300, random() % 256, random() % 256,
                                    random() % 256);
        } else {
            for (unsigned n = random() % 16; n > 0; --n) text += likely[random() % likely.size()];
        }
        std::array<std::uint8_t, 16> bytes{};
        const bool six = inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
        const auto got = read_address6(text);
        ASSERT_EQ(got.has_value(), six) << text;
        if (six) {
            ASSERT_EQ(*got, bytes) << text;
            ++read;
        }
        in_addr four{};
        const bool is_four = inet_pton(AF_INET, text.c_str(), &four) == 1;
        const auto got4 = read_address4(text);
        ASSERT_EQ(got4.has_value(), is_four) << text;
        if (is_four) {
            ASSERT_EQ(*got4, ntohl(four.s_addr)) << text;
        }
    }
    EXPECT_GT(read, 10'000U);
    EXPECT_EQ(read_address4("255.0.10.1"), 0xff000a01U);
    for (const char* text : {"1.2.3", "1.2.3.4.", "1.2.3.04", "1.2.3.256", "", "1..2.3"})
        EXPECT_FALSE(read_address4(text)) << text;
}

}  // namespace
}  // namespace comity::intelligence::match
