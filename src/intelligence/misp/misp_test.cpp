// MISP events to STIX and back.
#include <gmock/gmock.h>

#include <random>

#include "intelligence/indicator/bundle.h"
#include "intelligence/indicator/simple_values.h"
#include "intelligence/misp/attribute.h"
#include "intelligence/misp/read.h"
#include "intelligence/misp/write.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kEvent =
    R"({"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":"Phishing wave","date":"2026-01-01",
"timestamp":"1767225600","published":true,"publish_timestamp":"1767225601","threat_level_id":"1","analysis":"2","distribution":"3",
"Orgc":{"name":"CERT X","uuid":"22222222-2222-4222-8222-222222222222"},
"Tag":[{"name":"tlp:amber"},{"name":"type:OSINT"}],
"Attribute":[
{"uuid":"33333333-3333-4333-8333-333333333301","type":"domain","category":"Network activity","value":"evil.com","to_ids":true,"timestamp":"1767225600","comment":"the C2",
 "Sighting":[{"uuid":"33333333-3333-4333-8333-333333333390","type":"0","date_sighting":"1767225700"},{"uuid":"33333333-3333-4333-8333-333333333391","type":"1","date_sighting":"1767225800"}],"Tag":[{"name":"tlp:red"},{"name":"c2"}]},
{"uuid":"33333333-3333-4333-8333-333333333302","type":"ip-dst","category":"Network activity","value":"45.1.2.3","to_ids":false,"timestamp":"1767225600"},
{"uuid":"33333333-3333-4333-8333-333333333303","type":"comment","category":"Other","value":"a remark","to_ids":false,"timestamp":"1767225600"},
{"uuid":"33333333-3333-4333-8333-333333333304","type":"md5","category":"Payload delivery","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":true,"deleted":true,"timestamp":"1767225600"},
{"uuid":"33333333-3333-4333-8333-333333333305","type":"domain","category":"Network activity","value":"secret.com","to_ids":true,"distribution":"0","timestamp":"1767225600"},
{"type":"domain","value":"no-uuid.com","to_ids":true}],
"Object":[{"uuid":"44444444-4444-4444-8444-444444444444","name":"file","meta-category":"file","timestamp":"1767225600","Attribute":[
 {"uuid":"33333333-3333-4333-8333-333333333306","type":"sha1","object_relation":"sha1","category":"Payload delivery","value":"da39a3ee5e6b4b0d3255bfef95601890afd80709","to_ids":true,"timestamp":"1767225600"},
 {"uuid":"33333333-3333-4333-8333-333333333307","type":"text","object_relation":"state","category":"Other","value":"Malicious","to_ids":false,"timestamp":"1767225600"}]}],
"Galaxy":[{"type":"threat-actor","name":"Threat Actor","GalaxyCluster":[{"uuid":"66666666-6666-4666-8666-666666666666","value":"APT1","tag_name":"misp-galaxy:threat-actor=\"APT1\"","description":"d"}]}]}})";

Understanding read(std::string_view text = kEvent) {
    auto out = read_events(text, ledger::Tlp::kGreen);
    EXPECT_TRUE(out) << out.error().message();
    return out.value_or(Understanding{});
}
std::map<std::string, json::Object> by_id(const Understanding& understood) {
    std::map<std::string, json::Object> out;
    for (const std::string& bytes : understood.objects) {
        const auto object = parse_object(bytes);
        EXPECT_TRUE(object) << bytes;
        out[object->id.text()] = json::parse(bytes)->as_object();
    }
    return out;
}

TEST(MispEvent, BecomesAReportOfIndicatorsAndObservations) {
    const auto out = read();
    EXPECT_EQ(out.title, "Phishing wave");
    const auto objects = by_id(out);
    const auto& indicator = objects.at("indicator--33333333-3333-4333-8333-333333333301");
    EXPECT_EQ(indicator.at("pattern"), "[domain-name:value = 'evil.com']");
    EXPECT_EQ(indicator.at("description"), "the C2");
    EXPECT_EQ(indicator.at("labels").at(0), "misp:type=\"domain\"");
    EXPECT_EQ(indicator.at("object_marking_refs").at(0), json::Value(marking_id(ledger::Tlp::kRed)))
        << "stricter than the event";
    EXPECT_EQ(
        objects.at("observed-data--33333333-3333-4333-8333-333333333302").at("object_marking_refs").at(0),
        json::Value(marking_id(ledger::Tlp::kAmber)));
    EXPECT_EQ(objects.at("x-misp-attribute--33333333-3333-4333-8333-333333333303").at("x_misp_value"),
              "a remark");
    EXPECT_EQ(objects.at("indicator--33333333-3333-4333-8333-333333333304").at("revoked"), true);
    EXPECT_EQ(objects.at("indicator--33333333-3333-4333-8333-333333333306").at("pattern"),
              "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']");
    EXPECT_EQ(objects.at("x-misp-object--44444444-4444-4444-8444-444444444444")
                  .at("x_misp_attributes")
                  .as_array()
                  .size(),
              2u);
    EXPECT_EQ(objects.at("threat-actor--66666666-6666-4666-8666-666666666666").at("name"), "APT1");
    EXPECT_EQ(objects.at("sighting--33333333-3333-4333-8333-333333333390").at("sighting_of_ref"),
              "indicator--33333333-3333-4333-8333-333333333301");
    EXPECT_EQ(objects.at("opinion--33333333-3333-4333-8333-333333333391").at("opinion"), "strongly-disagree");
    EXPECT_EQ(objects.at("report--11111111-1111-4111-8111-111111111111").at("created_by_ref"),
              "identity--22222222-2222-4222-8222-222222222222");
}

TEST(MispEvent, WhatHasNoPlaceIsTold) {
    const auto out = read();
    ASSERT_EQ(out.errors.size(), 1u);
    EXPECT_EQ(out.errors[0].text, "no-uuid.com");
    ASSERT_EQ(out.not_taken.size(), 1u);
    EXPECT_EQ(out.not_taken[0].text, "secret.com") << "its organisation's only";
    ASSERT_EQ(out.losses.size(), 1u);
    EXPECT_EQ(out.losses[0].path, "Event.distribution");
    for (const std::string& bytes : out.objects) EXPECT_EQ(bytes.find("secret.com"), std::string::npos);
}

// Whatever stands in an event is taken, or told; what an own organisation alone may have is neither shared
// with an attribute's word nor with its object's.
TEST(MispEvent, NothingIsLostInSilence) {
    const auto out = read(
        R"({"Event":{"uuid":"11111111-1111-4111-8111-111111111111","id":"7","info":"x","timestamp":"1767225600",
"distribution":"1","RelatedEvent":[{"Event":{"id":"8"}}],"SharingGroup":{"name":"g"},"EventReport":[{"name":"r"}],"ShadowAttribute":[],
"never heard of":1,"Attribute":[{"uuid":"33333333-3333-4333-8333-333333333301","type":"domain","value":"evil.com","to_ids":true,
"distribution":"4","SharingGroup":{"name":"g"},"RelatedAttribute":[1],"disable_correlation":true}],
"Object":[{"uuid":"44444444-4444-4444-8444-444444444444","name":"file","meta-category":"file","description":"d","template_version":"3",
"first_seen":"2026-01-01T00:00:00Z","odd":"x","distribution":"5","Attribute":[{"uuid":"33333333-3333-4333-8333-333333333306",
"type":"text","object_relation":"state","value":"Malicious","to_ids":false,"Tag":[{"name":"tlp:red"},{"name":"t"}]}]},
{"uuid":"44444444-4444-4444-8444-444444444445","name":"secret-object","distribution":"0","Attribute":[
{"uuid":"33333333-3333-4333-8333-333333333307","type":"domain","value":"secret.com","to_ids":true,"distribution":"5"}]}]}})");
    std::vector<std::string> lost;
    for (const auto& loss : out.losses) lost.push_back(loss.path);
    EXPECT_THAT(lost, ::testing::UnorderedElementsAre(
                          "Event.RelatedEvent", "Event.SharingGroup", "Event.EventReport",
                          "Event.never heard of", "Event.distribution", "Event.Attribute[0].SharingGroup",
                          "Event.Attribute[0].RelatedAttribute", "Event.Attribute[0].distribution",
                          "Event.Object[0].odd", "Event.Object[0].Attribute[0].Tag"));
    EXPECT_EQ(
        by_id(out).at("x-misp-object--44444444-4444-4444-8444-444444444444").at("object_marking_refs").at(0),
        json::Value(marking_id(ledger::Tlp::kRed)))
        << "it holds the attribute";
    ASSERT_EQ(out.not_taken.size(), 1u);
    EXPECT_EQ(out.not_taken[0].text, "secret-object");
    for (const std::string& bytes : out.objects) EXPECT_EQ(bytes.find("secret"), std::string::npos) << bytes;
    const auto written = write_event(out.objects, {.uuid = "99999999-9999-4999-8999-999999999999",
                                                   .info = "",
                                                   .time = Time::from_seconds(1'767'225'600),
                                                   .org_uuid = "",
                                                   .org_name = ""});
    EXPECT_THAT(written.losses, IsEmpty());
    EXPECT_EQ(written.event.at("Object").at(0).at("first_seen"), "2026-01-01T00:00:00Z");
}

TEST(MispEvent, WhatMispHasNoPlaceForIsToldOfReportsIdentitiesAndMarkings) {
    const std::string common =
        R"("spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)";
    const std::vector<std::string> objects = {
        R"({"type":"report","id":"report--11111111-1111-4111-8111-111111111111",)" + common +
            R"("name":"n","published":"2026-01-01T00:00:00Z","description":"long","confidence":7,)" +
            R"("object_refs":["identity--22222222-2222-4222-8222-222222222222"]})",
        R"({"type":"identity","id":"identity--22222222-2222-4222-8222-222222222222",)" + common +
            R"("name":"n","identity_class":"organization","sectors":["energy"]})",
        R"({"type":"marking-definition","spec_version":"2.1","id":"marking-definition--22222222-2222-4222-8222-222222222223",)"
        R"("created":"2026-01-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"ours"}})"};
    const auto written = write_event(objects, {.uuid = "99999999-9999-4999-8999-999999999999",
                                               .info = "",
                                               .time = Time::from_seconds(1'767'225'600),
                                               .org_uuid = "",
                                               .org_name = ""});
    std::vector<std::string> lost;
    for (const auto& loss : written.losses) lost.push_back(loss.path);
    EXPECT_THAT(lost,
                ::testing::UnorderedElementsAre("report--11111111-1111-4111-8111-111111111111.description",
                                                "report--11111111-1111-4111-8111-111111111111.confidence",
                                                "identity--22222222-2222-4222-8222-222222222222.sectors",
                                                "marking-definition--22222222-2222-4222-8222-222222222223"));
}

TEST(MispEvent, ComesBackAsItWas) {
    const auto out = read();
    const WrittenEvent written = write_event(out.objects, {.uuid = "99999999-9999-4999-8999-999999999999",
                                                           .info = "",
                                                           .time = Time::from_seconds(1'767'225'600),
                                                           .org_uuid = "",
                                                           .org_name = "",
                                                           .label = ledger::Tlp::kAmber});
    const json::Object& event = written.event;
    EXPECT_EQ(event.at("info"), "Phishing wave");
    EXPECT_EQ(event.at("Orgc").at("name"), "CERT X");
    EXPECT_EQ(event.at("threat_level_id"), "1");
    std::map<std::string, const json::Object*> attributes;
    for (const json::Value& each : event.at("Attribute").as_array())
        attributes[std::string(each.at("uuid").as_string())] = &each.get_object();
    ASSERT_EQ(attributes.size(), 4u);
    const json::Object& domain = *attributes.at("33333333-3333-4333-8333-333333333301");
    EXPECT_EQ(domain.at("type"), "domain");
    EXPECT_EQ(domain.at("category"), "Network activity");
    EXPECT_EQ(domain.at("value"), "evil.com");
    EXPECT_EQ(domain.at("to_ids"), true);
    EXPECT_EQ(domain.at("comment"), "the C2");
    EXPECT_EQ(domain.at("Tag").at(0).at("name"), "tlp:red");
    EXPECT_EQ(domain.at("Sighting").as_array().size(), 2u);
    const json::Object& address = *attributes.at("33333333-3333-4333-8333-333333333302");
    EXPECT_EQ(address.at("type"), "ip-dst");
    EXPECT_EQ(address.at("to_ids"), false);
    EXPECT_EQ(attributes.at("33333333-3333-4333-8333-333333333303")->at("type"), "comment");
    EXPECT_EQ(attributes.at("33333333-3333-4333-8333-333333333304")->at("deleted"), true);
    ASSERT_EQ(event.at("Object").as_array().size(), 1u);
    EXPECT_EQ(event.at("Object").at(0).at("Attribute").as_array().size(), 2u);
}

TEST(MispEvent, WrittenDependsOnNoOrder) {
    auto objects = read().objects;
    const EventSpec spec{.uuid = "99999999-9999-4999-8999-999999999999",
                         .info = "x",
                         .time = {},
                         .org_uuid = "",
                         .org_name = ""};
    const std::string first = json::write(write_event(objects, spec).event);
    std::mt19937 random(3);
    for (int i = 0; i < 10; ++i) {
        std::ranges::shuffle(objects, random);
        EXPECT_EQ(json::write(write_event(objects, spec).event), first);
    }
}

TEST(MispAttribute, EveryPatternGivesItsValueBack) {
    const std::pair<std::string_view, std::string_view> kAll[] = {{"ip-src", "45.1.2.3"},
                                                                  {"ip-dst", "2a02::1"},
                                                                  {"ip-dst|port", "45.1.2.3|80"},
                                                                  {"domain", "a.com"},
                                                                  {"hostname", "b.a.com"},
                                                                  {"domain|ip", "a.com|45.1.2.3"},
                                                                  {"hostname|port", "a.com|443"},
                                                                  {"url", "http://a.com/x'y\\z"},
                                                                  {"md5", "d41d8cd98f00b204e9800998ecf8427e"},
                                                                  {"filename", "a|b.exe"},
                                                                  {"filename|sha256", "a|b.exe|e3b0"},
                                                                  {"email-src", "a@b.com"},
                                                                  {"email-dst", "a@b.com"},
                                                                  {"email-subject", "hi 'you'"},
                                                                  {"mutex", "m"},
                                                                  {"ja3-fingerprint-md5", "e7d7"},
                                                                  {"btc", "1A1z"},
                                                                  {"xmr", "4A1z"},
                                                                  {"AS", "AS123"},
                                                                  {"regkey", "HKLM\\x"},
                                                                  {"regkey|value", "HKLM\\x|y"},
                                                                  {"yara", "rule x { condition: true }"},
                                                                  {"user-agent", "Mozilla/5.0 (x)"},
                                                                  {"x509-fingerprint-sha1", "da39"},
                                                                  {"stix2-pattern", "[a:b = 1]"},
                                                                  {"port", "80"}};
    for (const auto& [type, value] : kAll) {
        const auto pattern = pattern_of(type, value);
        ASSERT_TRUE(pattern) << type;
        EXPECT_EQ(value_of(type, pattern->pattern), value) << type << " " << pattern->pattern;
    }
    EXPECT_EQ(pattern_of("domain|ip", "no bar"), std::nullopt);
    EXPECT_EQ(pattern_of("AS", "ASx"), std::nullopt);
    EXPECT_EQ(pattern_of("comment", "x"), std::nullopt);
    EXPECT_EQ(value_of("domain", "[domain-name:value = 'a.com' OR domain-name:value = 'b.com']"),
              std::nullopt);
}

const EventSpec kSpec{.uuid = "99999999-9999-4999-8999-999999999999",
                      .info = "x",
                      .time = {},
                      .org_uuid = "99999999-9999-4999-8999-999999999998",
                      .org_name = "x"};

std::string indicator_of(unsigned n, std::string_view pattern) {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{:012x}",)"
        R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern":{},)"
        R"("pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}})",
        n, json::write(json::Value(pattern)));
}

// A value of any kind is the same value after it went through an event, however it stands there.
TEST(MispEvent, KeepsValuesOfEveryKind) {
    unsigned n = 0;
    for (const std::string_view entry :
         {"45.1.2.3", "45.95.168.0/24", "2a02:4780:1::5", "2a02:4780::/32", "evil.com", "http://evil.com/x",
          "me@evil.com", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "file-name Invoice7.exe",
          "ja3 e7d705a3286e19ea42f587b344ee6865", "t13d1516h2_8daaf6152771_e5627efa2ab1",
          "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"}) {
        const auto indicator = classify(entry);
        ASSERT_TRUE(indicator) << entry;
        const std::vector<std::string> one{indicator_of(++n, intelligence::pattern_of(*indicator))};
        const WrittenEvent written = write_event(one, kSpec);
        EXPECT_THAT(written.losses, ::testing::IsEmpty()) << entry;
        const auto again =
            read_events(json::write(json::Object{{"Event", written.event}}), ledger::Tlp::kGreen);
        ASSERT_TRUE(again) << entry << again.error().message();
        std::vector<Indicator> values;
        for (const std::string& bytes : again->objects) {
            const auto object = parse_object(bytes);
            if (object->id.type != "indicator") continue;
            EXPECT_EQ(object->id.uuid.text(), fmt::format("00000000-0000-4000-8000-{:012x}", n));
            const auto found = simple_values(object->pattern, object->spec);
            ASSERT_TRUE(found) << object->pattern << found.error().message();
            values.insert(values.end(), found->values.begin(), found->values.end());
        }
        EXPECT_EQ(values, std::vector{*indicator}) << entry;
    }
    // Several together; and whole where one has no attribute.
    const std::vector<std::string> several{
        indicator_of(1,
                     "[file:hashes.SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C' OR "
                     "network-traffic:x_tls_ja4 = 't13d1516h2_8daaf6152771_e5627efa2ab1']")};
    const WrittenEvent written = write_event(several, kSpec);
    ASSERT_EQ(written.event.at("Attribute").as_array().size(), 1U);
    EXPECT_EQ(written.event.at("Attribute").at(0).at("type"), "ssdeep");
    ASSERT_EQ(written.event.at("Object").as_array().size(), 1U);
    EXPECT_EQ(written.event.at("Object").at(0).at("name"), "ja4-plus");
    const std::vector<std::string> whole{
        indicator_of(1,
                     "[domain-name:value = 'evil.com' OR x-cryptocurrency-wallet:value = "
                     "'0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae']")};
    EXPECT_EQ(write_event(whole, kSpec).event.at("Attribute").at(0).at("type"), "stix2-pattern");
}

TEST(MispEvent, AJa4InItsObjectIsAnIndicator) {
    constexpr std::string_view kObjects =
        R"({{"Event":{{"uuid":"11111111-1111-4111-8111-111111111111","info":"x",
        "timestamp":"1767225600","Object":[{{"uuid":"22222222-2222-4222-8222-222222222222","name":"ja4-plus",
        "meta-category":"network","Attribute":[{{"uuid":"33333333-3333-4333-8333-333333333301","type":"text",
        "object_relation":"ja4-fingerprint","category":"Other","value":"{}","to_ids":{}}},
        {{"uuid":"33333333-3333-4333-8333-333333333302","type":"text","object_relation":"ja4-type","category":"Other",
        "value":"JA4","to_ids":false}}]}}]}}}})";
    const std::string id = "indicator--33333333-3333-4333-8333-333333333301";
    const auto taken = read(fmt::format(kObjects, "T13D1516H2_8daaf6152771_e5627efa2ab1", true));
    const auto objects = by_id(taken);
    ASSERT_TRUE(objects.contains(id));
    EXPECT_EQ(objects.at(id).at("pattern"),
              "[network-traffic:x_tls_ja4 = 't13d1516h2_8daaf6152771_e5627efa2ab1']");
    const auto untold = read(fmt::format(kObjects, "t13d1516h2_8daaf6152771_e5627efa2ab1", false));
    EXPECT_FALSE(by_id(untold).contains(id));
    EXPECT_TRUE(
        std::ranges::any_of(untold.losses, [](const auto& loss) { return loss.why.contains("to_ids"); }));
    EXPECT_FALSE(by_id(read(fmt::format(kObjects, "no fingerprint", true))).contains(id));
}

TEST(MispEvent, StrangeDocumentsAreRefused) {
    for (const char* bad : {"", "{}", "[]", "1", R"({"Event":1})", R"({"Event":{"info":"x"}})",
                            R"({"Event":{"uuid":"x","info":"y"}})", R"({"response":[]})",
                            R"({"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":"x"}})"})
        EXPECT_FALSE(read_events(bad, ledger::Tlp::kGreen)) << bad;
    const std::string text(kEvent);
    for (std::size_t size = 0; size < text.size(); size += 7)
        EXPECT_FALSE(read_events(std::string_view(text).substr(0, size), ledger::Tlp::kGreen)) << size;
}

TEST(MispEvent, FieldsOfWrongTypesAreNoFaults) {
    const auto out = read(
        R"([{"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":7,"timestamp":1767225600,"Tag":{},"Orgc":"x",
        "Attribute":[1,null,{"uuid":7},{"uuid":"33333333-3333-4333-8333-333333333301","type":"domain","value":"evil.com","to_ids":1,"Tag":[7],"Sighting":[7,{}]}],
        "Object":[{},7],"Galaxy":[{"GalaxyCluster":[{}]},1]}}])");
    EXPECT_EQ(by_id(out).count("indicator--33333333-3333-4333-8333-333333333301"), 1u);
    EXPECT_FALSE(out.losses.empty());
}

}  // namespace
}  // namespace comity::intelligence::misp
