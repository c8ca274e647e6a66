#include "intelligence/stix/deterministic.h"

#include <gtest/gtest.h>

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

std::string canonical(std::string_view json) {
    dom::parser parser;
    const dom::element value = parser.parse(json.data(), json.size());
    return canonical_json(value);
}

TEST(Deterministic, WritesTheCanonicalFormOfRfc8785) {
    EXPECT_EQ(canonical(R"({"b":1,"a":[true,null,"x"],"\u20ac":0,"\r":2,"\ud83d\ude00":3,"\ufb33":4})"),
              "{\"\\r\":2,\"a\":[true,null,\"x\"],\"b\":1,\"\xe2\x82\xac\":0,\"\xf0\x9f\x98\x80\":3,"
              "\"\xef\xac\xb3\":4}");
    EXPECT_EQ(canonical(R"(["\u000f\u0008\t\n\f\r\"\\/é\u007f"])"),
              "[\"\\u000f\\b\\t\\n\\f\\r\\\"\\\\/\xc3\xa9\x7f\"]");
    // The samples of RFC 8785 appendix B that JSON can say.
    const std::pair<std::string_view, std::string_view> numbers[] = {
        {"0", "0"},
        {"-0.0", "0"},
        {"5e-324", "5e-324"},
        {"-1.7976931348623157e308", "-1.7976931348623157e+308"},
        {"9007199254740992", "9007199254740992"},
        {"295147905179352830000.0", "295147905179352830000"},
        {"9.999999999999997e22", "9.999999999999997e+22"},
        {"1e23", "1e+23"},
        {"999999999999999700000.0", "999999999999999700000"},
        {"1e21", "1e+21"},
        {"9.999999999999997e-7", "9.999999999999997e-7"},
        {"0.000001", "0.000001"},
        {"333333333.3333332", "333333333.3333332"},
        {"4.50", "4.5"},
        {"2e-3", "0.002"},
        {"1E30", "1e+30"},
        {"-0.0000033333333333333333", "-0.0000033333333333333333"},
    };
    for (const auto& [in, out] : numbers) EXPECT_EQ(canonical(in), out);
}

// As the reference implementation's (python stix2) makes them.
TEST(Deterministic, MakesTheIdentifiersOfObservables) {
    const auto id = [](std::string_view type, std::string_view json) {
        static dom::parser parser;
        const dom::object object = parser.parse(json.data(), json.size());
        Seen seen(schema_of(type, Spec::k21));
        for (const dom::key_value_pair field : object) {
            const std::uint8_t index = seen.schema->find(field.key);
            if (index == Schema::kNone) continue;
            seen.mask |= std::uint64_t{1} << index;
            seen.values[index] = field.value;
        }
        const auto uuid = deterministic_uuid(type, seen);
        return uuid ? uuid->text() : "none";
    };
    EXPECT_EQ(id("ipv4-addr", R"({"value":"198.51.100.3"})"), "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    EXPECT_EQ(
        id("file",
           R"j({"hashes": {"SHA-256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "MD5": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "name": "é\"x"})j"),
        "f7922d09-cdb8-5ee5-a313-4e951a695cf6");
    EXPECT_EQ(
        id("file",
           R"j({"hashes": {"SHA-512": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}})j"),
        "9df305b0-0daa-53a7-a122-e8ce4837b0b1");
    EXPECT_EQ(id("autonomous-system", R"j({"number": 15139})j"), "3aa27478-50b5-5ab8-9da9-cdc12b657fff");
    EXPECT_EQ(id("email-message", R"j({"is_multipart": false, "subject": "a\nb", "body": "x"})j"),
              "d902e65e-080a-535d-b48c-e9f221fbd0a3");
    EXPECT_EQ(id("user-account", R"j({"user_id": "1", "account_type": "unix"})j"),
              "998d38e6-e5ba-5999-a31e-144a01a89636");
    EXPECT_EQ(id("windows-registry-key",
                 R"j({"key": "HKLM\\x", "values": [{"name": "a", "data": "b", "data_type": "REG_SZ"}]})j"),
              "6e30e44d-5964-545d-b460-f79df61f26d2");
    EXPECT_EQ(
        id("network-traffic",
           R"j({"start": "2020-01-01T00:00:00Z", "src_ref": "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd", "src_port": 80, "protocols": ["tcp", "http"]})j"),
        "a4ce4f03-c89e-580f-bbf4-4c5a2a8f17b0");
    EXPECT_EQ(
        id("file",
           R"j({"name": "x", "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": "a", "entropy": 0.061089}]}}})j"),
        "e1d8e15b-57e9-5783-ad76-8970c2bd27dc");
    EXPECT_EQ(id("software", R"j({"name": "w", "vendor": "v", "version": "1"})j"),
              "d9710828-6771-59fb-ab35-7232ac276b81");
    EXPECT_EQ(id("process", R"({"pid":1})"), "none");
    EXPECT_EQ(id("file", R"({"size":1})"), "none");
}

}  // namespace
}  // namespace comity::intelligence
