#include "intelligence/search/term.h"

#include <gtest/gtest.h>

#include <random>

namespace comity::intelligence::search {
namespace {

std::string only(std::string_view text) {
    const auto terms = value_terms(text);
    EXPECT_FALSE(terms.empty()) << text;
    return terms.empty() ? "" : terms.front();
}

bool finds(std::string_view question, std::string_view value) {
    const std::string term = only(value);
    for (const TermRange& range : value_ranges(question)) {
        if (range.holds(term)) return true;
    }
    return false;
}

TEST(SearchTerms, GiveOneValueOneSpelling) {
    const std::vector<std::vector<std::string_view>> same = {
        {"evil.example.com", "EVIL.example.COM", "evil.example.com.", "evil[.]example[.]com",
         "evil(dot)example.com", "  evil.example.com "},
        {"198.51.100.7", "198[.]51[.]100[.]7", "198.51.100.7/32", "::ffff:198.51.100.7", "::FFFF:C633:6407"},
        {"2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8:0000::0001", "[2001:db8::1]", "2001:db8::1/128"},
        {"198.51.100.0/24", "198.51.100.77/24"},
        {"http://evil.example.com/", "hxxp://evil[.]example[.]com", "HTTP://EVIL.EXAMPLE.COM:80/",
         "http://evil.example.com."},
        {"https://evil.example.com/A?b#c", "hxxps[:]//evil.example.com:443/A?b#c"},
        {"xn--bcher-kva.example", "bücher.example", "BÜCHER.example."},
        {"xn--e1afmkfd.xn--p1ai", "пример.рф", "ПРИМЕР.рф"},
        {"amina@evil.example", "amina[@]evil[.]example", "AMINA@Evil.example", "amina[at]evil.example"},
        {"d41d8cd98f00b204e9800998ecf8427e", "D41D8CD98F00B204E9800998ECF8427E"},
        {"CVE-2026-1234", "cve-2026-1234"},
    };
    for (std::size_t i = 0; i < same.size(); ++i) {
        for (const std::string_view spelling : same[i]) {
            EXPECT_EQ(only(spelling), only(same[i].front())) << spelling;
            EXPECT_TRUE(finds(spelling, same[i].front())) << spelling;
        }
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(only(same[i].front()), only(same[j].front()));
    }
    EXPECT_NE(only("https://evil.example.com/a"), only("https://evil.example.com/A"));
    EXPECT_NE(only("http://evil.example.com:8080/"), only("http://evil.example.com/"));
}

TEST(SearchTerms, FindAnAddressInWhatHoldsItAndANetworkByWhatLiesInIt) {
    EXPECT_TRUE(finds("198.51.100.7", "198.51.100.0/24"));
    EXPECT_TRUE(finds("198.51.100.7", "0.0.0.0/0"));
    EXPECT_FALSE(finds("198.51.100.7", "198.51.101.0/24"));
    EXPECT_TRUE(finds("198.51.100.0/24", "198.51.100.7"));
    EXPECT_TRUE(finds("198.51.100.0/24", "198.51.100.128/25"));
    EXPECT_TRUE(finds("198.51.100.0/24", "198.51.0.0/16"));
    EXPECT_TRUE(finds("198.51.100.0/24", "198.51.100.0/24"));
    EXPECT_FALSE(finds("198.51.100.0/24", "198.51.101.1"));
    EXPECT_TRUE(finds("2001:db8::/32", "2001:db8:ffff::1"));
    EXPECT_FALSE(finds("2001:db8::/32", "198.51.100.7"));
    EXPECT_TRUE(finds("::/0", "2001:db8::"));
}

// Against arithmetic, for addresses and networks by chance.
TEST(SearchTerms, KnowOfTwoNetworksWhetherTheyHaveSomethingInCommon) {
    std::mt19937 random(5);
    struct Net {
        std::uint32_t base;
        unsigned length;
        std::string text() const {
            std::string out;
            for (int shift = 24; shift >= 0; shift -= 8)
                out += (shift == 24 ? "" : ".") + std::to_string(base >> shift & 0xff);
            return length == 32 ? out : out + "/" + std::to_string(length);
        }
    };
    const auto mask = [](unsigned length) { return length == 0 ? 0U : ~0U << (32 - length); };
    const auto any = [&] {
        const unsigned length = random() % 3 == 0 ? 32 : random() % 33;
        const auto bits = static_cast<std::uint32_t>(random() % 4 == 0 ? random() : random() % 1024);
        return Net{(0xc6336400U ^ bits) & mask(length), length};
    };
    std::size_t common = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Net a = any();
        const Net b = any();
        const std::uint32_t both = mask(std::min(a.length, b.length));
        const bool expected = (a.base & both) == (b.base & both);
        common += expected;
        ASSERT_EQ(finds(a.text(), b.text()), expected) << a.text() << " " << b.text();
    }
    EXPECT_GT(common, 1000U);
}

TEST(SearchTerms, NameTheHostOfAUrlAndTheDomainOfAnAddressToo) {
    const auto url = value_terms("hxxps://user@Evil.example:8443/x");
    ASSERT_EQ(url.size(), 2U);
    EXPECT_EQ(url[1], only("evil.example"));
    EXPECT_EQ(value_terms("http://[2001:db8::1]:80/").at(1), only("2001:db8::1"));
    EXPECT_EQ(value_terms("http://198.51.100.7/a").at(1), only("198.51.100.7"));
    EXPECT_EQ(value_terms("amina@evil.example").at(1), only("evil.example"));
}

TEST(SearchTerms, AreWrittenAsPeopleWriteThem) {
    for (const std::string_view text : {"198.51.100.7", "198.51.100.0/24", "2001:db8::1", "2001:db8::/32",
                                        "evil.example", "amina@evil.example", "http://evil.example/x"})
        EXPECT_EQ(text_of_term(only(text)), text);
}

TEST(SearchTerms, StayShortAndDistinct) {
    const std::string a = "http://evil.example/" + std::string(5000, 'a');
    EXPECT_EQ(only(a).size(), kMaxTerm);
    EXPECT_NE(only(a), only(a + "b"));
    EXPECT_TRUE(finds(a, a));
}

TEST(SearchTerms, SplitWordsOfAnyScript) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(words_of("Phishing-kit, 47th week"), (Words{"phishing", "kit", "47th", "week"}));
    EXPECT_EQ(words_of("ÉLÉGANT Ελληνικά РУССКИЙ"), (Words{"élégant", "ελληνικά", "русский"}));
    EXPECT_EQ(words_of("恶意软件"), (Words{"恶", "意", "软", "件"}));
    EXPECT_EQ(words_of("برامج ضارة، جديد"), (Words{"برامج", "ضارة", "جديد"}));
    EXPECT_EQ(words_of("  \t "), Words{});
    EXPECT_EQ(words_of("a\xff"
                       "b"),
              (Words{"a", "b"}));
}

TEST(SearchTerms, TakeAnyBytes) {
    std::mt19937 random(3);
    const std::string_view alphabet = "a.:/[]@%-_0f1\xc3\xbc\xff\x80 xnhHpP#?";
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::size_t n = random() % 30; n > 0; --n) text += alphabet[random() % alphabet.size()];
        for (const std::string& term : value_terms(text)) EXPECT_LE(term.size(), kMaxTerm);
        for (const TermRange& range : value_ranges(text)) EXPECT_LE(range.first, range.last);
        words_of(text);
        folded(text);
    }
    EXPECT_TRUE(value_terms(" \t").empty());
    EXPECT_TRUE(value_ranges("").empty());
}

}  // namespace
}  // namespace comity::intelligence::search
