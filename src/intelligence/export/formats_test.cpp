#include "intelligence/export/formats.h"

#include <gmock/gmock.h>

#include <random>

#include "json/value.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Time kNow = Time::from_seconds(1'780'000'000);

std::string object(unsigned n, std::string_view pattern, std::string_view more = "",
                   std::string_view modified = "2026-01-01T00:00:00.000Z") {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{:012x}",)"
        R"("created":"2026-01-01T00:00:00.000Z","modified":"{}","pattern":{},"pattern_type":"stix",)"
        R"("valid_from":"2026-01-01T00:00:00Z"{}}})",
        n, modified, json::write(json::Value(pattern)), more);
}
Active active(const std::vector<std::string>& objects, std::optional<int> confidence = {},
              std::optional<std::int64_t> days = {}) {
    return active_of(objects, {.now = kNow, .min_confidence = confidence, .max_age_days = days});
}
std::vector<std::string> values(const Active& active) {
    std::vector<std::string> out;
    for (const ActiveValue& value : active.values) out.push_back(value.indicator.value);
    return out;
}
std::vector<std::string> simple(std::string_view pattern) {
    const auto found = simple_values(pattern, Spec::k21);
    if (!found) return {"!" + found.error().message()};
    std::vector<std::string> out;
    for (const Indicator& indicator : *found) out.push_back(indicator.value);
    return out;
}

TEST(SimpleValues, AreThoseOfWhichOneSuffices) {
    EXPECT_THAT(simple("[domain-name:value = 'EVIL.com']"), ElementsAre("evil.com"));
    EXPECT_THAT(
        simple(
            "[domain-name:value = 'a.com' OR ipv4-addr:value = '45.1.2.3'] OR [url:value = 'http://x.com/']"),
        ElementsAre("45.1.2.3", "a.com", "http://x.com/"));
    EXPECT_THAT(simple("[ipv4-addr:value IN ('45.1.2.3', '45.1.2.4')]"), ElementsAre("45.1.2.3", "45.1.2.4"));
    EXPECT_THAT(simple("[ipv4-addr:value ISSUBSET '45.1.2.0/24']"), ElementsAre("45.1.2.0/24"));
    EXPECT_THAT(simple("[file:name = 'x' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"),
                ElementsAre("d41d8cd98f00b204e9800998ecf8427e"));
    EXPECT_THAT(
        simple("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '45.1.2.3']"),
        ElementsAre("45.1.2.3"));
}

TEST(SimpleValues, AreNoneWhereAPatternAsksForMore) {
    for (const std::string_view pattern :
         {"[file:name = 'x']", "[domain-name:value = 'a.com' AND ipv4-addr:value = '45.1.2.3']",
          "[domain-name:value != 'a.com']", "[NOT domain-name:value = 'a.com']",
          "[domain-name:value LIKE '%.com']", "[domain-name:value MATCHES 'a']",
          "[domain-name:value = 'a.com'] AND [domain-name:value = 'b.com']",
          "[domain-name:value = 'a.com'] REPEATS 2 TIMES", "[process:name = 'x']",
          "[domain-name:value = 'not a name']", "[ipv4-addr:value = '10.0.0.1']",
          "[domain-name:value = '45.1.2.3']", "no pattern",
          "[file:name = 'x' OR file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
          "[network-traffic:dst_ref.value = '45.1.2.3' AND network-traffic:dst_port = 80]"}) {
        const auto out = simple(pattern);
        ASSERT_EQ(out.size(), 1u) << pattern;
        EXPECT_TRUE(out[0].starts_with("!")) << pattern;
    }
}

TEST(SimpleValues, LongChainsExhaustNoStack) {
    std::string pattern = "[domain-name:value = 'a0.com'";
    for (int i = 1; i < 5000; ++i) pattern += fmt::format(" OR domain-name:value = 'a{}.com'", i);
    EXPECT_EQ(simple(pattern + "]").size(), 5000u);
}

TEST(ActiveIndicators, AreValidNowNotRevokedAndNewest) {
    const auto out =
        active({object(1, "[domain-name:value = 'a.com']"),
                object(2, "[domain-name:value = 'b.com']", R"(,"valid_until":"2026-02-01T00:00:00Z")"),
                object(3, "[domain-name:value = 'c.com']", R"(,"revoked":true)"),
                object(4, "[domain-name:value = 'd.com']"),
                object(4, "[domain-name:value = 'e.com']", "", "2026-01-02T00:00:00.000Z")});
    EXPECT_THAT(values(out), ElementsAre("a.com", "e.com"));
    EXPECT_EQ(out.left.size(), 2u);
}

TEST(ActiveIndicators, ConfidenceAndAgeHoldBack) {
    const std::string long_valid = R"(,"valid_until":"2030-01-01T00:00:00Z")";
    const std::vector<std::string> objects = {
        object(1, "[domain-name:value = 'a.com']", R"(,"confidence":80)" + long_valid),
        object(2, "[domain-name:value = 'b.com']", R"(,"confidence":20)" + long_valid),
        object(3, "[domain-name:value = 'c.com']", long_valid),              // 50, as nothing is stated
        object(4, "[domain-name:value = 'd.com']", R"(,"confidence":80)")};  // 147 of 180 days are over
    EXPECT_THAT(values(active(objects, 50)), ElementsAre("a.com"));
    EXPECT_THAT(values(active(objects, 40)), ElementsAre("a.com", "c.com"));
    EXPECT_THAT(values(active(objects, 14)), ElementsAre("a.com", "b.com", "c.com", "d.com"));
    EXPECT_THAT(values(active(objects, 0)), ElementsAre("a.com", "b.com", "c.com", "d.com"));
    EXPECT_THAT(values(active(objects, {}, 10)), IsEmpty());
}

TEST(ActiveIndicators, DependOnNoOrder) {
    std::vector<std::string> objects;
    for (unsigned i = 0; i < 60; ++i)
        objects.push_back(object(i % 40, fmt::format("[domain-name:value = 'n{}.com']", i % 7),
                                 fmt::format(R"(,"confidence":{})", i % 5),
                                 fmt::format("2026-01-{:02}T00:00:00.000Z", 1 + i % 28)));
    const Active first = active(objects);
    std::mt19937 random(7);
    for (int i = 0; i < 20; ++i) {
        std::ranges::shuffle(objects, random);
        const Active again = active(objects);
        EXPECT_EQ(again.values, first.values);
        EXPECT_EQ(again.left, first.left);
    }
}

std::string exported(ExportFormat format, const std::vector<std::string>& patterns) {
    std::vector<std::string> objects;
    for (unsigned i = 0; i < patterns.size(); ++i) objects.push_back(object(i, patterns[i]));
    const auto out = write_export(format, active(objects).values);
    EXPECT_TRUE(out) << out.error().message();
    return out ? out->text : "";
}
const std::vector<std::string> kMixed = {
    "[domain-name:value = 'evil.com']",
    "[domain-name:value = 'a.evil.com']",
    "[ipv4-addr:value = '45.1.2.3']",
    "[ipv4-addr:value ISSUBSET '45.2.0.0/16']",
    "[ipv6-addr:value = '2a02:4780:1::5']",
    "[url:value = 'http://evil.com/a;b?c=\\'x']",
    "[file:hashes.'SHA-256' = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']"};

TEST(ExportFormats, RulesNameTheirValuesAndKeepTheirNumbers) {
    const std::string rules = exported(ExportFormat::kSuricata, kMixed);
    EXPECT_THAT(rules, HasSubstr("dns.query; dotprefix; content:\".evil.com\"; nocase; endswith;"));
    EXPECT_THAT(rules, HasSubstr("alert ip $HOME_NET any -> [45.1.2.3] any"));
    EXPECT_THAT(rules,
                HasSubstr(fmt::format("sid:{};", signature_number({IndicatorKind::kDomain, "evil.com"}))));
    EXPECT_THAT(exported(ExportFormat::kSnort, kMixed), HasSubstr("content:\"|04|evil|03|com|00|\",nocase;"));
    EXPECT_EQ(signature_number({IndicatorKind::kDomain, "evil.com"}),
              signature_number({IndicatorKind::kDomain, "evil.com"}));
}

TEST(ExportFormats, ZonesAndSets) {
    EXPECT_THAT(exported(ExportFormat::kRpz, kMixed),
                HasSubstr("evil.com IN CNAME .\n*.evil.com IN CNAME .\n"));
    EXPECT_THAT(exported(ExportFormat::kRpz, kMixed), HasSubstr("\n32.3.2.1.45.rpz-ip IN CNAME ."));
    EXPECT_THAT(exported(ExportFormat::kRpz, kMixed), HasSubstr("\n16.0.0.2.45.rpz-ip IN CNAME ."));
    EXPECT_THAT(exported(ExportFormat::kRpz, kMixed), HasSubstr("\n128.5.zz.1.4780.2a02.rpz-ip IN CNAME ."));
    EXPECT_EQ(exported(ExportFormat::kHosts, kMixed),
              "0.0.0.0 a.evil.com\n:: a.evil.com\n0.0.0.0 evil.com\n:: evil.com\n");
    EXPECT_EQ(exported(ExportFormat::kSquid, kMixed), ".evil.com\n") << "the wider name covers the other";
    EXPECT_THAT(exported(ExportFormat::kUnbound, kMixed),
                HasSubstr("local-zone: \"evil.com.\" always_nxdomain"));
    EXPECT_THAT(exported(ExportFormat::kNftables, kMixed),
                HasSubstr("elements = {\n            45.1.2.3,\n            45.2.0.0/16\n"));
    EXPECT_THAT(exported(ExportFormat::kIpset, kMixed), HasSubstr("add comity6 2a02:4780:1::5 -exist"));
    EXPECT_THAT(exported(ExportFormat::kZeek, kMixed),
                HasSubstr("evil.com\tIntel::DOMAIN\tComity\tindicator--"));
    EXPECT_THAT(exported(ExportFormat::kZeek, kMixed), HasSubstr("\nevil.com/a;b?c="));
}

TEST(ExportFormats, DocumentsAreWhole) {
    const auto bundle = json::parse(exported(ExportFormat::kStix, kMixed));
    ASSERT_TRUE(bundle);
    EXPECT_EQ(bundle->at("objects").as_array().size(), kMixed.size());
    const auto event = json::parse(exported(ExportFormat::kMisp, kMixed));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->at("Event").at("Attribute").as_array().size(), kMixed.size());
    EXPECT_FALSE(write_export(ExportFormat::kSuricataDataset,
                              active({object(1, kMixed[0]), object(2, kMixed[2])}).values));
    EXPECT_EQ(exported(ExportFormat::kSuricataDataset, {kMixed[0]}), "ZXZpbC5jb20=\n");
}

// Whatever somebody writes into a value, no line of the output is theirs.
TEST(ExportFormats, NothingBreaksOutOfItsPlace) {
    std::vector<std::string> objects;
    unsigned n = 0;
    for (const std::string_view hostile :
         {"http://evil.com/\";) alert tcp any any -> any any (sid:1;", "http://evil.com/\n127.0.0.1 bank.com",
          "http://evil.com/a\\\"b", "http://evil.com/;|41|", "http://evil.com/\tIntel::ADDR",
          "evil.com\n*.bank.com", "evil.com. IN A 1.2.3.4", "=cmd|' /C calc'!A0", "a\".com",
          "http://a\"b.com/", "evil.com{", "evil.com; }"}) {
        for (const std::string_view path : {"url:value", "domain-name:value", "email-addr:value"}) {
            std::string literal;
            for (const char c : hostile) literal += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
            objects.push_back(
                object(n++, fmt::format("[{} = '{}']", path, literal), R"(,"name":"x\n=1+1\",evil")"));
        }
    }
    const Active found = active(objects);
    for (const std::string& name : export_format_names()) {
        const auto format = *parse_export_format(name, "");
        if (format == ExportFormat::kSuricataDataset) continue;
        const auto out = write_export(format, found.values);
        ASSERT_TRUE(out);
        EXPECT_THAT(out->text, Not(HasSubstr("\n127.0.0.1"))) << name;
        EXPECT_THAT(out->text, Not(HasSubstr("\n*.bank.com"))) << name;
        EXPECT_THAT(out->text, Not(HasSubstr("sid:1;"))) << name;
        EXPECT_THAT(out->text, Not(HasSubstr("\n="))) << name;
        if (format == ExportFormat::kSuricata) {
            for (std::size_t at = 0;
                 (at = out->text.find('\n', at)) != std::string::npos && at + 1 < out->text.size(); ++at)
                EXPECT_EQ(out->text.substr(at + 1, 6), "alert ");
        }
    }
}

TEST(WarningLists, KnowAddressesNamesAndTheirNeighbours) {
    const WarningLists& lists = WarningLists::built_in();
    const auto list = [&](std::string_view value) {
        const auto indicator = classify(value);
        if (!indicator) return std::string("refused");
        const auto hit = lists.find(*indicator);
        return hit ? hit->list : std::string();
    };
    EXPECT_EQ(list("8.8.8.8"), "public resolvers");
    EXPECT_EQ(list("8.8.8.0/24"), "public resolvers") << "it holds one";
    EXPECT_EQ(list("45.0.0.0/8"), "networks too wide to be anybody's alone");
    EXPECT_EQ(list("2001:4860:4860::8888"), "public resolvers");
    EXPECT_EQ(list("www.google.com"), "services everybody uses");
    EXPECT_EQ(list("notgoogle.com"), "");
    EXPECT_EQ(list("google.com.evil.com"), "");
    EXPECT_EQ(list("github.io"), "hosts of other people's content");
    EXPECT_EQ(list("evil.github.io"), "") << "what others put there may be harmful";
    EXPECT_EQ(list("https://google.com/"), "services everybody uses");
    EXPECT_EQ(list("https://google.com/open?url=x"), "") << "a page is no host";
    EXPECT_EQ(list("https://8.8.8.8"), "public resolvers");
    EXPECT_EQ(list("someone@gmail.com"), "services everybody uses");
    EXPECT_EQ(list("45.155.205.233"), "");
    EXPECT_EQ(list("2a02:4780:1::5"), "");
    EXPECT_EQ(list("d41d8cd98f00b204e9800998ecf8427e"), "");
}

TEST(WarningLists, ReadMispsLists) {
    WarningLists lists;
    ASSERT_TRUE(lists.add_misp(R"({"name":"nets","type":"cidr","list":["45.1.0.0/16","x"]})", "a.json"));
    ASSERT_TRUE(lists.add_misp(R"({"name":"hosts","type":"hostname","list":[".Good.com"]})", "b.json"));
    ASSERT_TRUE(lists.add_misp(
        R"({"name":"sums","type":"string","list":["D41D8CD98F00B204E9800998ECF8427E"]})", "c.json"));
    ASSERT_TRUE(lists.add_misp(R"({"name":"parts","type":"substring","list":["/robots.txt"]})", "d.json"));
    ASSERT_TRUE(lists.add_misp(R"({"name":"res","type":"regex","list":["a","b"]})", "e.json"));
    EXPECT_EQ(lists.find(*classify("45.1.2.3"))->entry, "45.1.0.0/16");
    EXPECT_EQ(lists.find(*classify("www.good.com"))->list, "hosts");
    EXPECT_EQ(lists.find(*classify("d41d8cd98f00b204e9800998ecf8427e"))->list, "sums");
    EXPECT_EQ(lists.find(*classify("http://x.com/robots.txt"))->list, "parts");
    EXPECT_EQ(lists.lists()[0].passed_over, 1u);
    EXPECT_EQ(lists.lists()[4].passed_over, 2u);
    for (const char* bad : {"", "[]", "{}", R"({"name":"x","type":"cidr"})", R"({"name":"x","list":[]})"})
        EXPECT_FALSE(lists.add_misp(bad, "bad.json")) << bad;
}

TEST(Gate, HoldsBackWhatIsListed) {
    const Active found =
        active({object(1, "[ipv4-addr:value = '8.8.8.8']"), object(2, "[ipv4-addr:value = '45.1.2.3']")});
    const Gated gated = gate(found.values, WarningLists::built_in());
    ASSERT_EQ(gated.values.size(), 1u);
    EXPECT_EQ(gated.values[0].indicator.value, "45.1.2.3");
    ASSERT_EQ(gated.listed.size(), 1u);
    EXPECT_EQ(gated.listed[0].hit.entry, "8.8.8.8");
}

}  // namespace
}  // namespace comity::intelligence
