#include "ledger/statement.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/random.h"
#include "json/fields.h"
#include "json/written.h"

namespace comity::ledger {
namespace {

constexpr std::size_t kNonceText = 22;  // 16 bytes in base64url
constexpr std::size_t kMaxAttachments = 64;
constexpr std::size_t kMaxType = 100;

bool id_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// "pillar.name": lower-case words, with "-" inside.
Result<void> check_type(std::string_view type) {
    const std::size_t dot = type.find('.');
    const auto word = [](std::string_view part) {
        return !part.empty() && part.front() >= 'a' && part.front() <= 'z' && !part.ends_with('-') &&
               std::ranges::all_of(part, [](char c) { return id_letter(c) || c == '-'; });
    };
    if (dot == std::string_view::npos || !word(type.substr(0, dot)) || !word(type.substr(dot + 1))) {
        return invalid("type", "'" + std::string(type) + "' is not of the form pillar.name",
                       "as governance.charter");
    }
    return {};
}

Result<Digest> digest_field(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string hex, fields.text(name, 64, 64));
    auto digest = Digest::from_hex(hex);
    if (!digest) return within(fields.path(name), std::move(digest).error());
    return *digest;
}

Result<AttachmentRef> parse_attachment(const json::Value& value, std::string path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, std::move(path)));
    AttachmentRef attachment;
    COMITY_TRY(attachment.sha256, digest_field(fields, "sha256"));
    COMITY_TRY(const std::int64_t size, fields.integer("size", 0, INT64_MAX));
    attachment.size = static_cast<std::uint64_t>(size);
    COMITY_TRY(attachment.type, fields.text("type", 1, 200));
    COMITY_TRY(attachment.name, fields.text("name", 1, 255));
    COMITY_CHECK(fields.nothing_else());
    return attachment;
}

// Only written so can it come into a text, control characters being no JSON.
bool may_hold_nul(std::string_view json) {
    return json.find("\\u0000") != std::string_view::npos;
}

// No database keeps a NUL in a text; whoever read one could not be sure to be shown all of it either.
bool holds_nul(const json::Value& value) {
    if (const json::Object* object = value.if_object()) {
        return std::ranges::any_of(*object, [](const auto& field) {
            return field.key().find('\0') != std::string_view::npos || holds_nul(field.value());
        });
    }
    if (const json::Array* array = value.if_array()) return std::ranges::any_of(*array, holds_nul);
    const boost::json::string* text = value.if_string();
    return text != nullptr && text->find('\0') != boost::json::string::npos;
}

Result<std::optional<ObjectsRef>> objects_of(const json::Object& body) {
    const json::Value* objects = body.if_contains("objects");
    if (objects == nullptr) return std::nullopt;
    COMITY_TRY(json::Fields fields, json::Fields::of(*objects, "body.objects"));
    ObjectsRef ref;
    COMITY_TRY(const std::int64_t count, fields.integer("count", 1, INT64_MAX));
    ref.count = static_cast<std::uint64_t>(count);
    COMITY_TRY(ref.root, digest_field(fields, "root"));
    COMITY_CHECK(fields.nothing_else());
    return ref;
}

// A label alone, as most audiences are, or a list of readers.
std::optional<Audience> written_audience(std::string_view text) {
    std::string_view label = text;
    if (json::take(label, R"({"tlp":")") && label.ends_with("\"}")) {
        label.remove_suffix(2);
        const auto tlp = parse_tlp(label);
        Audience audience;
        if (tlp) return audience.label = *tlp, audience;
    }
    const auto value = json::parse(text);
    auto audience = value ? parse_audience(*value, "") : std::unexpected(value.error());
    return audience ? std::optional(*std::move(audience)) : std::nullopt;
}

// A payload that is written as payload_of() has it, without attachments: its value is built of the body
// alone. Nothing where anything is otherwise: parse_statement() says what.
std::optional<Statement> parse_written(std::string_view text) {
    using json::take, json::take_quoted;
    Statement out;
    if (may_hold_nul(text) || !take(text, R"({"v":1,"community":")")) return std::nullopt;
    const auto community = Digest::from_hex(take_quoted(text));
    if (!community || !take(text, R"(,"type":")")) return std::nullopt;
    out.community = *community;
    out.type = take_quoted(text);
    if (out.type.size() > kMaxType || !check_type(out.type) || !take(text, R"(,"author":")"))
        return std::nullopt;
    out.author = take_quoted(text);
    if (!check_member_id(out.author, "") || !take(text, R"(,"issued":")")) return std::nullopt;
    const auto issued = parse_time(take_quoted(text));
    if (!issued || !take(text, R"(,"nonce":")")) return std::nullopt;
    out.issued = *issued;
    const std::string_view nonce = take_quoted(text);
    if (nonce.size() != kNonceText || !base64url_decode(nonce)) return std::nullopt;
    out.custody = take(text, R"(,"custody":true)");
    if (!take(text, R"(,"audience":)")) return std::nullopt;
    constexpr std::string_view kBody = R"(,"body":)";
    const std::size_t end = text.find(kBody);
    if (end == std::string_view::npos || !text.ends_with('}')) return std::nullopt;
    auto audience = written_audience(text.substr(0, end));
    if (!audience) return std::nullopt;
    out.audience = *std::move(audience);
    // Where something follows the body, this is no value.
    auto body = json::parse(text.substr(end + kBody.size(), text.size() - end - kBody.size() - 1),
                            json::kMaxDepth - 1);
    if (!body || !body->is_object()) return std::nullopt;
    const auto objects = objects_of(body->get_object());
    if (!objects) return std::nullopt;
    out.objects = *objects;
    out.body = *std::move(body);
    return out;
}

json::Object payload_of(const Draft& draft, Time issued) {
    json::Object payload;
    payload["v"] = 1;
    payload["community"] = draft.community.hex();
    payload["type"] = draft.type;
    payload["author"] = draft.author;
    payload["issued"] = format_time_millis(issued);
    payload["nonce"] = crypto::random_text(16);
    if (draft.custody) payload["custody"] = true;
    payload["audience"] = audience_json(draft.audience);
    payload["body"] = draft.body;
    if (!draft.attachments.empty()) {
        json::Array list;
        for (const AttachmentRef& attachment : draft.attachments) {
            list.push_back(json::Object{{"sha256", attachment.sha256.hex()},
                                        {"size", attachment.size},
                                        {"type", attachment.type},
                                        {"name", attachment.name}});
        }
        payload["attachments"] = std::move(list);
    }
    return payload;
}

}  // namespace

Result<void> check_member_id(std::string_view id, std::string where) {
    if (id.empty() || id.size() > 64 || !id_letter(id.front()) || !id_letter(id.back()) ||
        !std::ranges::all_of(id, [](char c) { return id_letter(c) || c == '-'; })) {
        return invalid(std::move(where), "'" + std::string(id) + "' is no id",
                       "use 1 to 64 of a-z, 0-9 and -, beginning and ending with a letter or digit");
    }
    return {};
}

Result<Statement> parse_statement(const crypto::Envelope& envelope) {
    if (envelope.payload_type != kPayloadType) {
        return invalid("payloadType", "'" + envelope.payload_type + "' is not a statement's",
                       "use " + std::string(kPayloadType));
    }
    if (auto written = parse_written(envelope.payload)) {
        written->id = envelope.digest();
        return *std::move(written);
    }
    COMITY_TRY(json::Value payload, json::parse(envelope.payload));
    if (may_hold_nul(envelope.payload) && holds_nul(payload))
        return invalid("payload", "holds a NUL character in a text", "leave it out");
    COMITY_TRY(json::Fields fields, json::Fields::of(payload, ""));
    Statement statement;
    statement.id = envelope.digest();
    COMITY_TRY(const std::int64_t version, fields.integer("v", 1, INT64_MAX));
    if (version != 1)
        return invalid("v", "version " + std::to_string(version) + " is not known here", "use 1");
    COMITY_TRY(statement.community, digest_field(fields, "community"));
    COMITY_TRY(statement.type, fields.text("type", 3, kMaxType));
    COMITY_CHECK(check_type(statement.type));
    COMITY_TRY(statement.author, fields.text("author", 1, 64));
    COMITY_CHECK(check_member_id(statement.author, "author"));
    COMITY_TRY(const std::string issued, fields.text("issued", 20, 35));
    if (auto time = parse_time(issued)) {
        statement.issued = *time;
    } else {
        return within("issued", std::move(time).error());
    }
    COMITY_TRY(const std::string nonce, fields.text("nonce", kNonceText, kNonceText));
    if (!base64url_decode(nonce)) return invalid("nonce", "is not 16 bytes of base64url");
    COMITY_TRY(statement.custody, fields.boolean("custody", false));
    const json::Value* audience = fields.any("audience");
    if (audience == nullptr) return invalid("audience", "is missing", "as {\"tlp\":\"clear\"}");
    COMITY_TRY(statement.audience, parse_audience(*audience, "audience"));
    COMITY_TRY(const json::Object* body, fields.object("body"));
    COMITY_TRY(const json::Array* attachments, fields.optional_array("attachments", 1, kMaxAttachments));
    if (attachments != nullptr) {
        for (std::size_t i = 0; i < attachments->size(); ++i) {
            COMITY_TRY(AttachmentRef ref,
                       parse_attachment((*attachments)[i], "attachments[" + std::to_string(i) + "]"));
            statement.attachments.push_back(std::move(ref));
        }
    }
    COMITY_CHECK(fields.nothing_else());
    COMITY_TRY(statement.objects, objects_of(*body));
    statement.body = std::move(payload.get_object().at("body"));
    return statement;
}

crypto::Envelope unsigned_statement(const Draft& draft, Time issued) {
    return {std::string(kPayloadType), json::write(payload_of(draft, issued)), {}};
}

crypto::Envelope sign_statement(const Draft& draft, Time issued, const crypto::NamedSecret& secret) {
    crypto::Envelope envelope = unsigned_statement(draft, issued);
    envelope.signatures.push_back(crypto::sign_envelope(envelope, secret));
    return envelope;
}

}  // namespace comity::ledger
