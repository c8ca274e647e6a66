#include "ledger/statement.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comity::ledger {
namespace {

const std::string kHex(64, 'a');

json::Object good() {
    return {{"v", 1},
            {"community", kHex},
            {"type", "intelligence.share"},
            {"author", "cert-ke"},
            {"issued", "2025-11-24T15:58:00.123Z"},
            {"nonce", "AgICAgICAgICAgICAgICAg"},
            {"custody", true},
            {"audience", json::Object{{"tlp", "amber"}, {"members", json::Array{"fr", "br"}}}},
            {"body", json::Object{{"objects", json::Object{{"count", 3}, {"root", kHex}}}, {"title", "t"}}},
            {"attachments", json::Array{json::Object{
                                {"sha256", kHex}, {"size", 5}, {"type", "text/plain"}, {"name", "a.txt"}}}}};
}

Result<Statement> parse_text(std::string payload) {
    return parse_statement({std::string(kPayloadType), std::move(payload), {}});
}
Result<Statement> parse(const json::Object& payload) {
    return parse_text(json::write(payload));
}
template <typename T>
json::Value value_of(const T& value) {
    if constexpr (std::is_convertible_v<T, std::string_view>) {
        return json::Value(std::string_view(value));
    } else {
        return json::Value(value);
    }
}
template <typename T>
Result<Statement> with(std::string_view field, const T& value) {
    json::Object payload = good();
    payload[field] = value_of(value);
    return parse(payload);
}

void expect_invalid(const Result<Statement>& result, std::string_view where) {
    ASSERT_FALSE(result) << "was taken, in spite of " << where;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(result.error().where.starts_with(where)) << result.error().message();
}

// What is said of a statement, or that it is none.
std::string told(const Result<Statement>& statement) {
    if (!statement) return "refused";
    std::string out =
        fmt::format("{} {} {} {} {} {} {}", statement->community.hex(), statement->type, statement->author,
                    statement->issued.micros, statement->custody,
                    json::write(audience_json(statement->audience)), json::write(statement->body));
    if (statement->objects)
        out += fmt::format(" {} {}", statement->objects->count, statement->objects->root.hex());
    for (const AttachmentRef& one : statement->attachments) out += " " + one.sha256.hex();
    return out;
}

// Text as this program writes it is read another way than other text: what it comes to must be the same.
TEST(Statement, IsReadTheSameHoweverItIsWritten) {
    json::Object payload = good();
    payload.erase("attachments");
    std::vector<json::Object> payloads{payload};
    payload.erase("custody");
    payload["audience"] = json::Object{{"tlp", "clear"}};
    payload["body"] =
        json::Object{{"opening", kHex}, {"choice", "yes"}, {"list", json::Array{1, "a", nullptr}}};
    payloads.push_back(payload);
    const std::string deep = std::string(json::kMaxDepth - 2, '[') + std::string(json::kMaxDepth - 2, ']');
    int taken = 0;
    const auto compare = [&](const std::string& text) {
        const std::string way = told(parse_text(text));
        EXPECT_EQ(way, told(parse_text(" " + text))) << text;
        if (way != "refused") ++taken;
    };
    for (const json::Object& one : payloads) {
        const std::string text = json::write(one);
        compare(text);
        for (std::size_t i = 0; i < text.size(); ++i) {
            compare(text.substr(0, i) + text.substr(i + 1));
            for (const std::string_view other : {"\"", "}", ",", "\\", "\\u0000", "\xff", "1", "Z", "\n"})
                compare(text.substr(0, i) + std::string(other) + text.substr(i + 1));
            if (text[i] == '}') {
                compare(text.substr(0, i) + R"(,"body":{})" + text.substr(i));
                compare(text.substr(0, i) + R"(,"deep":)" + deep + text.substr(i));
                compare(text.substr(0, i) + R"(,"deep":[)" + deep + "]" + text.substr(i));
            }
        }
        compare(text + " ");
        compare(text + "}");
    }
    EXPECT_GT(taken, 400);
}

TEST(Statement, IsReadAsItStands) {
    const auto statement = parse(good());
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_EQ(statement->community.hex(), kHex);
    EXPECT_EQ(statement->type, "intelligence.share");
    EXPECT_EQ(statement->author, "cert-ke");
    EXPECT_EQ(format_time_millis(statement->issued), "2025-11-24T15:58:00.123Z");
    EXPECT_TRUE(statement->custody);
    EXPECT_EQ(statement->audience.members, (std::vector<std::string>{"br", "fr"}));
    ASSERT_TRUE(statement->objects);
    EXPECT_EQ(statement->objects->count, 3U);
    EXPECT_EQ(statement->objects->root.hex(), kHex);
    ASSERT_EQ(statement->attachments.size(), 1U);
    EXPECT_EQ(statement->attachments[0].size, 5U);
    EXPECT_EQ(statement->attachments[0].name, "a.txt");
    EXPECT_EQ(statement->id, (crypto::Envelope{std::string(kPayloadType), json::write(good()), {}}.digest()));
}

TEST(Statement, EveryFieldIsNeededButThoseThatNeedNotBeThere) {
    for (const auto& field : good()) {
        json::Object payload = good();
        payload.erase(field.key());
        if (field.key() == "custody" || field.key() == "attachments") {
            EXPECT_TRUE(parse(payload)) << field.key();
        } else {
            expect_invalid(parse(payload), std::string_view(field.key()));
        }
    }
}

TEST(Statement, EveryFieldHasOneKindOfValue) {
    const json::Value kinds[] = {nullptr,        true,          7, -1, 1.5, "", "?", json::Array{},
                                 json::Array{1}, json::Object{}};
    for (const auto& field : good()) {
        for (const json::Value& kind : kinds) {
            if (field.key() == "custody" && kind.is_bool()) continue;
            if (field.key() == "body" && kind.is_object()) continue;  // an empty one says nothing, and may
            expect_invalid(with(field.key(), kind), std::string_view(field.key()));
        }
    }
}

TEST(Statement, NothingElseMayStandInIt) {
    expect_invalid(with("extra", 1), "extra");
    expect_invalid(with("V", 1), "V");
    expect_invalid(with("audience", json::Object{{"tlp", "clear"}, {"members", json::Array{"fr"}}}),
                   "audience");
    json::Object attachment{{"sha256", kHex}, {"size", 5}, {"type", "t"}, {"name", "n"}, {"url", "x"}};
    expect_invalid(with("attachments", json::Array{attachment}), "attachments[0].url");
    expect_invalid(
        with("body", json::Object{{"objects", json::Object{{"count", 1}, {"root", kHex}, {"more", 1}}}}),
        "body.objects.more");
}

TEST(Statement, AFieldThatStandsTwiceIsAnErrorAndNoChoice) {
    const std::string text = json::write(good());
    for (const auto& field : good()) {
        const std::string twice = text.substr(0, text.size() - 1) + ",\"" + std::string(field.key()) +
                                  "\":" + json::write(field.value()) + "}";
        const auto result = parse_text(twice);
        ASSERT_FALSE(result) << field.key();
        EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
    }
}

TEST(Statement, CutOffAtAnyByteItIsNone) {
    const std::string text = json::write(good());
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto result = parse_text(text.substr(0, size));
        ASSERT_FALSE(result) << size;
        EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
    }
    EXPECT_FALSE(parse_text(text + "x"));
    EXPECT_FALSE(parse_text(text + text));
    EXPECT_FALSE(parse_text("\xEF\xBB\xBF" + text));
}

TEST(Statement, WithAnyByteChangedItIsAnotherOrNone) {
    const std::string text = json::write(good());
    const Digest id = parse(good())->id;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const int flip : {1, 4, 32, 128}) {
            std::string changed = text;
            changed[at] = static_cast<char>(changed[at] ^ flip);
            if (const auto result = parse_text(changed)) {
                EXPECT_NE(result->id, id);
            }
        }
    }
}

TEST(Statement, IsOfThisVersionAndType) {
    expect_invalid(with("v", 2), "v");
    expect_invalid(with("v", 0), "v");
    expect_invalid(parse_statement({"application/json", json::write(good()), {}}), "payloadType");
    for (const char* type : {"share", ".share", "intelligence.", "a..b", "A.b", "a.B", "1a.b", "a.1", "a-.b",
                             "a.b-", "-a.b", "a.-b", "a b.c", "a.b.c", "a.b\n", "\u00e9.b"}) {
        expect_invalid(with("type", type), "type");
    }
    for (const char* type : {"a.b", "intelligence.share", "key-x.add-2", "a1.b2"})
        EXPECT_TRUE(with("type", type));
    expect_invalid(with("type", "a." + std::string(99, 'b')), "type");
    EXPECT_TRUE(with("type", "a." + std::string(98, 'b')));
}

TEST(Statement, NamesItsAuthorByAnId) {
    for (const char* id : {"", "-a", "a-", "A", "a b", "a/b", "a@b", "a.b", "\u00e9", "a\n"})
        expect_invalid(with("author", id), "author");
    for (const char* id : {"a", "0", "cert-ke", "a--b"}) EXPECT_TRUE(with("author", id));
    EXPECT_TRUE(with("author", std::string(64, 'a')));
    expect_invalid(with("author", std::string(65, 'a')), "author");
}

TEST(Statement, NamesItsCommunityInLowerCaseHexadecimal) {
    for (const std::string& id :
         {kHex.substr(1), kHex + "a", std::string(64, 'A'), std::string(64, 'g'), " " + kHex})
        expect_invalid(with("community", id), "community");
    EXPECT_EQ(with("community", std::string(64, '0'))->community, Digest{});
}

TEST(Statement, SaysATimeThatThereIs) {
    for (const char* time :
         {"2025-11-24", "2025-13-24T15:58:00Z", "2025-02-30T15:58:00Z", "2025-11-24T25:58:00Z",
          "2025-11-24 15:58:00Z ", "yesterday, at nine o'clock", "2025-11-24T15:58:00"}) {
        expect_invalid(with("issued", time), "issued");
    }
}

TEST(Statement, HasANonceOfSixteenBytes) {
    for (const char* nonce : {"AgICAgICAgICAgICAgICA", "AgICAgICAgICAgICAgICAgI", "AgICAgICAgICAgICAgIC+/",
                              "AgICAgICAgICAgICAgIC==", "                      "}) {
        expect_invalid(with("nonce", nonce), "nonce");
    }
    EXPECT_TRUE(with("nonce", "-_ICAgICAgICAgICAgICAg"));
}

TEST(Statement, BindsAtLeastOneObjectByARoot) {
    const auto objects = [](json::Value value) {
        return with("body", json::Object{{"objects", std::move(value)}});
    };
    expect_invalid(objects(7), "body.objects");
    expect_invalid(objects(nullptr), "body.objects");
    expect_invalid(objects(json::Object{{"root", kHex}}), "body.objects.count");
    expect_invalid(objects(json::Object{{"count", 1}}), "body.objects.root");
    for (const json::Value& count : {json::Value(0), json::Value(-1), json::Value("1"), json::Value(1.5)})
        expect_invalid(objects(json::Object{{"count", count}, {"root", kHex}}), "body.objects.count");
    expect_invalid(objects(json::Object{{"count", 1}, {"root", "aa"}}), "body.objects.root");
    EXPECT_FALSE(with("body", json::Object{})->objects);
}

TEST(Statement, NamesEachAttachmentWhole) {
    const json::Object whole{{"sha256", kHex}, {"size", 0}, {"type", "t"}, {"name", "n"}};
    for (const auto& field : whole) {
        json::Object attachment = whole;
        attachment.erase(field.key());
        expect_invalid(with("attachments", json::Array{whole, attachment}),
                       "attachments[1]." + std::string(field.key()));
    }
    const auto changed = [&](std::string_view field, const auto& value) {
        json::Object attachment = whole;
        attachment[field] = value_of(value);
        return with("attachments", json::Array{attachment});
    };
    expect_invalid(changed("sha256", kHex.substr(2)), "attachments[0].sha256");
    expect_invalid(changed("size", -1), "attachments[0].size");
    expect_invalid(changed("type", std::string(201, 'x')), "attachments[0].type");
    expect_invalid(changed("name", std::string(256, 'x')), "attachments[0].name");
    expect_invalid(changed("name", ""), "attachments[0].name");
    EXPECT_TRUE(changed("name", std::string(255, 'x')));
    json::Array most(64, whole);
    EXPECT_TRUE(with("attachments", most));
    most.push_back(whole);
    expect_invalid(with("attachments", most), "attachments");
}

TEST(Statement, HoldsNoNulHoweverDeep) {
    using namespace std::string_view_literals;
    expect_invalid(with("body", json::Object{{"name", "a\0b"sv}}), "payload");
    expect_invalid(with("body", json::Object{{"list", json::Array{json::Object{{"x", "\0"sv}}}}}), "payload");
    expect_invalid(with("body", json::Object{{"a\0b"sv, 1}}), "payload");
    EXPECT_TRUE(with("body", json::Object{{"name", "a\x01\x7f b"}})) << "other control characters are text";
}

TEST(Statement, IsMadeAsItIsRead) {
    const crypto::NamedSecret secret{"cert-ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    const Draft draft{*Digest::from_hex(kHex),
                      "intelligence.share",
                      "cert-ke",
                      {Tlp::kRed, {}, {}, {"amina@cert-ke"}},
                      {{"title", "t"}},
                      true,
                      {{*Digest::from_hex(kHex), 9, "text/plain", "n"}}};
    const Time issued = *parse_time("2025-11-24T15:58:00.123Z");
    const crypto::Envelope envelope = sign_statement(draft, issued, secret);
    EXPECT_TRUE(crypto::signed_by(envelope, secret.public_part()));
    const auto statement = parse_statement(*crypto::parse_envelope(envelope.write()));
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_EQ(statement->id, envelope.digest());
    EXPECT_EQ(statement->audience, draft.audience);
    EXPECT_EQ(statement->issued, issued);
    EXPECT_TRUE(statement->custody);
    EXPECT_EQ(json::write(statement->body), R"({"title":"t"})");
    EXPECT_EQ(statement->attachments.at(0).size, 9U);
    EXPECT_NE(sign_statement(draft, issued, secret).digest(), envelope.digest())
        << "the nonce is new each time";
}

}  // namespace
}  // namespace comity::ledger
