#include "intelligence/match/scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "intelligence/match/address_text.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/pass.h"
#include "intelligence/match/slow_matcher.h"

namespace comity::intelligence::match {
namespace {

constexpr Time kNow = Time::from_seconds(1'800'000'000);

struct Held {
    Bytes bytes;
    std::shared_ptr<const Catalog> catalog;
};

Held catalog_of(const std::set<Value>& values, const Seed& seed = {{1, 2, 3, 4}}) {
    Builder builder(seed);
    const auto about = builder.add_about(
        {.id = {}, .source = "test", .name = {}, .confidence = 80, .tlp = {}, .valid_until = {}});
    for (const Value& value : values) EXPECT_TRUE(builder.add(value, about));
    Held held{builder.bytes(kNow), nullptr};
    auto index = Index::over(held.bytes);
    EXPECT_TRUE(index) << index.error().message();
    held.catalog = Catalog::of(*index);
    return held;
}

std::set<Value> values_of(std::initializer_list<std::string_view> entries) {
    std::set<Value> values;
    for (const std::string_view entry : entries) {
        const auto value = read_value(entry);
        EXPECT_TRUE(value) << entry << ": " << value.error().message();
        if (value) values.insert(*value);
    }
    return values;
}

// Of each line of the text, what was met in it.
std::vector<Met> scan_lines(const Catalog& catalog, const std::string& text, MarkText mark) {
    std::vector<std::size_t> begins{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') begins.push_back(i + 1);
    }
    std::vector<Met> met(begins.size());
    Scanner scanner(text.size(), mark);
    const MarginText with_margins(text);
    Scanned scanned;
    scanner.scan(catalog, kNow, with_margins.data(), with_margins.size(), scanned);
    EXPECT_EQ(scanned.lines + 1, begins.size());
    for (const Hit& hit : scanned.hits) {
        EXPECT_LT(hit.line, begins.size());
        if (hit.line >= begins.size()) continue;
        EXPECT_GE(hit.offset, begins[hit.line]);
        met[hit.line].emplace(hit.offset - begins[hit.line], hit.size,
                              Value{hit.listed.kind, hit.listed.text()});
    }
    return met;
}

std::vector<std::string> met_in(const std::set<Value>& values, const std::string& line) {
    const Held held = catalog_of(values);
    std::vector<std::string> out;
    const Met met = scan_lines(*held.catalog, line, best_mark_text())[0];
    for (const auto& [at, size, value] : met)
        out.push_back(std::string(to_string(value.kind)) + " " + value.text + " <" + line.substr(at, size) +
                      ">");
    EXPECT_EQ(met, SlowMatcher(values).match(line)) << line;
    return out;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Scanner, MeetsNamesByThemselvesAndTheirParentsAndNotInsideOthers) {
    const auto values = values_of({"evil.com", "bad.evil.com",
                                   "b\xc3\xbc"
                                   "cher.de"});
    EXPECT_THAT(met_in(values, "GET evil.com"), ElementsAre("domain evil.com <evil.com>"));
    EXPECT_THAT(met_in(values, "x\tWWW.Evil.COM.\t-"), ElementsAre("domain evil.com <Evil.COM>"));
    EXPECT_THAT(met_in(values, "a.bad.evil.com"), ElementsAre("domain bad.evil.com <bad.evil.com>"));
    EXPECT_THAT(met_in(values, "_dmarc.evil.com,-evil.com"),
                ElementsAre("domain evil.com <evil.com>", "domain evil.com <evil.com>"));
    EXPECT_THAT(met_in(values, "http://evil.com:80/x user@evil.com"),
                ElementsAre("domain evil.com <evil.com>", "domain evil.com <evil.com>"));
    for (const std::string line : {"notevil.com", "evil.com.other.org", "evil.comx", "evil-com", "evil..com",
                                   "evil.com_x", "\xd0\xb5vil.com",
                                   "\xc3\xa9"
                                   "evil.com",
                                   "evil.co", "com", "evil . com"})
        EXPECT_THAT(met_in(values, line), IsEmpty()) << line;
    EXPECT_THAT(met_in(values, "evil[.]com and bad(dot)evil[dot]com"),
                ElementsAre("domain evil.com <evil[.]com>", "domain bad.evil.com <bad(dot)evil[dot]com>"));
    EXPECT_THAT(met_in(values,
                       "q=B\xc3\x9c"
                       "CHER.de ok"),
                ElementsAre("domain xn--bcher-kva.de <B\xc3\x9c"
                            "CHER.de>"));
    EXPECT_THAT(met_in(values, "xn--bcher-kva.de."),
                ElementsAre("domain xn--bcher-kva.de <xn--bcher-kva.de>"));
    EXPECT_THAT(met_in(values, std::string("\0evil.com\0\r\xff", 12)),
                ElementsAre("domain evil.com <evil.com>"));
    EXPECT_THAT(met_in(values,
                       "\xff"
                       "evil.com\xfe x"),
                ElementsAre("domain evil.com <evil.com>"));
    EXPECT_THAT(met_in(values,
                       "\xe2\x80\x9c"
                       "evil.com\xe2\x80\x9d"),
                ElementsAre("domain evil.com <evil.com>"));
}

TEST(Scanner, MeetsAddressesInAnySpellingAndByTheLongestNetwork) {
    const auto values =
        values_of({"1.2.3.4", "1.2.0.0/16", "9.9.8.0/23", "2a00:1450::/32", "2a00:1450:4001::1"});
    EXPECT_THAT(
        met_in(values, "1.2.3.4 1.2.3.5:80 [1.2.3.4]"),
        ElementsAre("ipv4 1.2.3.4 <1.2.3.4>", "ipv4-network 1.2.0.0/16 <1.2.3.5>", "ipv4 1.2.3.4 <1.2.3.4>"));
    EXPECT_THAT(met_in(values, "src=9.9.9.255. ::ffff:1.2.3.4"),
                ElementsAre("ipv4-network 9.9.8.0/23 <9.9.9.255>", "ipv4 1.2.3.4 <::ffff:1.2.3.4>",
                            "ipv4 1.2.3.4 <1.2.3.4>"));
    for (const std::string line :
         {"11.2.3.45", "1.2.3.4.5", "0.1.2.3.4", "1.2.3.256", "01.2.3.4", "1.2.3", "1.2.3.4x", "x1.2.3.4",
          "1.2.3.4.pdf", "9.9.7.255", "9.9.10.0", "v1.2.3.4", "1.2.3.4567"})
        EXPECT_THAT(met_in(values, line), IsEmpty()) << line;
    EXPECT_THAT(met_in(values, "[2A00:1450:4001:0:0:0:0:1]:443 2a00:1450::7,"),
                ElementsAre("ipv6 2a00:1450:4001::1 <2A00:1450:4001:0:0:0:0:1>",
                            "ipv6-network 2a00:1450::/32 <2a00:1450::7>"));
    for (const std::string line :
         {"2a00:1451::1", "12:34:56", "aa:bb:cc:dd:ee:ff", "std::string", "2a00:1450::1::2"})
        EXPECT_THAT(met_in(values, line), IsEmpty()) << line;
}

TEST(Scanner, MeetsUrlsAndEmailAddressesWholeAndOnlyThem) {
    const auto values =
        values_of({"http://evil.com/x?y=1", "https://1.2.3.4/", "http://[2a00:1450::1]:8080/a",
                   "boss@evil.com", "http://ok.com/caf\xc3\xa9"});
    EXPECT_THAT(met_in(values, "\"HTTP://EVIL.com:80/x?y=1\""),
                ElementsAre("url http://evil.com/x?y=1 <HTTP://EVIL.com:80/x?y=1>"));
    EXPECT_THAT(met_in(values, "see hxxp://evil[.]com/x?y=1."),
                ElementsAre("url http://evil.com/x?y=1 <hxxp://evil[.]com/x?y=1>"));
    EXPECT_THAT(met_in(values, R"({"u":"http:\/\/evil.com\/x?y=1"})"),
                ElementsAre(R"(url http://evil.com/x?y=1 <http:\/\/evil.com\/x?y=1>)"));
    EXPECT_THAT(met_in(values, "(https://1.2.3.4)"), ElementsAre("url https://1.2.3.4 <https://1.2.3.4>"));
    EXPECT_THAT(met_in(values, "http://[2A00:1450:0::1]:8080/a"),
                ElementsAre("url http://[2a00:1450::1]:8080/a <http://[2A00:1450:0::1]:8080/a>"));
    EXPECT_THAT(met_in(values, "http://ok.com/caf\xc3\xa9"),
                ElementsAre("url http://ok.com/caf\xc3\xa9 <http://ok.com/caf\xc3\xa9>"));
    EXPECT_THAT(met_in(values, "to=<Boss@EVIL.com>"), ElementsAre("email boss@evil.com <Boss@EVIL.com>"));
    for (const std::string line :
         {"http://evil.com/x?y=10", "http://evil.com/", "https://evil.com/x?y=1", "http://sub.evil.com/x?y=1",
          "bigboss@evil.com", "boss@notevil.com", "xhttp://evil.com/x?y=1", "evil.com", "1.2.3.4"})
        EXPECT_THAT(met_in(values, line), IsEmpty()) << line;
}

TEST(Scanner, MeetsSumsFingerprintsWalletsAndFileNames) {
    const std::string md5 = "d41d8cd98f00b204e9800998ecf8427e";
    const auto values =
        values_of({md5, "ja3 e7d705a3286e19ea42f587b344ee6865", "t13d1516h2_8daaf6152771_b186095e22b6",
                   "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                   "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "file-name Invoice.pdf.exe"});
    EXPECT_THAT(met_in(values, "D41D8CD98F00B204E9800998ECF8427E.exe"),
                ElementsAre("md5 " + md5 + " <D41D8CD98F00B204E9800998ECF8427E>"));
    EXPECT_THAT(met_in(values, "md5:" + md5), ElementsAre("md5 " + md5 + " <" + md5 + ">"));
    EXPECT_THAT(met_in(values, "e7d705a3286e19ea42f587b344ee6865"),
                ElementsAre("ja3 e7d705a3286e19ea42f587b344ee6865 <e7d705a3286e19ea42f587b344ee6865>"));
    EXPECT_EQ(
        met_in(values, "\"T13d1516h2_8daaf6152771_b186095e22b6\" 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C")
            .size(),
        2U);
    EXPECT_EQ(met_in(values, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa 0xDE0B295669A9FD93D5F28D9EC85E40F4CB697BAE")
                  .size(),
              2U);
    EXPECT_THAT(met_in(values, R"(C:\temp\INVOICE.pdf.exe)"),
                ElementsAre("file-name invoice.pdf.exe <INVOICE.pdf.exe>"));
    for (const std::string& line :
         {"0" + md5, md5 + "0", md5.substr(1), std::string("1a1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
          std::string("x.invoice.pdf.exe"), "x" + md5, std::string("t13d1516h2_8daaf6152771_b186095e22b6_"),
          std::string("13:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C")})
        EXPECT_THAT(met_in(values, line), IsEmpty()) << line;
}

// Windows' events in JSON put most values behind such an escape. In a path it is a folder's name.
TEST(Scanner, ReadsJsonsMarksOfWhiteSpace) {
    const auto values = values_of({"1.2.3.4", "evil.com", "e7d705a3286e19ea42f587b344ee6865"});
    EXPECT_THAT(met_in(values, R"({"m":"Source Network Address:\\t1.2.3.4\\nevil.com"})"), IsEmpty())
        << "an escaped backslash escapes nothing more";
    for (const char* escape : {R"(\t)", R"(\n)", R"(\r\n)", R"(\b)", R"(\f)", R"(\u0009)", R"(\u000a)"}) {
        EXPECT_THAT(met_in(values, fmt::format(R"(  {{"m":"at:{}1.2.3.4{}x"}})", escape, escape)),
                    ElementsAre("ipv4 1.2.3.4 <1.2.3.4>"))
            << escape;
        EXPECT_THAT(met_in(values, fmt::format(R"(["at:{}evil.com"])", escape)),
                    ElementsAre("domain evil.com <evil.com>"))
            << escape;
        EXPECT_THAT(met_in(values, fmt::format("C:{}evil.com", escape)), IsEmpty()) << escape;
    }
}

TEST(Scanner, TellsNothingThatIsValidNoLonger) {
    Builder builder(Seed{{5, 6, 7, 8}});
    const auto old = builder.add_about(
        {.id = {}, .source = "a", .name = {}, .confidence = {}, .tlp = {}, .valid_until = kNow});
    const auto good = builder.add_about({.id = {},
                                         .source = "b",
                                         .name = {},
                                         .confidence = {},
                                         .tlp = {},
                                         .valid_until = Time::from_seconds(kNow.seconds() + 1)});
    ASSERT_TRUE(builder.add({ValueKind::kDomain, "gone.com"}, old));
    ASSERT_TRUE(builder.add({ValueKind::kDomain, "a.still.com"}, old));
    ASSERT_TRUE(builder.add({ValueKind::kDomain, "still.com"}, good));
    ASSERT_TRUE(builder.add({ValueKind::kIpv4, "1.2.3.4"}, old));
    ASSERT_TRUE(builder.add({ValueKind::kIpv4, "1.2.3.4"}, good));
    const Bytes bytes = builder.bytes(kNow);
    const auto catalog = Catalog::of(*Index::over(bytes));
    const Met met = scan_lines(*catalog, "gone.com a.still.com 1.2.3.4", best_mark_text())[0];
    std::vector<std::string> texts;
    for (const auto& [at, size, value] : met) texts.push_back(value.text);
    EXPECT_THAT(texts, ElementsAre("still.com", "1.2.3.4"));
}

// Pieces of which lines are made that are full of near misses.
class Lines {
  public:
    explicit Lines(unsigned seed) : random_(seed) {
        for (const char* name :
             {"evil.com",
              "a.evil.com",
              "x-y.net",
              "b\xc3\xbc"
              "cher.de",
              "s.co",
              "deep.er.name.org",
              "very-long-label-that-goes-on-and-on.and-another-long-one.example-domain.info",
              "1.2.3.4",
              "1.2.3.0/24",
              "8.0.0.0/8",
              "77.88.99.11/31",
              "2a00:1450::1",
              "2a00::/16",
              "2a01:4f8:0:1::/64",
              "http://evil.com/x",
              "https://s.co",
              "ftp://u@x-y.net:21/f,g",
              "http://1.2.3.4/a.b",
              "a.b+c@evil.com",
              "me@s.co",
              "d41d8cd98f00b204e9800998ecf8427e",
              "da39a3ee5e6b4b0d3255bfef95601890afd80709",
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              "ja3 00000000000000000000000000000001",
              "t13d1516h2_8daaf6152771_b186095e22b6",
              "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
              "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
              "file-name setup.exe",
              "file-name my-file_1.doc"}) {
            const auto value = read_value(name);
            EXPECT_TRUE(value) << name;
            values_.insert(*value);
            const std::string_view text(name);
            pieces_.emplace_back(text.substr(text.find(' ') + 1));
        }
        for (const char* piece : {".",
                                  "-",
                                  "_",
                                  "@",
                                  "://",
                                  ":",
                                  "::",
                                  "/",
                                  "http",
                                  "hxxp",
                                  "[.]",
                                  "(dot)",
                                  "[:]",
                                  "[at]",
                                  "\\/",
                                  "\\u002e",
                                  "\\",
                                  "0",
                                  "1",
                                  "x",
                                  "E",
                                  "1.",
                                  ".1",
                                  "255",
                                  " ",
                                  "\t",
                                  "\"",
                                  ",",
                                  "=",
                                  "\r",
                                  "\xc3\xa9",
                                  "\xff",
                                  "\xe3\x80\x82",
                                  "\xc2\xa0",
                                  "a1",
                                  "ff",
                                  "abcdef0123456789",
                                  "+",
                                  "com",
                                  ".com",
                                  "www.",
                                  "#",
                                  "\x7f"})
            pieces_.emplace_back(piece);
        pieces_.emplace_back(1, '\0');
    }
    const std::set<Value>& values() const { return values_; }
    std::string line() {
        std::string out;
        for (unsigned n = below(12); n > 0; --n) {
            std::string piece = pieces_[below(static_cast<unsigned>(pieces_.size()))];
            if (below(4) == 0 && !piece.empty()) {
                const unsigned at = below(static_cast<unsigned>(piece.size()));
                switch (below(4)) {
                    case 0:
                        piece.erase(at, 1);
                        break;
                    case 1:
                        piece.insert(at, 1, "abz019.-:@/"[below(11)]);
                        break;
                    case 2:
                        piece = piece.substr(0, at);
                        break;
                    default:
                        std::ranges::transform(piece, piece.begin(),
                                               [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
                }
            }
            out += piece;
            if (below(3) == 0) out += ' ';
        }
        if (below(50) == 0) out.insert(0, below(300), 'q');
        std::erase(out, '\n');
        return out;
    }
    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  private:
    std::mt19937 random_;
    std::set<Value> values_;
    std::vector<std::string> pieces_;
};

TEST(Scanner, AgreesWithTheSlowMatcherOverRandomLines) {
    constexpr int kTexts = 1500;
    constexpr int kLines = 40;
    const char* const seed = std::getenv("COMITY_TEST_SEED");
    Lines lines(seed == nullptr ? 20261129 : static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
    const Held held = catalog_of(lines.values(), random_seed());
    const SlowMatcher slow(lines.values());
    std::size_t met_at_all = 0;
    for (int i = 0; i < kTexts; ++i) {
        std::vector<std::string> each;
        std::string text;
        for (int n = 0; n < kLines; ++n) {
            each.push_back(lines.line());
            text += (n == 0 ? "" : "\n") + each.back();
        }
        const auto fast = scan_lines(*held.catalog, text, best_mark_text());
        const auto portable = i % 10 == 0 ? scan_lines(*held.catalog, text, mark_text_portable) : fast;
        ASSERT_EQ(fast, portable);
        for (std::size_t n = 0; n < each.size(); ++n) {
            ASSERT_EQ(fast[n], slow.match(each[n])) << "line: " << ::testing::PrintToString(each[n]);
            met_at_all += fast[n].size();
        }
    }
    EXPECT_GT(met_at_all, 10'000U) << "the lines hold too little to be a test";
}

// Kernels that this processor can run, beside the portable one.
std::vector<std::pair<std::string, MarkText>> other_kernels() {
    std::vector<std::pair<std::string, MarkText>> kernels;
    if (has_avx2()) kernels.emplace_back("AVX2", mark_text_avx2);
    if (has_avx512()) kernels.emplace_back("AVX-512", mark_text_avx512);
    return kernels;
}

TEST(Marks, AreTheSameWithEveryKernel) {
    const auto kernels = other_kernels();
    if (kernels.empty()) GTEST_SKIP() << "this processor has the portable kernel only";
    std::mt19937 random(7);
    constexpr std::size_t kSize = 4096;
    Marks fast(kSize), slow(kSize);
    const std::string likely[] = {"0123456789abcdefxyzABCDEF..::-_/+\\/u[]()@#\n \t\xc3\xa9\xff",
                                  "0123....  :-x\n"};
    for (int round = 0; round < 600; ++round) {
        // Where the eight words that go through a kernel at once end, too.
        std::string text(round % 5 == 0 ? 512 * (random() % 8) + random() % 3 : random() % kSize, '\0');
        const std::string& letters = likely[round % 3 == 1 ? 0 : 1];
        for (char& c : text)
            c = round % 3 == 0 ? static_cast<char>(random()) : letters[random() % letters.size()];
        const MarginText with_margins(text);
        const auto* data = reinterpret_cast<const std::uint8_t*>(with_margins.data());
        mark_text_portable(data, text.size(), slow);
        for (const auto& [name, kernel] : kernels) {
            SCOPED_TRACE(name);
            kernel(data, text.size(), fast);
            const auto same = [](const std::uint32_t* a, std::size_t n, const std::uint32_t* b,
                                 std::size_t m) { return n == m && std::equal(a, a + n, b); };
            const std::size_t words = text.size() / 64 + 1;
            ASSERT_TRUE(std::equal(fast.word, fast.word + words, slow.word));
            ASSERT_TRUE(std::equal(fast.dot, fast.dot + words, slow.dot));
            ASSERT_TRUE(std::equal(fast.newline, fast.newline + words, slow.newline));
            ASSERT_TRUE(std::equal(fast.lines, fast.lines + words, slow.lines));
            ASSERT_EQ(fast.line_count, static_cast<std::size_t>(std::ranges::count(text, '\n')));
            ASSERT_TRUE(same(fast.names, fast.name_count, slow.names, slow.name_count));
            ASSERT_TRUE(same(fast.dots3, fast.dot3_count, slow.dots3, slow.dot3_count));
            ASSERT_TRUE(same(fast.odd4, fast.odd4_count, slow.odd4, slow.odd4_count));
            ASSERT_EQ(fast.plain4_count, slow.plain4_count);
            for (std::size_t i = 0; i < fast.plain4_count; ++i) ASSERT_EQ(fast.plain4[i], slow.plain4[i]);
            ASSERT_TRUE(same(fast.addresses6, fast.address6_count, slow.addresses6, slow.address6_count));
            ASSERT_TRUE(same(fast.words, fast.word_count, slow.words, slow.word_count));
            ASSERT_TRUE(same(fast.odd, fast.odd_count, slow.odd, slow.odd_count));
            ASSERT_TRUE(same(fast.comments, fast.comment_count, slow.comments, slow.comment_count));
        }
    }
}

// Each run that is an address, wherever it stands and whatever is beside it, as the strict reader takes it.
TEST(Marks, ReadsTheAddressesThatAreRunsOfTheirOwn) {
    std::mt19937 random(11);
    auto kernels = other_kernels();
    kernels.emplace_back("portable", mark_text_portable);
    Marks marks(1 << 16);
    const std::string between = " \t\n,;\"[]=.-_ax0";
    for (int round = 0; round < 200; ++round) {
        std::string text;
        while (text.size() < 4000) {
            for (int i = 0; i < 4; ++i) {
                const unsigned numbers[] = {0, 1, 9, 10, 99, 100, 199, 249, 250, 255, 256, 300, 999, 1000};
                if (i > 0) text += '.';
                if (random() % 40 == 0) text += '0';
                text += std::to_string(random() % 4 == 0 ? numbers[random() % std::size(numbers)]
                                                         : random() % 256);
            }
            for (unsigned n = 1 + random() % 2; n > 0; --n) text += between[random() % between.size()];
        }
        // Each run of bytes that a name may have.
        std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> expected;
        for (std::size_t begin = 0; begin < text.size();) {
            std::size_t end = begin;
            while (end < text.size() && looks(text[end], kIsWord)) ++end;
            if (const auto address = read_address4(std::string_view(text).substr(begin, end - begin)))
                expected.emplace_back(*address, begin, end);
            begin = end + 1;
        }
        ASSERT_GT(expected.size(), 20U);
        const MarginText with_margins(text);
        for (const auto& [name, kernel] : kernels) {
            kernel(reinterpret_cast<const std::uint8_t*>(with_margins.data()), text.size(), marks);
            std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> got;
            for (std::size_t i = 0; i < marks.plain4_count; ++i)
                got.emplace_back(marks.plain4[i].address, marks.plain4[i].begin, marks.plain4[i].end);
            ASSERT_EQ(got, expected) << name << " in " << text;
        }
    }
}

// Text whose margins are the end of memory that may be read: a sanitizer sees a step too far.
TEST(Scanner, ReadsNothingBeyondItsMargins) {
    Lines lines(3);
    const Held held = catalog_of(lines.values());
    for (std::size_t size = 0; size < 200; ++size) {
        std::string text;
        while (text.size() < size) text += lines.line() + (lines.below(5) == 0 ? "\n" : "");
        text.resize(size);
        (void)scan_lines(*held.catalog, text, best_mark_text());
        (void)scan_lines(*held.catalog, text, mark_text_portable);
    }
}

}  // namespace
}  // namespace comity::intelligence::match
