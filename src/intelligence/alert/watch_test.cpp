#include "intelligence/alert/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

AlertRule rule_of(std::string_view watched) {
    auto form = json::parse(fmt::format(R"({{"name":"ours",{}}})", watched));
    EXPECT_TRUE(form) << watched;
    auto rule = parse_rule(*form, "cert-ke");
    EXPECT_TRUE(rule) << rule.error().message();
    return rule.value_or(AlertRule{});
}

std::string with_pattern(std::string_view pattern, std::string_view more = "") {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern":"{}","pattern_type":"stix",)"
        R"("valid_from":"2026-01-01T00:00:00Z"{}}})",
        pattern, more);
}

std::optional<WatchHit> look(const Watch& watch, const std::string& object,
                             std::string_view type = "indicator", std::string_view source = "cert-ug") {
    const auto facts = search::facts_of(object, source);
    EXPECT_TRUE(facts) << object;
    return watch.look(*facts, type, source, object);
}

bool meets(std::string_view watched, const std::string& object) {
    return look(Watch(rule_of(watched)), object).has_value();
}

TEST(Watch, MeetsNetworksThatOverlap) {
    constexpr std::string_view kOurs = R"("networks":["198.51.100.0/24","2001:db8::/32"])";
    const auto address = [](std::string_view value) {
        return with_pattern(fmt::format("[ipv4-addr:value = '{}']", value));
    };
    for (const char* in : {"198.51.100.7", "198.51.100.0/28", "198.51.0.0/16", "198[.]51[.]100[.]9"})
        EXPECT_TRUE(meets(kOurs, address(in))) << in;
    for (const char* out : {"198.51.101.7", "198.51.99.0/24", "0.0.0.0/0", "198.0.0.0/7"})
        EXPECT_FALSE(meets(kOurs, address(out))) << out;
    EXPECT_TRUE(meets(kOurs, with_pattern("[ipv6-addr:value = '2001:DB8:0::1']")));
    EXPECT_FALSE(meets(kOurs, with_pattern("[ipv6-addr:value = '2001:db9::1']")));
    EXPECT_TRUE(meets(kOurs, with_pattern("[url:value = 'http://198.51.100.7:8080/x']")));
    EXPECT_THAT(look(Watch(rule_of(kOurs)), address("198.51.100.7"))->values, ElementsAre("198.51.100.7"));
}

// Two networks overlap where one holds the other's first address: held to that, bit by bit.
TEST(Watch, MeetsNetworksAsTheirBitsSay) {
    for (unsigned length = 8; length <= 32; ++length) {
        const std::uint32_t ours = 0xc6336400u;  // 198.51.100.0/24
        for (unsigned bit = 0; bit < 32; ++bit) {
            const std::uint32_t mask = length == 32 ? ~0u : ~(~0u >> length);
            const std::uint32_t other = (ours ^ (1u << (31 - bit))) & mask;
            const std::uint32_t both = mask & 0xffffff00u;
            const std::string text = fmt::format("{}.{}.{}.{}/{}", other >> 24, (other >> 16) & 255,
                                                 (other >> 8) & 255, other & 255, length);
            EXPECT_EQ(meets(R"("networks":["198.51.100.0/24"])",
                            with_pattern(fmt::format("[ipv4-addr:value = '{}']", text))),
                      (ours & both) == (other & both))
                << text;
        }
    }
}

TEST(Watch, MeetsDomainsAndWhatIsBelowThem) {
    constexpr std::string_view kOurs = R"("domains":["bank.example","bücher.example"])";
    const auto domain = [](std::string_view value) {
        return with_pattern(fmt::format("[domain-name:value = '{}']", value));
    };
    for (const char* in :
         {"bank.example", "www.BANK.example.", "a.b.bank[.]example", "xn--bcher-kva.example"})
        EXPECT_TRUE(meets(kOurs, domain(in))) << in;
    for (const char* out : {"notbank.example", "bank.example.org", "example"})
        EXPECT_FALSE(meets(kOurs, domain(out))) << out;
    EXPECT_TRUE(meets(kOurs, with_pattern("[url:value = 'https://mail.bank.example/login']")));
    EXPECT_TRUE(meets(kOurs, with_pattern("[email-addr:value = 'ceo@bank.example']")));
}

TEST(Watch, MeetsBrandsInTextsAndInsideNames) {
    constexpr std::string_view kBrand = R"("words":["Acme Bank"])";
    EXPECT_TRUE(
        meets(kBrand, with_pattern("[ipv4-addr:value = '192.0.2.1']", R"(,"name":"Phish of ACME bank")")));
    EXPECT_TRUE(meets(kBrand, with_pattern("[domain-name:value = 'acmebank-login.evil.example']")));
    EXPECT_TRUE(meets(kBrand, with_pattern("[url:value = 'http://evil.example/acme-bank/']")));
    EXPECT_FALSE(meets(kBrand, with_pattern("[ipv4-addr:value = '192.0.2.1']", R"(,"name":"Acme shoes")")));
    EXPECT_FALSE(meets(kBrand, with_pattern("[domain-name:value = 'acme-river-bank.example']")));
}

TEST(Watch, MeetsTechnologiesAndSectors) {
    const auto named = [](std::string_view name) {
        return with_pattern("[ipv4-addr:value = '192.0.2.1']", fmt::format(R"(,"name":"{}")", name));
    };
    EXPECT_TRUE(meets(R"("technologies":["Exchange Server"])", named("Attack on Exchange Server 2019")));
    EXPECT_FALSE(meets(R"("technologies":["Exchange Server"])", named("Key exchange")));
    const std::string cve =
        R"({"type":"vulnerability","spec_version":"2.1","id":"vulnerability--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","name":"CVE-2026-1234"})";
    EXPECT_TRUE(meets(R"("technologies":["cve-2026-1234"])", cve));
    EXPECT_FALSE(meets(R"("technologies":["cve-2026-123"])", cve));
    const std::string cpe =
        R"({"type":"software","spec_version":"2.1","id":"software--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f",)"
        R"("name":"x","cpe":"cpe:2.3:a:microsoft:exchange_server:2019:*:*:*:*:*:*:*"})";
    EXPECT_TRUE(meets(R"("technologies":["cpe:2.3:a:microsoft:exchange_server"])", cpe));
    EXPECT_FALSE(meets(R"("technologies":["cpe:2.3:a:apache"])", cpe));
    for (const char* label : {"finance", "Finance", "sector:finance", "misp-galaxy:sector=\\\"Finance\\\""}) {
        EXPECT_TRUE(
            meets(R"("sectors":["Finance"])",
                  with_pattern("[ipv4-addr:value = '192.0.2.1']", fmt::format(R"(,"labels":["{}"])", label))))
            << label;
    }
    EXPECT_FALSE(meets(R"("sectors":["finance"])",
                       with_pattern("[ipv4-addr:value = '192.0.2.1']", R"(,"labels":["no-finance"])")));
    const std::string identity =
        R"({"type":"identity","spec_version":"2.1","id":"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","name":"Banks","sectors":["finance"]})";
    EXPECT_TRUE(meets(R"("sectors":["Finance"])", identity));
}

TEST(Watch, HoldsToTypeSourceAndRevocation) {
    const std::string object = with_pattern("[domain-name:value = 'evil.example']");
    EXPECT_TRUE(meets(R"("sources":["cert-ug"])", object));
    EXPECT_FALSE(meets(R"("sources":["kenic"])", object));
    EXPECT_FALSE(meets(R"("types":["malware"],"domains":["evil.example"])", object));
    EXPECT_TRUE(meets(R"("min_confidence":80)", object)) << "how far it is believed is asked for elsewhere";
    EXPECT_FALSE(meets(R"("domains":["evil.example"])",
                       with_pattern("[domain-name:value = 'evil.example']", R"(,"revoked":true)")));
}

TEST(AlertRule, IsReadAsItIsWrittenAndSaysWhatIsWrong) {
    AlertRule rule = rule_of(
        R"("networks":["198.51.100.9/24","2001:DB8::/32"],"domains":["BANK.example."],"words":["Acme"],)"
        R"("sectors":["Finance"],"min_confidence":60,"severity":"high","sightings":true,"measures":["Call us"],)"
        R"("audience":{"tlp":"amber","members":["cert-ke"]},"acknowledge_within":900,"per_hour":5)");
    EXPECT_THAT(rule.networks, ElementsAre("198.51.100.0/24", "2001:db8::/32"));
    EXPECT_THAT(rule.domains, ElementsAre("bank.example"));
    const auto again = parse_rule(rule_json(rule, false), "cert-ke");
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(rule_json(*again), rule_json(rule));
    const auto refused = [](std::string_view watched) {
        const auto form = json::parse(fmt::format(R"({{"name":"ours"{}}})", watched));
        const auto parsed = parse_rule(*form, "cert-ke");
        EXPECT_FALSE(parsed) << watched;
        return parsed ? std::string() : parsed.error().message();
    };
    EXPECT_THAT(refused(""), HasSubstr("watches for nothing"));
    EXPECT_THAT(refused(R"(,"networks":["bank.example"])"),
                HasSubstr("rule.networks: \"bank.example\" is no"));
    EXPECT_THAT(refused(R"(,"domains":["198.51.100.7"])"), HasSubstr("rule.domains"));
    EXPECT_THAT(refused(R"(,"words":["a"])"), HasSubstr("too short"));
    EXPECT_THAT(refused(R"(,"words":["Acme"],"per_hour":0)"), HasSubstr("rule.per_hour"));
    EXPECT_THAT(refused(R"(,"words":["Acme"],"watch":1)"), HasSubstr("watch"));
}

}  // namespace
}  // namespace comity::intelligence
