#include "intelligence/export/formats.h"

#include <gmock/gmock.h>

#include <random>

#include "intelligence/indicator/bundle.h"
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

// Of every kind: in the text, or left out with the reason; never neither and never both.
TEST(ExportFormats, HaveAPlaceForAKindOrSaySo) {
    ActiveQuery query{.now = kNow};
    std::vector<std::string> objects;
    unsigned n = 0;
    for (const std::string_view entry :
         {"45.1.2.3", "45.95.168.0/24", "2a02:4780:1::5", "2a02:4780::/32", "evil.com", "http://evil.com/x",
          "me@evil.com", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63"
          "b931bd"
          "47417a81a538327af927da3e",
          "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "file-name Invoice7.exe",
          "ja3 e7d705a3286e19ea42f587b344ee6865", "t13d1516h2_8daaf6152771_e5627efa2ab1",
          "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}) {
        const auto indicator = classify(entry);
        ASSERT_TRUE(indicator) << entry;
        objects.push_back(object(n++, pattern_of(*indicator)));
        query.kinds.push_back(indicator->kind);
    }
    const Active all = active_of(objects, query);
    ASSERT_EQ(all.values.size(), kIndicatorKinds);
    for (const std::string& name : export_format_names()) {
        const auto format = *parse_export_format(name, "");
        for (const ActiveValue& value : all.values) {
            const auto out = write_export(format, std::span(&value, 1));
            ASSERT_TRUE(out) << name;
            const bool taken = takes(format, value.indicator.kind);
            EXPECT_EQ(out->values, taken ? 1U : 0U) << name << value.indicator.value;
            EXPECT_EQ(out->left.size(), taken ? 0U : 1U) << name << value.indicator.value;
        }
        if (format == ExportFormat::kSuricataDataset) continue;
        const auto out = write_export(format, all.values);
        ASSERT_TRUE(out) << name;
        EXPECT_EQ(out->values + out->left.size(), kIndicatorKinds) << name;
    }
    // What its looks do not tell stands in a list of its own.
    const auto mixed = write_export(ExportFormat::kPlain, all.values);
    EXPECT_THAT(mixed->text, Not(HasSubstr("e7d705a3286e19ea42f587b344ee6865")));
    query.kinds = {IndicatorKind::kJa3};
    EXPECT_EQ(write_export(ExportFormat::kPlain, active_of(objects, query).values)->text,
              "e7d705a3286e19ea42f587b344ee6865\n");
    // Harmless files bear names, too: not unless they are asked for.
    query.kinds = {};
    const Active usual = active_of(objects, query);
    EXPECT_EQ(usual.values.size(), kIndicatorKinds - 1);
    ASSERT_EQ(usual.left.size(), 1U);
    EXPECT_THAT(usual.left[0].why, HasSubstr("--type file-name"));
    // Every kind can be asked for by its name.
    for (std::size_t i = 0; i < kIndicatorKinds; ++i) {
        const auto kind = static_cast<IndicatorKind>(i);
        const auto kinds = parse_kinds(to_string(kind), "");
        ASSERT_TRUE(kinds);
        EXPECT_EQ(*kinds, std::vector{kind});
    }
}

TEST(ActiveIndicators, LeaveOutWorthlessAlternativesAlone) {
    const Active found =
        active({object(1, "[ipv4-addr:value = '10.0.0.1' OR domain-name:value = 'evil.com']")});
    EXPECT_THAT(values(found), ElementsAre("evil.com"));
    ASSERT_EQ(found.left.size(), 1U);
    EXPECT_EQ(found.left[0].value, "10.0.0.1");
}

// Whatever somebody writes into a value, no line of the output is theirs.
TEST(ExportFormats, NothingBreaksOutOfItsPlace) {
    std::vector<std::string> objects;
    unsigned n = 0;
    for (const std::string_view hostile :
         {"http://evil.com/\";) alert tcp any any -> any any (sid:1;", "http://evil.com/\n127.0.0.1 bank.com",
          "http://evil.com/a\\\"b", "http://evil.com/;|41|", "http://evil.com/\tIntel::ADDR",
          "evil.com\n*.bank.com", "evil.com. IN A 1.2.3.4", "=cmd|' /C calc'!A0", "a\".com",
          "http://a\"b.com/", "evil.com{", "evil.com; }", "=cmd\" \\.exe", "x\"; sid:1;.exe"}) {
        for (const std::string_view path :
             {"url:value", "domain-name:value", "email-addr:value", "file:name", "file:hashes.SSDEEP"}) {
            std::string literal;
            for (const char c : hostile) literal += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
            objects.push_back(
                object(n++, fmt::format("[{} = '{}']", path, literal), R"(,"name":"x\n=1+1\",evil")"));
        }
    }
    const ActiveQuery query{.now = kNow, .kinds = *parse_kinds("domain,url,email,file-name,ssdeep", "")};
    const Active found = active_of(objects, query);
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
