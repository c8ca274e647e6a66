// What STIX says MUST be, held to by parse_object: each case is an object with one thing wrong, and the
// error's words.
#include <gtest/gtest.h>

#include "intelligence/stix/object.h"
#include "intelligence/stix/schema.h"
#include "intelligence/stix/schema_table.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

constexpr std::string_view kUuid = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

// An object of that type with what all objects have, and these properties.
std::string object(std::string_view type, std::string_view properties, std::string_view spec = "2.1") {
    const bool observable = rules_of(type).object_class == ObjectClass::kObservable;
    std::string text = "{\"type\":\"" + std::string(type) + "\",\"id\":\"" + std::string(type) + "--" +
                       std::string(kUuid) + '"';
    if (!spec.empty()) text += ",\"spec_version\":\"" + std::string(spec) + '"';
    if (!observable) text += R"(,"created":"2020-01-01T00:00:00.000Z")";
    if (!observable && type != "marking-definition") text += R"(,"modified":"2020-01-01T00:00:00.000Z")";
    return text + (properties.empty() ? "" : ",") + std::string(properties) + "}";
}

// "taken", or the error without the object's name.
std::string outcome(const std::string& text, std::vector<Advice>* advice = nullptr) {
    const auto parsed = parse_object(text, advice);
    if (parsed) return "taken";
    Error error = parsed.error();
    const std::size_t name = error.where.find(kUuid);
    if (name != std::string::npos) error.where.erase(0, name + kUuid.size());
    if (error.where.starts_with('.')) error.where.erase(0, 1);
    return error.message();
}

struct Case {
    std::string_view type;
    std::string_view properties;
    std::string_view outcome;
};

void expect(std::span<const Case> cases, std::string_view spec = "2.1") {
    for (const Case& one : cases)
        EXPECT_EQ(outcome(object(one.type, one.properties, spec)), one.outcome)
            << one.type << " " << one.properties;
}

TEST(Check, ReadsTheWholeTable) {
    for (const Spec spec : {Spec::k20, Spec::k21}) {
        for (const SchemaRow& row : schema_table()) {
            const Schema* part = part_schema(row.name, spec);
            const Schema& schema = part != nullptr ? *part : schema_of(row.name, spec);
            EXPECT_LE(schema.properties.size(), 64u);
            for (std::size_t i = 0; i < schema.properties.size(); ++i)
                EXPECT_EQ(schema.find(schema.properties[i].name), i)
                    << row.name << " " << schema.properties[i].name;
            EXPECT_EQ(schema.find("nothing_of_that_name"), Schema::kNone);
            EXPECT_EQ(schema.find(""), Schema::kNone);
        }
    }
}

TEST(Check, WantsWhatATypeRequires) {
    expect(std::to_array<Case>({
        {"campaign", "", "name: is missing, and STIX 2.1 section 4.2 requires it"},
        {"campaign", R"("name":"x")", "taken"},
        {"malware", R"("name":"x")", "is_family: is missing, and STIX 2.1 section 4.11 requires it"},
        {"opinion", R"("opinion":"agree")", "object_refs: is missing, and STIX 2.1 section 4.15 requires it"},
        {"extension-definition", R"("name":"x","schema":"x","version":"1","extension_types":["new-sdo"])",
         "created_by_ref: is missing, and STIX 2.1 section 7.3 requires it"},
        {"email-addr", "", "value: is missing, and STIX 2.1 section 6.5 requires it"},
        {"file", R"("extensions":{"archive-ext":{"comment":"x"}},"name":"x")",
         "extensions.archive-ext.contains_refs: is missing, and STIX 2.1 section 6.7.2 requires it"},
        {"tool", R"("name":"x","kill_chain_phases":[{"kill_chain_name":"x"}])",
         "kill_chain_phases[0].phase_name: is missing, and STIX 2.1 section 2.10 requires it"},
    }));
}

TEST(Check, HoldsPropertiesToTheirForms) {
    expect(std::to_array<Case>({
        {"campaign", R"("name":7)", "name: is no string"},
        {"campaign", R"("name":"x","aliases":"y")", "aliases: is no array"},
        {"campaign", R"("name":"x","aliases":[])",
         "aliases: is empty: leave the property out (STIX 2.1 section 2.11)"},
        {"campaign", R"("name":"x","aliases":["y",7])", "aliases[1]: is no string"},
        {"campaign", R"("name":"x","confidence":101)", "confidence: is 101, and may be from 0 to 100"},
        {"campaign", R"("name":"x","confidence":50.5)", "confidence: is no whole number"},
        {"campaign", R"("name":"x","lang":"english language")",
         "lang: \"english language\" is no language of RFC 5646: such as en, fr or zh-Hans"},
        {"campaign", R"("name":"x","revoked":"no")", "revoked: is neither true nor false"},
        {"campaign", R"("name":"x","name":"y")", "name: stands in the object twice"},
        {"campaign", R"("name":"x","x_a":{"b":[{"c":1,"c":2}]})", "x_a.b[0].c: stands in the object twice"},
        {"campaign", R"("name":"x","X":1)",
         "X: is no name of a property: 3 to 250 of a-z, 0-9 and the underscore (STIX 2.1 sections 3.1 and "
         "11.1)"},
        {"campaign", R"("name":"x","colour":"red","x_any":null)", "taken"},
        {"location", R"("latitude":91,"longitude":0)", "latitude: is 91, and may be from -90 to 90"},
        {"observed-data",
         R"("first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":0,"object_refs":["file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"])",
         "number_observed: is 0, and may be from 1 to 999999999"},
        {"file", R"("name":"x","magic_number_hex":"abc")",
         "magic_number_hex: \"abc\" is no hexadecimal: pairs of 0-9 and a-f"},
        {"file", R"("name":"x","size":-1)", "size: is -1, and may not be below 0"},
        {"file", R"("hashes":{"MD5":"abc"})",
         "hashes.MD5: \"abc\" is none: it has 32 hexadecimal digits (STIX 2.1 section 10.6)"},
        {"file", R"("hashes":{"M D":"abc"})",
         "hashes.M D: is no name of a hash: 3 to 250 of a-z, A-Z, 0-9, the hyphen and the underscore (STIX "
         "2.1 section 2.7)"},
        {"file", R"("hashes":{"x-own":"abc"})", "taken"},
        {"artifact", R"("payload_bin":"=")",
         "payload_bin: is no base64: RFC 4648 section 4, with its padding"},
        {"process", R"("environment_variables":{})",
         "environment_variables: is empty: leave the property out (STIX 2.1 section 2.4)"},
        {"process", R"("environment_variables":{"a b":"c"})",
         "environment_variables.a b: is no key of a dictionary: 1 to 250 of a-z, A-Z, 0-9, the hyphen and "
         "the "
         "underscore (STIX 2.1 section 2.4)"},
        {"process", R"("pid":1,"defanged":1)", "defanged: is neither true nor false"},
        {"opinion", R"("opinion":"maybe","object_refs":["file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"])",
         "opinion: \"maybe\" is no word of its vocabulary: one of strongly-disagree disagree neutral agree "
         "strongly-agree (STIX 2.1 section 10)"},
    }));
}

TEST(Check, KnowsWhatReferencesMayLeadTo) {
    const std::string to = std::string("--") + std::string(kUuid);
    const auto sighting = [&](std::string_view of) {
        return outcome(object("sighting", "\"sighting_of_ref\":\"" + std::string(of) + to + '"'));
    };
    EXPECT_EQ(sighting("malware"), "taken");
    EXPECT_EQ(sighting("x-own"), "taken");
    EXPECT_EQ(sighting("file"), "sighting_of_ref: \"file" + to + "\" is no domain object");
    EXPECT_EQ(sighting("relationship"), "sighting_of_ref: \"relationship" + to + "\" is no domain object");
    const auto relationship = [&](std::string_view target) {
        return outcome(object("relationship", R"("relationship_type":"x","source_ref":"file)" + to +
                                                  R"(","target_ref":")" + std::string(target) + to + '"'));
    };
    EXPECT_EQ(relationship("tool"), "taken");
    EXPECT_EQ(relationship("marking-definition"),
              "target_ref: \"marking-definition" + to + "\" is no domain object or observable");
    EXPECT_EQ(outcome(object("email-message", R"("is_multipart":false,"from_ref":"file)" + to + "\"")),
              "from_ref: \"file" + to + "\" is no email-addr");
    EXPECT_EQ(outcome(object("domain-name", R"("value":"x","resolves_to_refs":["ipv4-addr)" + to +
                                                R"(","url)" + to + "\"]")),
              "resolves_to_refs[1]: \"url" + to + "\" is no domain-name, ipv4-addr or ipv6-addr");
    EXPECT_EQ(
        outcome(object("report", R"("name":"x","published":"2020-01-01T00:00:00Z","object_refs":["bundle)" +
                                     to + "\"]")),
        "object_refs[0]: \"bundle" + to + "\" is no object that can be referred to");
}

TEST(Check, HoldsRulesAmongProperties) {
    expect(std::to_array<Case>({
        {"campaign", R"("name":"x","first_seen":"2020-01-02T00:00:00Z","last_seen":"2020-01-01T00:00:00Z")",
         "last_seen: is before first_seen (STIX 2.1 section 4.2)"},
        {"campaign", R"("name":"x","first_seen":"2020-01-02T00:00:00Z","last_seen":"2020-01-02T00:00:00Z")",
         "taken"},
        {"file", R"("size":1)", "has none of hashes and name, and STIX 2.1 section 6.7 requires one"},
        {"artifact", R"("mime_type":"a/b")",
         "has none of payload_bin and url, and STIX 2.1 section 6.1 requires just one of them"},
        {"artifact", R"("url":"https://example.org")",
         "hashes: is missing, and STIX 2.1 section 6.1 requires it beside url"},
        {"location", R"("city":"Nairobi")",
         "has none of latitude, longitude, region and country, and STIX 2.1 section 4.10 requires one"},
        {"location", R"("latitude":1)",
         "longitude: is missing, and STIX 2.1 section 4.10 requires it beside latitude"},
        {"network-traffic", R"("protocols":["tcp"])",
         "has none of src_ref and dst_ref, and STIX 2.1 section 6.12 requires one"},
        {"process", "", "has no property of a process, and STIX 2.1 section 6.13 requires one"},
        {"malware", R"("is_family":true)",
         "name: is missing, and a family of malware has one (STIX 2.1 section 4.11)"},
        {"email-message", R"("is_multipart":true,"body":"x")",
         "body: must not be there when is_multipart is true (STIX 2.1 section 6.6)"},
        {"tool", R"("name":"x","external_references":[{"source_name":"y"}])",
         "external_references[0]: has none of description, url and external_id, and STIX 2.1 section 2.5 "
         "requires one"},
        {"tool", R"("name":"x","granular_markings":[{"selectors":["name"]}])",
         "granular_markings[0]: has none of lang and marking_ref, and STIX 2.1 section 7.2.3 requires just "
         "one of them"},
        {"tool",
         R"("name":"x","labels":["a"],"granular_markings":[{"selectors":["name","labels.[0]"],"lang":"en"}])",
         "taken"},
        {"tool",
         R"("name":"x","labels":["a"],"granular_markings":[{"selectors":["labels.[1]"],"lang":"en"}])",
         "granular_markings[0].selectors: \"labels.[1]\" leads to nothing in the object: such as name, "
         "labels.[0] or "
         "external_references.[1].url (STIX 2.1 section 7.2.3.1)"},
        {"relationship",
         R"("relationship_type":"Uses","source_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","target_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")",
         "relationship_type: \"Uses\" has other characters than a-z, 0-9 and hyphens: STIX 2.1 section 5.1"},
        {"language-content",
         R"("object_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","contents":{"?":{"name":"x"}})",
         "contents.?: is no language of RFC 5646"},
    }));
}

TEST(Check, NamesTheColumnOfAWrongPattern) {
    const auto indicator = [](std::string_view pattern, std::string_view type) {
        return outcome(object("indicator", "\"pattern\":\"" + std::string(pattern) +
                                               "\",\"pattern_type\":\"" + std::string(type) +
                                               R"(","valid_from":"2020-01-01T00:00:00Z")"));
    };
    EXPECT_EQ(indicator("[file:name = 'a']", "stix"), "taken");
    EXPECT_EQ(
        indicator("[file:name = 'a'", "stix"),
        R"(pattern: column 17: found the end of the pattern, expected AND, OR or "]": STIX 2.1 section 9)");
    EXPECT_EQ(indicator("alert tcp any any", "snort"), "taken");
    EXPECT_EQ(indicator("", "snort"), "pattern: is empty");
}

TEST(Check, HoldsMarkingDefinitionsToTheirKinds) {
    expect(std::to_array<Case>({
        {"marking-definition", R"("definition_type":"statement","definition":{"statement":"mine"})", "taken"},
        {"marking-definition", R"("definition_type":"statement","definition":{})",
         "definition.statement: is missing or no string (STIX 2.1 section 7.2.1.3)"},
        {"marking-definition", "",
         "definition_type: is missing, and so is extensions: STIX 2.1 section 7.2.1 requires one or the "
         "other"},
        {"marking-definition",
         R"("extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"clear"}})",
         "taken"},
        {"marking-definition",
         R"("extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"other"}})",
         "extensions.extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d.extension_type: is no word "
         "of its "
         "vocabulary: one of new-sdo new-sco new-sro property-extension toplevel-property-extension (STIX "
         "2.1 section "
         "7.3)"},
        {"marking-definition", R"("definition_type":"tlp","definition":{"tlp":"red"})",
         "id: is not that of TLP:red (STIX 2.1 section 7.2.1.4): use "
         "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed, and no other"},
    }));
}

TEST(Check, Keeps20ByItsOwnRules) {
    expect(std::to_array<Case>({
               {"malware", R"("name":"x","labels":["trojan"])", "taken"},
               {"malware", R"("labels":["trojan"])", "name: is missing, and STIX 2.0 requires it"},
               {"malware", R"("name":"x")", "labels: is missing, and STIX 2.0 requires it"},
               {"malware", R"("name":"x","labels":["trojan"],"is_family":"later")",
                "taken"},  // 2.0 knows it not
               {"identity", R"("name":"x")", "identity_class: is missing, and STIX 2.0 requires it"},
               {"location", R"("anything":1)", "taken"},  // a custom type there
           }),
           "2.0");
    EXPECT_EQ(outcome(object("location", R"("country":"KE")", "")),
              "spec_version: is missing, and STIX 2.0, which had none, knew no location: STIX 2.1 section "
              "3.2 requires "
              "\"spec_version\": \"2.1\"");
    const auto observed = [](std::string_view objects) {
        return outcome(object(
            "observed-data",
            R"("first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":1,"objects":)" +
                std::string(objects),
            "2.0"));
    };
    EXPECT_EQ(
        observed(
            R"({"0":{"type":"domain-name","value":"x","resolves_to_refs":["1"]},"1":{"type":"ipv4-addr","value":"y"}})"),
        "taken");
    EXPECT_EQ(observed(R"({"0":{"type":"domain-name","value":"x","resolves_to_refs":["2"]}})"),
              "objects.0.resolves_to_refs[0]: \"2\" is no key of the objects around it");
    EXPECT_EQ(
        observed(
            R"({"0":{"type":"domain-name","value":"x","resolves_to_refs":["0"]},"1":{"type":"ipv4-addr"}})"),
        "objects.1.value: is missing, and STIX 2.0 requires it");
    EXPECT_EQ(
        observed(
            R"({"0":{"type":"domain-name","value":"x","resolves_to_refs":["1"]},"1":{"type":"file","name":"y"}})"),
        "objects.0.resolves_to_refs[0]: \"1\" is no domain-name, ipv4-addr or ipv6-addr");
    EXPECT_EQ(observed("{}"), "objects: is empty");
}

TEST(Check, DoesNotWorkForEverOnAnObjectMadeForThat) {
    std::string names;
    std::string selectors;
    for (int i = 0; i < 20'000; ++i) {
        names += ",\"x_" + std::to_string(i) + "\":1";
        selectors += std::string(i == 0 ? "" : ",") + "\"x_19999\"";
    }
    EXPECT_EQ(outcome(object("tool", R"("name":"x")" + names +
                                         R"(,"granular_markings":[{"lang":"en","selectors":[)" + selectors +
                                         "]}]")),
              "granular_markings[0].selectors: are too many for one object");
}

// Every property of every type given in turn a value of each JSON kind: never a crash, and never both kinds
// wrong.
TEST(Check, AnswersEveryPropertyWithEveryKindOfValue) {
    for (const SchemaRow& row : schema_table()) {
        for (const Spec spec : {Spec::k20, Spec::k21}) {
            for (const Property& property : schema_of(row.name, spec).properties) {
                for (const std::string_view value :
                     {"null", "true", "1", "-1.5", "\"x\"", "[]", "[[]]", "{}", "[{}]", "{\"a\":{\"b\":[1]}}",
                      "\"8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\""}) {
                    outcome(object(row.name, "\"" + std::string(property.name) + "\":" + std::string(value),
                                   to_string(spec)));
                }
            }
        }
    }
}

TEST(Check, AdvisesWhatShouldBe) {
    const auto advice = [](const std::string& text) {
        std::vector<Advice> found;
        EXPECT_EQ(outcome(text, &found), "taken");
        std::string all;
        for (const Advice& one : found) {
            all += one.where.substr(std::min(one.where.find(kUuid), one.where.size() - kUuid.size()) +
                                    kUuid.size()) +
                   ": " + one.what + " (" + one.rule + ")\n";
        }
        return all;
    };
    EXPECT_EQ(advice(object("tool", R"("name":"x","tool_types":["remote-access"])")), "");
    EXPECT_EQ(advice(object("tool", R"("name":"x","tool_types":["hammer"],"colour":"red")")),
              ".tool_types[0]: \"hammer\" is not in the open vocabulary tool-type-ov (STIX 2.1 section 10)\n"
              ".colour: is a custom property whose name does not begin with x_ (STIX 2.1 section 11.1)\n");
    EXPECT_EQ(advice(object("acme-thing", "")),
              ".type: is a custom type whose name does not begin with x- (STIX 2.1 section 11.2)\n");
    EXPECT_EQ(advice(object("ipv4-addr", R"("value":"198.51.100.3")")),
              ".id: has a UUID of version 4; that of these properties is "
              "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4 (STIX 2.1 section 2.9)\n");
    EXPECT_EQ(
        advice(object(
            "relationship",
            R"("relationship_type":"uses","source_ref":"file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","target_ref":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")")),
        ".relationship_type: \"uses\" is not told of from file to tool (STIX 2.1 section 5.1 and appendix "
        "B)\n");
    EXPECT_EQ(
        advice(object("tool",
                      R"("name":"x","external_references":[{"source_name":"cve","external_id":"2020-1"}])")),
        ".external_references[0].external_id: is no number of cve, CVE-... (STIX 2.1 section 2.5)\n");
}

}  // namespace
}  // namespace comity::intelligence
