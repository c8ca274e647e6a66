#include "intelligence/indicator/simple_values.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "intelligence/indicator/bundle.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kMd5Text = "d41d8cd98f00b204e9800998ecf8427e";
constexpr std::string_view kSsdeepText = "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C";

std::vector<std::string> simple(std::string_view pattern) {
    const auto found = simple_values(pattern, Spec::k21);
    if (!found) return {"!" + found.error().message()};
    std::vector<std::string> out;
    for (const Indicator& indicator : found->values)
        out.push_back(fmt::format("{} {}", to_string(indicator.kind), indicator.value));
    for (const auto& [value, why] : found->worthless) out.push_back("-" + value);
    return out;
}

TEST(SimpleValues, AreThoseOfWhichOneSuffices) {
    EXPECT_THAT(simple("[domain-name:value = 'EVIL.com']"), ElementsAre("domain evil.com"));
    EXPECT_THAT(
        simple(
            "[domain-name:value = 'a.com' OR ipv4-addr:value = '45.1.2.3'] OR [url:value = 'http://x.com/']"),
        ElementsAre("ipv4 45.1.2.3", "domain a.com", "url http://x.com/"));
    EXPECT_THAT(simple("[ipv4-addr:value IN ('45.1.2.3', '45.1.2.4')]"),
                ElementsAre("ipv4 45.1.2.3", "ipv4 45.1.2.4"));
    EXPECT_THAT(simple("[ipv4-addr:value ISSUBSET '45.1.2.0/24']"), ElementsAre("ipv4-network 45.1.2.0/24"));
    EXPECT_THAT(
        simple("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '45.1.2.3']"),
        ElementsAre("ipv4 45.1.2.3"));
}

TEST(SimpleValues, AreOfEveryKindAndOfSeveralTogether) {
    std::string all;
    for (const std::string_view entry : std::initializer_list<std::string_view>{
             "8.8.8.8", "45.95.168.0/24", "2a00:1450::1", "2a00:1450::/32", "evil.com", "http://evil.com/x'y",
             "me@evil.com", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
             "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2"
             "f63b931bd"
             "47417a81a538327af927da3e",
             kSsdeepText, "file-name Invoice 7.PDF.exe", "ja3 E7D705A3286E19EA42F587B344EE6865",
             "t13d1516h2_8daaf6152771_e5627efa2ab1", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}) {
        const auto indicator = classify(entry);
        ASSERT_TRUE(indicator) << entry;
        const std::string pattern = pattern_of(*indicator);
        const auto found = simple_values(pattern, Spec::k21);
        ASSERT_TRUE(found) << pattern << found.error().message();
        EXPECT_EQ(found->values, std::vector{*indicator}) << pattern;
        if (!all.empty()) all += " OR ";
        all += pattern.substr(1, pattern.size() - 2);
    }
    const auto together = simple_values("[" + all + "]", Spec::k21);
    ASSERT_TRUE(together) << together.error().message();
    ASSERT_EQ(together->values.size(), kIndicatorKinds);
    for (std::size_t i = 0; i < kIndicatorKinds; ++i)
        EXPECT_EQ(together->values[i].kind, static_cast<IndicatorKind>(i));
}

TEST(SimpleValues, TakeOthersNames) {
    EXPECT_THAT(
        simple("[network-traffic:extensions.'tls-ext'.ja3_hash = 'E7D705A3286E19EA42F587B344EE6865']"),
        ElementsAre("ja3 e7d705a3286e19ea42f587b344ee6865"));
    EXPECT_THAT(simple(fmt::format("[file:hashes.ssdeep = '{}' OR artifact:hashes.SHA256 = "
                                   "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']",
                                   kSsdeepText)),
                ElementsAre("sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                            fmt::format("ssdeep {}", kSsdeepText)));
}

TEST(SimpleValues, OfAFileAreItsSums) {
    EXPECT_THAT(simple(fmt::format("[file:name = 'x' AND file:hashes.MD5 = '{}']", kMd5Text)),
                ElementsAre(fmt::format("md5 {}", kMd5Text)));
    EXPECT_THAT(simple(fmt::format("[file:hashes.SSDEEP = '{}' AND file:name = 'a.exe']", kSsdeepText)),
                ElementsAre(fmt::format("ssdeep {}", kSsdeepText)));
    EXPECT_THAT(simple(fmt::format("[file:name = 'a.exe' OR file:hashes.MD5 = '{}']", kMd5Text)),
                ElementsAre(fmt::format("md5 {}", kMd5Text), "file-name a.exe"));
    EXPECT_THAT(simple(fmt::format("[(file:name = 'a.exe' OR file:name = 'x') AND file:hashes.MD5 = '{}']",
                                   kMd5Text)),
                ElementsAre(fmt::format("md5 {}", kMd5Text)));
}

// What may be left away without a loss is told; what may not makes the pattern one that is evaluated whole.
TEST(SimpleValues, TellWhatIsWorthNothing) {
    EXPECT_THAT(simple("[ipv4-addr:value = '10.0.0.1' OR domain-name:value = 'evil.com']"),
                ElementsAre("domain evil.com", "-10.0.0.1"));
    const auto refused = simple_values("[ipv4-addr:value IN ('10.0.0.1', '127.0.0.1')]", Spec::k21);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kRefused);
}

TEST(SimpleValues, AreNoneWhereAPatternAsksForMore) {
    for (const std::string_view pattern :
         {"[file:name = 'x']",
          "[domain-name:value = 'a.com' AND ipv4-addr:value = '45.1.2.3']",
          "[domain-name:value != 'a.com']",
          "[NOT domain-name:value = 'a.com']",
          "[domain-name:value LIKE '%.com']",
          "[domain-name:value MATCHES 'a']",
          "[domain-name:value = 'a.com'] AND [domain-name:value = 'b.com']",
          "[domain-name:value = 'a.com'] REPEATS 2 TIMES",
          "[process:name = 'x']",
          "[domain-name:value = 'not a name']",
          "[domain-name:value = '45.1.2.3']",
          "no pattern",
          "[file:name = 'a.exe' AND file:name = 'b.exe']",
          "[file:name = 'a.exe' AND domain-name:value = 'a.com']",
          "[file:name = 'x' OR file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
          "[file:hashes.'SHA-256' = 'd41d8cd98f00b204e9800998ecf8427x']",
          "[file:hashes.SSDEEP = 7]",
          "[network-traffic:dst_ref.type = 'ipv4-addr']",
          "[network-traffic:dst_ref.type = 'ipv4-addr' OR ipv4-addr:value = '45.1.2.3']",
          "[domain-name:value = 'a.com' OR domain-name:value LIKE 'b%']",
          "[network-traffic:dst_ref.value = '45.1.2.3' AND network-traffic:dst_port = 80]"}) {
        const auto found = simple_values(pattern, Spec::k21);
        ASSERT_FALSE(found) << pattern;
        EXPECT_EQ(found.error().kind, ErrorKind::kInvalid) << pattern;
    }
}

// Whatever is joined how: each value that comes out was asked for, and AND never widens.
TEST(SimpleValues, OfRandomPatternsAreAskedForThere) {
    const std::string parts[] = {"domain-name:value = 'a.com'",
                                 "ipv4-addr:value = '45.1.2.3'",
                                 "ipv4-addr:value = '10.0.0.1'",
                                 "file:name = 'a.exe'",
                                 "file:name = 'x'",
                                 fmt::format("file:hashes.MD5 = '{}'", kMd5Text),
                                 fmt::format("file:hashes.SSDEEP = '{}'", kSsdeepText),
                                 "network-traffic:dst_ref.type = 'ipv4-addr'",
                                 "network-traffic:x_tls_ja3 = 'e7d705a3286e19ea42f587b344ee6865'",
                                 "process:name = 'x'"};
    std::mt19937 random(11);
    std::size_t reduced = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string pattern;
        const std::size_t size = 1 + random() % 4;
        std::size_t open = 0;
        for (std::size_t i = 0; i < size; ++i) {
            if (i > 0) pattern += random() % 4 == 0 ? " AND " : " OR ";
            if (random() % 4 == 0 && i + 1 < size) {
                pattern += "(";
                ++open;
            }
            pattern += parts[random() % std::size(parts)];
            if (open > 0 && random() % 3 == 0) {
                pattern += ")";
                --open;
            }
        }
        pattern = "[" + pattern + std::string(open, ')') + "]";
        const auto found = simple_values(pattern, Spec::k21);
        if (!found) continue;
        ++reduced;
        ASSERT_FALSE(found->values.empty()) << pattern;
        EXPECT_FALSE(pattern.contains("process:")) << pattern;
        for (const Indicator& value : found->values) EXPECT_TRUE(pattern.contains(value.value)) << pattern;
        if (!pattern.contains(" AND ")) {
            for (const auto& part : {"'a.com'", "'45.1.2.3'", "'a.exe'", "SSDEEP", "MD5", "ja3"}) {
                if (!pattern.contains(part)) continue;
                const bool there = std::ranges::any_of(
                    found->values, [&](const Indicator& value) { return pattern_of(value).contains(part); });
                EXPECT_TRUE(there) << pattern << " " << part;
            }
        }
    }
    EXPECT_GT(reduced, 2'000U);
}

TEST(SimpleValues, LongChainsExhaustNoStack) {
    std::string pattern = "[domain-name:value = 'a0.com'";
    for (int i = 1; i < 5000; ++i) pattern += fmt::format(" OR domain-name:value = 'a{}.com'", i);
    EXPECT_EQ(simple(pattern + "]").size(), 5000u);
}

}  // namespace
}  // namespace comity::intelligence
