#include "intelligence/indicator/classify.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

using enum IndicatorKind;

struct Case {
    std::string_view entry;
    IndicatorKind kind;
    std::string_view value;
};

TEST(Classify, TellsIndicatorsByWhatTheyLookLike) {
    const std::string md5(32, 'a'), sha1(40, 'b'), sha256(64, 'c'), sha512(128, 'd');
    const Case cases[] = {
        {"8.8.8.8", kIpv4, "8.8.8.8"},
        {"45.95.168.0/24", kIpv4Network, "45.95.168.0/24"},
        {"45.95.168.7/24", kIpv4Network, "45.95.168.0/24"},  // host bits are no part of a network
        {"45.95.168.7/32", kIpv4, "45.95.168.7"},
        {"2A00:1450:4001:0::1", kIpv6, "2a00:1450:4001::1"},
        {"2a00:1450::/32", kIpv6Network, "2a00:1450::/32"},
        {"2a00:1450:1::/32", kIpv6Network, "2a00:1450::/32"},
        {"Evil-Domain.COM", kDomain, "evil-domain.com"},
        {"evil.com.", kDomain, "evil.com"},
        {"_dmarc.under_score.net", kDomain, "_dmarc.under_score.net"},
        {"xn--e1afmkfd.xn--p1ai", kDomain, "xn--e1afmkfd.xn--p1ai"},
        {"пример.рф", kDomain, "пример.рф"},
        {"a.io", kDomain, "a.io"},
        {"3g2upl4pq6kufc4m.onion", kDomain, "3g2upl4pq6kufc4m.onion"},
        {"HTTP://Evil.com/Path?Q=1#f", kUrl, "http://evil.com/Path?Q=1#f"},
        {"https://45.95.168.7:8443/x", kUrl, "https://45.95.168.7:8443/x"},
        {"https://[2a00:1450::1]:8443/", kUrl, "https://[2a00:1450::1]:8443/"},
        {"http://user:pw@evil.com/a@b:c", kUrl, "http://user:pw@evil.com/a@b:c"},
        {"ftp://evil.com", kUrl, "ftp://evil.com"},
        {"Phisher@Evil.com", kEmail, "Phisher@evil.com"},
        {"a+b.c@evil.co.uk", kEmail, "a+b.c@evil.co.uk"},
        {md5, kMd5, md5},
        {sha1, kSha1, sha1},
        {sha256, kSha256, sha256},
        {sha512, kSha512, sha512},
        {"D41D8CD98F00B204E9800998ECF8427E", kMd5, "d41d8cd98f00b204e9800998ecf8427e"},
        {"3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", kSsdeep, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"},
        {"T13D1516H2_8daaf6152771_e5627efa2ab1", kJa4, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
        {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", kWallet, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
        {"3Cg1L1LX174jbK7i8mQoY3FiW7XaDs9oRX", kWallet, "3Cg1L1LX174jbK7i8mQoY3FiW7XaDs9oRX"},
        {"1111111111111111111114oLvT2", kWallet, "1111111111111111111114oLvT2"},
        {"BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", kWallet, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"},
        {"0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", kWallet, "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"},
    };
    for (const Case& each : cases) {
        const auto indicator = classify(each.entry);
        ASSERT_TRUE(indicator) << each.entry << ": " << indicator.error().message();
        EXPECT_EQ(indicator->kind, each.kind) << each.entry;
        EXPECT_EQ(indicator->value, each.value);
        const auto again = classify(indicator->value);  // the normal spelling is its own
        ASSERT_TRUE(again) << indicator->value;
        EXPECT_EQ(*again, *indicator);
    }
}

TEST(Classify, TakesAKindsWordWhereLooksDoNotTell) {
    const std::string sum(32, 'a');
    EXPECT_EQ(classify(sum)->kind, kMd5);
    EXPECT_EQ(*classify("ja3 " + sum), (Indicator{kJa3, sum}));
    EXPECT_EQ(*classify("JA3: " + sum), (Indicator{kJa3, sum}));
    EXPECT_EQ(*classify("file-name  Invoice 7.PDF.exe"), (Indicator{kFileName, "Invoice 7.PDF.exe"}));
    EXPECT_EQ(*classify("domain evil.com"), (Indicator{kDomain, "evil.com"}));
    EXPECT_FALSE(classify("domain 8.8.8.8"));
    EXPECT_FALSE(classify("evil.com and more"));
}

// What only looks like a wallet (one letter is another, or there is one less) is a word like others.
TEST(Classify, AWalletOfBitcoinHasItsCheckSum) {
    const std::string good = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string wrong = good;
        wrong[i] = wrong[i] == '7' ? '8' : '7';
        EXPECT_FALSE(classify(wrong)) << wrong;
        EXPECT_FALSE(classify(std::string(good).erase(i, 1))) << i;
    }
    EXPECT_EQ(*classify_as(kWallet, "7" + good.substr(1)), (Indicator{kWallet, "7" + good.substr(1)}));
}

TEST(Classify, ArmsWhatWasDisarmed) {
    const Case cases[] = {
        {"8[.]8[.]8[.]8", kIpv4, "8.8.8.8"},
        {"8.8.8[.]8", kIpv4, "8.8.8.8"},
        {"evil(.)com", kDomain, "evil.com"},
        {"evil[dot]com", kDomain, "evil.com"},
        {"evil{.}com", kDomain, "evil.com"},
        {"hxxp://evil[.]com/a[.]b", kUrl, "http://evil.com/a[.]b"},  // a path is left as it stands
        {"hXXps[:]//evil[.]com", kUrl, "https://evil.com"},
        {"hxxps[://]evil[.]com/x", kUrl, "https://evil.com/x"},
        {"h**p://evil.com", kUrl, "http://evil.com"},
        {"fxp://evil.com", kUrl, "ftp://evil.com"},
        {"bad[@]evil[.]com", kEmail, "bad@evil.com"},
        {"bad[at]evil[dot]com", kEmail, "bad@evil.com"},
        {"2a00[:]1450::1", kIpv6, "2a00:1450::1"},
    };
    for (const Case& each : cases) {
        const auto indicator = classify(each.entry);
        if (each.entry.find("a[.]b") != std::string_view::npos) {
            // A bracket in a path is no URL's: better refused than changed.
            ASSERT_TRUE(indicator) << indicator.error().message();
        }
        ASSERT_TRUE(indicator) << each.entry << ": " << indicator.error().message();
        EXPECT_EQ(indicator->kind, each.kind) << each.entry;
        EXPECT_EQ(indicator->value, each.value);
    }
}

TEST(Classify, RefusesWhatIsNoIndicator) {
    for (const std::string_view entry : {"",
                                         "word",
                                         "8.8.8",
                                         "8.8.8.256",
                                         "8.8.8.8.8",
                                         "8.8.8.8/33",
                                         "8.8.8.8:443",
                                         "2a00::/129",
                                         "evil..com",
                                         ".evil.com",
                                         "-evil.com",
                                         "evil-.com",
                                         "ev il.com",
                                         "evil.c0m",
                                         "evil.com/path",
                                         "evil.com:80",
                                         "*.evil.com",
                                         "http://",
                                         "http:///x",
                                         "http://word/",
                                         "http://evil.com:port/",
                                         "http://evil.com/<x>",
                                         "http://[::1",
                                         "javascript://evil.com/",
                                         "@evil.com",
                                         "a b@evil.com",
                                         "a@",
                                         "a@word",
                                         "a@@evil.com",
                                         "deadbeef",
                                         "d41d8cd98f00b204e9800998ecf8427",
                                         "g41d8cd98f00b204e9800998ecf8427e",
                                         "evil\xe2\x80\xae.com",
                                         "evil\xff.com",
                                         "evil\x01.com"}) {
        const auto indicator = classify(entry);
        ASSERT_FALSE(indicator) << entry << " is " << to_string(indicator->kind) << " " << indicator->value;
        EXPECT_EQ(indicator.error().kind, ErrorKind::kInvalid) << entry;
        EXPECT_FALSE(indicator.error().what.empty());
    }
    EXPECT_FALSE(classify(std::string(9000, 'a') + ".com"));
    EXPECT_FALSE(classify(std::string(64, 'x') + ".com"));
}

TEST(Classify, SaysWhyAnAddressIsWorthless) {
    for (const std::string_view entry : {"10.1.2.3",
                                         "192.168.0.0/16",
                                         "172.31.255.255",
                                         "127.0.0.1",
                                         "169.254.1.1",
                                         "0.0.0.0",
                                         "224.0.0.1",
                                         "255.255.255.255",
                                         "100.64.0.1",
                                         "192.0.2.1",
                                         "198.51.100.7",
                                         "203.0.113.9",
                                         "198.18.0.1",
                                         "240.0.0.1",
                                         "::1",
                                         "::",
                                         "fe80::1",
                                         "fd00::1",
                                         "ff02::1",
                                         "2001:db8::1",
                                         "::ffff:8.8.8.8",
                                         "0.0.0.0/0",
                                         "8.0.0.0/7",
                                         "2000::/3",
                                         "http://192.168.1.1/",
                                         "http://printer.local/",
                                         "host.localdomain",
                                         "evil.example",
                                         "x.test",
                                         "a@host.internal",
                                         "a.b"}) {
        const auto indicator = classify(entry);
        ASSERT_FALSE(indicator) << entry;
        EXPECT_EQ(indicator.error().kind, ErrorKind::kRefused)
            << entry << ": " << indicator.error().message();
    }
    // Their neighbours are taken.
    for (const std::string_view entry :
         {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "100.63.255.255",
          "100.128.0.0", "223.255.255.255", "2001:db7::1", "2001:db9::1", "fec0::1", "8.0.0.0/8"}) {
        EXPECT_TRUE(classify(entry)) << entry;
    }
}

TEST(ReadList, GoesLineByLine) {
    const auto list = read_list(
        "\xef\xbb\xbf# a list\r\n"
        "\r\n"
        "8.8.8.8   # resolver\r\n"
        "evil.com\t#\tC2\n"
        "  hxxp://evil[.]com/#fragment  \n"
        "10.0.0.1\n"
        "not an indicator\n"
        "EVIL.com\n"
        "word");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->entries.size(), 3u);
    EXPECT_EQ(list->entries[0].line, 3u);
    EXPECT_EQ(list->entries[1].line, 4u);
    EXPECT_EQ(list->entries[2].indicator.value, "http://evil.com/#fragment");
    ASSERT_EQ(list->not_taken.size(), 1u);
    EXPECT_EQ(list->not_taken[0].line, 6u);
    ASSERT_EQ(list->errors.size(), 2u);
    EXPECT_EQ(list->errors[0].line, 7u);
    EXPECT_EQ(list->errors[0].text, "not an indicator");
    EXPECT_EQ(list->errors[1].line, 9u);
    EXPECT_EQ(list->repeated, 1u);
}

TEST(ReadList, TakesNothingFromNothing) {
    for (const std::string_view text : {"", "\n", "#", "\r\n\r\n", " # x", "\xef\xbb\xbf"}) {
        const auto list = read_list(text);
        ASSERT_TRUE(list);
        EXPECT_TRUE(list->entries.empty() && list->errors.empty() && list->not_taken.empty()) << text;
    }
}

TEST(ReadList, SurvivesAnyBytes) {
    unsigned state = 1;
    std::string text;
    for (int i = 0; i < 200000; ++i) {
        state = state * 1664525 + 1013904223;
        const char kLikely[] = "0123456789abcdef.:/[]@#-_ \n\xff\xc3\xa9hxtp";
        text.push_back(kLikely[(state >> 16) % (sizeof kLikely - 1)]);
    }
    const auto list = read_list(text);
    ASSERT_TRUE(list);
    for (const auto& entry : list->entries) {
        const auto again = classify(entry.indicator.value);
        ASSERT_TRUE(again) << entry.indicator.value;
        EXPECT_EQ(*again, entry.indicator);
    }
}

}  // namespace
}  // namespace comity::intelligence
