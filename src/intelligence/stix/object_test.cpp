#include "intelligence/stix/object.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <map>

#include "intelligence/stix/marking.h"
#include "json/slices.h"
#include "json/value.h"
#include "testing/shared_data.h"

namespace comity::intelligence {
namespace {

using ledger::Tlp;

json::Object indicator() {
    return json::parse(R"({
        "type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created_by_ref": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
        "created": "2016-04-06T20:03:48.000Z", "modified": "2016-04-06T20:03:49.5Z",
        "name": "Poison Ivy Malware", "pattern": "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
        "pattern_type": "stix", "valid_from": "2016-01-01T00:00:00Z"})")
        ->as_object();
}

Result<Object> parse(const json::Object& object) {
    return parse_object(json::write(object));
}

json::Object changed(std::string_view key, const json::Value& value) {
    json::Object object = indicator();
    object[key] = value;
    return object;
}

// The error's place without the object's id.
std::string place(const Result<Object>& result) {
    if (result) return "(taken)";
    const std::string_view where = result.error().where;
    return std::string(where.substr(where.rfind('.') == std::string_view::npos ? 0 : where.rfind('.') + 1));
}

TEST(StixObject, ReadsAnIndicator) {
    const auto object = parse(indicator());
    ASSERT_TRUE(object) << object.error().message();
    EXPECT_EQ(object->id.text(), "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    EXPECT_EQ(object->spec, Spec::k21);
    EXPECT_EQ(format_time_millis(*object->created), "2016-04-06T20:03:48.000Z");
    EXPECT_EQ(format_time_millis(*object->version), "2016-04-06T20:03:49.500Z");
    EXPECT_EQ(object->version_text, "2016-04-06T20:03:49.5Z");
    EXPECT_FALSE(object->revoked);
    EXPECT_EQ(object->marking, std::nullopt);
    EXPECT_EQ(object->created_by->text(), "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff");
    EXPECT_EQ(object->name, "Poison Ivy Malware");
    EXPECT_EQ(object->pattern, "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
    EXPECT_EQ(object->pattern_type, "stix");
}

TEST(StixObject, NamesWhatIsMissing) {
    for (const std::string_view key :
         {"type", "id", "created", "modified", "pattern", "pattern_type", "valid_from"}) {
        json::Object object = indicator();
        object.erase(key);
        EXPECT_EQ(place(parse(object)), key);
    }
    for (const std::string_view key : {"created_by_ref", "name"}) {
        json::Object object = indicator();
        object.erase(key);
        EXPECT_TRUE(parse(object)) << key;
    }
    const auto error = parse(changed("valid_from", nullptr));
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error().where, "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f.valid_from");
}

TEST(StixObject, RefusesPropertiesOfTheWrongKind) {
    for (const std::string_view key :
         {"type", "id", "spec_version", "created", "modified", "pattern", "pattern_type", "valid_from",
          "created_by_ref", "revoked", "object_marking_refs", "granular_markings", "valid_until"}) {
        for (const json::Value& value :
             {json::Value(7), json::Value(nullptr), json::Value(json::Object{}), json::Value("?")}) {
            if (key == "pattern_type" && value.is_string()) continue;
            EXPECT_EQ(place(parse(changed(key, value))), key) << value;
        }
    }
}

TEST(StixObject, RefusesWrongIdentifiers) {
    for (const std::string_view id :
         {"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
          "indicator--1", "indicator--", "INDICATOR--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
          "indicator-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", ""}) {
        EXPECT_EQ(place(parse(changed("id", json::Value(id)))), "id") << id;
    }
    for (const std::string_view type : {"", "ab", "Indicator", "x_y_z", "0abc", "bundle"}) {
        EXPECT_EQ(place(parse(changed("type", json::Value(type)))), "type") << type;
    }
    EXPECT_EQ(place(parse(changed("created_by_ref", "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"))),
              "created_by_ref");
}

TEST(StixObject, HoldsTimesToTheirForm) {
    for (const std::string_view time : {"2016-04-06", "2016-04-06T20:03:50", "2016-04-06T20:03:50+00:00",
                                        "2016-13-06T20:03:50Z", "2016-04-06 20:03:50Z", "yesterday", ""}) {
        EXPECT_EQ(place(parse(changed("modified", json::Value(time)))), "modified") << time;
    }
    EXPECT_TRUE(parse(changed("modified", "2016-04-06T20:03:50Z")));
    EXPECT_TRUE(parse(changed("modified", "2016-04-06T20:03:48Z")));  // as created
    EXPECT_EQ(place(parse(changed("modified", "2016-04-06T20:03:47.999999Z"))), "modified");
    EXPECT_EQ(place(parse(changed("valid_until", "2016-01-01T00:00:00Z"))), "valid_until");
    EXPECT_TRUE(parse(changed("valid_until", "2016-01-01T00:00:00.000001Z")));
}

TEST(StixObject, TellsTheSpecificationByWhatItSays) {
    json::Object object = indicator();
    object["spec_version"] = "2.0";
    EXPECT_EQ(place(parse(object)), "labels");
    object["labels"] = json::Array{"malicious-activity"};
    EXPECT_EQ(parse(object)->spec, Spec::k20);
    object.erase("spec_version");
    object.erase("pattern_type");
    object["labels"] = json::Array{"malicious-activity"};  // which 2.0 requires
    EXPECT_EQ(parse(object)->spec, Spec::k20);
    EXPECT_EQ(parse(object)->pattern_type, "stix");
    EXPECT_EQ(place(parse(changed("spec_version", "2.2"))), "spec_version");
    const auto address = parse_object(
        R"({"type":"ipv4-addr","id":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","value":"198.51.100.3"})");
    ASSERT_TRUE(address) << address.error().message();
    EXPECT_EQ(address->spec, Spec::k21);
    EXPECT_EQ(address->version, std::nullopt);
}

TEST(StixObject, TakesCustomTypesOfBothKinds) {
    const std::string id = R"("id":"x-acme-thing--ff26c055-6336-5bc5-b98d-13d6226742dd")";
    EXPECT_TRUE(parse_object(R"({"type":"x-acme-thing",)" + id + R"(,"colour":[1,2,{"a":null}]})"));
    EXPECT_TRUE(
        parse_object(R"({"type":"x-acme-thing",)" + id +
                     R"(,"created":"2016-04-06T20:03:48Z","modified":"2016-04-06T20:03:48Z","name":7})"));
    EXPECT_EQ(
        place(parse_object(R"({"type":"x-acme-thing",)" + id + R"(,"created":"2016-04-06T20:03:48Z"})")),
        "modified");
    EXPECT_EQ(
        place(parse_object(R"({"type":"x-acme-thing",)" + id + R"(,"modified":"2016-04-06T20:03:48Z"})")),
        "created");
}

TEST(StixObject, HoldsRelationshipsToTheirEnds) {
    json::Object object = json::parse(R"({"type":"relationship","spec_version":"2.1",
        "id":"relationship--44298a74-ba52-4f0c-87a3-1824e67d7fad","created":"2016-04-06T20:06:37Z","modified":"2016-04-06T20:06:37Z",
        "relationship_type":"indicates","source_ref":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "target_ref":"malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b"})")
                              ->as_object();
    EXPECT_TRUE(parse(object));
    for (const std::string_view key : {"relationship_type", "source_ref", "target_ref"}) {
        json::Object without = object;
        without.erase(key);
        EXPECT_EQ(place(parse(without)), key);
        json::Object wrong = object;
        wrong[key] = 7;
        EXPECT_EQ(place(parse(wrong)), key);
    }
    object["spec_version"] = "2.0";
    object.erase("target_ref");
    EXPECT_EQ(place(parse(object)), "target_ref");
}

TEST(StixObject, TakesTheStrictestOfItsMarkings) {
    const auto marked = [](const json::Array& refs, const json::Array& granular) {
        json::Object object = indicator();
        if (!refs.empty()) object["object_marking_refs"] = refs;
        if (!granular.empty()) object["granular_markings"] = granular;
        const auto parsed = parse(object);
        EXPECT_TRUE(parsed) << parsed.error().message();
        return parsed->marking;
    };
    const auto id = [](Tlp label) { return json::Value(marking_id(label)); };
    const json::Value own("marking-definition--17d82bb2-eeeb-4898-bda5-3ddbcd2b799d");
    EXPECT_EQ(marked({own}, {}), std::nullopt);
    EXPECT_EQ(marked({id(Tlp::kGreen), own}, {}), Tlp::kGreen);
    EXPECT_EQ(marked({id(Tlp::kGreen), id(Tlp::kRed), id(Tlp::kClear)}, {}), Tlp::kRed);
    EXPECT_EQ(marked({json::Value("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82")}, {}),
              Tlp::kAmber);
    const json::Object part{{"selectors", json::Array{"name"}}, {"marking_ref", id(Tlp::kAmberStrict)}};
    EXPECT_EQ(marked({id(Tlp::kGreen)}, {part}), Tlp::kAmberStrict);
    EXPECT_EQ(marked({id(Tlp::kRed)}, {part}), Tlp::kRed);
    EXPECT_EQ(marked({}, {json::Object{{"selectors", json::Array{"name"}}, {"lang", "fr"}}}), std::nullopt);
    EXPECT_EQ(place(parse(changed("object_marking_refs", json::Array{7}))), "object_marking_refs[0]");
    EXPECT_EQ(place(parse(changed("object_marking_refs",
                                  json::Array{"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff"}))),
              "object_marking_refs[0]");
}

TEST(StixObject, RefusesAKeyThatStandsTwice) {
    std::string text = json::write(indicator());
    text.insert(text.size() - 1, R"(,"id":"indicator--00000000-0000-4000-8000-000000000000")");
    EXPECT_FALSE(parse_object(text));
    // The same key in another spelling, and behind more keys than are compared one by one.
    text = json::write(indicator());
    text.insert(text.size() - 1, R"(,"\u0069d":"indicator--00000000-0000-4000-8000-000000000000")");
    EXPECT_FALSE(parse_object(text));
    json::Object many = indicator();
    for (int i = 0; i < 100; ++i) many["x_" + std::to_string(i)] = i;
    text = json::write(many);
    EXPECT_TRUE(parse_object(text));
    for (const std::string_view twice : {R"(,"x_99":0})", R"(,"x_3":0})", R"(,"type":"indicator"})"}) {
        EXPECT_FALSE(parse_object(text.substr(0, text.size() - 1) + std::string(twice))) << twice;
    }
}

TEST(StixObject, RefusesAnObjectCutOffAnywhere) {
    const std::string text = json::write(indicator());
    for (std::size_t i = 0; i < text.size(); ++i) {
        EXPECT_FALSE(parse_object(std::string(text.substr(0, i)))) << i;
    }
    EXPECT_FALSE(parse_object(text + "x"));
    EXPECT_FALSE(parse_object(text + text));
}

TEST(StixObject, RefusesWhatIsNoObject) {
    for (const std::string_view text : {"", " ", "null", "[]", "7", "\"indicator\"", "{", "{}",
                                        "{\"type\":\"indicator\"", "\xff\xfe", "{'a':1}"}) {
        EXPECT_FALSE(parse_object(text)) << text;
    }
    std::string bad = json::write(changed("name", "a"));
    bad.replace(bad.find("\"a\""), 3, "\"\xc3\x28\"");
    EXPECT_FALSE(parse_object(bad));  // no UTF-8
    bad = json::write(changed("x_deep", 1));
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    bad.replace(bad.find("\"x_deep\":1") + 9, 1, deep);
    EXPECT_FALSE(parse_object(bad));
}

TEST(StixObject, IsAtMostAMebibyte) {
    json::Object object = indicator();
    object["x_pad"] = "";
    object["x_pad"] = std::string(kMaxObjectSize - json::write(object).size(), 'a');
    EXPECT_TRUE(parse(object));
    object["x_pad"].as_string().push_back('a');
    const auto result = parse(object);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::kTooLarge);
}

TEST(StixObject, TakesEveryExampleOfOasis) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    std::size_t objects = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "stix/oasis-examples")) {
        if (entry.path().extension() != ".json") continue;
        const std::string text = testing::file_text(entry.path());
        auto elements = json::array_elements(text, "objects");
        if (!elements) elements = std::vector<std::string_view>{text};
        for (const std::string_view bytes : *elements) {
            std::vector<Advice> advice;
            const auto object = parse_object(bytes, &advice);
            EXPECT_TRUE(object) << entry.path() << ": " << object.error().message();
            ++objects;
        }
    }
    EXPECT_GT(objects, 200u);
}

TEST(StixObject, TakesEveryObjectOfCapec) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string bundle = testing::file_text(data / "stix/capec-2.1.json");
    const auto objects = json::array_elements(bundle, "objects");
    ASSERT_TRUE(objects);
    ASSERT_EQ(objects->size(), 2683u);
    std::map<std::string, int> types;
    for (const std::string_view bytes : *objects) {
        const auto object = parse_object(bytes);
        ASSERT_TRUE(object) << object.error().message();
        ++types[object->id.type];
    }
    EXPECT_EQ(types["attack-pattern"], 615);
    EXPECT_EQ(types["relationship"], 1182);
}

}  // namespace
}  // namespace comity::intelligence
