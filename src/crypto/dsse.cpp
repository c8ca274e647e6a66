#include "crypto/dsse.h"

#include <algorithm>
#include <optional>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "json/fields.h"
#include "json/text.h"
#include "json/written.h"

namespace comity::crypto {
namespace {

constexpr std::size_t kMaxPayloadType = 255;  // bytes
constexpr std::size_t kSpace = 128;           // more than what stands around a payload, or in a signature

// What stands before the payload in the pre-authentication encoding.
std::string pae_head(std::string_view payload_type, std::size_t payload_size) {
    std::string out = "DSSEv1 ";
    out += std::to_string(payload_type.size());
    out += ' ';
    out += payload_type;
    out += ' ';
    out += std::to_string(payload_size);
    out += ' ';
    return out;
}

bool is_keyid(std::string_view text) {
    return text.size() == 8 && hex_decode(text).has_value();
}

std::string keyid_of(std::uint32_t id) {
    const std::array<std::uint8_t, 4> bytes{
        static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
        static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
    return hex_encode(bytes);
}

Result<EnvelopeSignature> parse_signature(const json::Value& value, std::string where) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, std::move(where)));
    EnvelopeSignature out;
    COMITY_TRY(out.keyid, fields.text("keyid", 0, kMaxEnvelopeSize));
    if (!is_keyid(out.keyid)) return invalid(fields.path("keyid"), "must be 8 hexadecimal digits");
    COMITY_TRY(const std::string encoded, fields.text("sig", 0, kMaxEnvelopeSize));
    COMITY_CHECK(fields.nothing_else());
    const auto bytes = base64_decode(encoded);
    if (!bytes) return within(fields.path("sig"), bytes.error());
    const auto signature = Signature::from_bytes(*bytes);
    if (!signature) return within(fields.path("sig"), signature.error());
    out.signature = *signature;
    return out;
}

}  // namespace

std::string pae(std::string_view payload_type, std::string_view payload) {
    return pae_head(payload_type, payload.size()).append(payload);
}

std::string Envelope::pae() const {
    return crypto::pae(payload_type, payload);
}

Digest Envelope::digest() const {
    const std::string head = pae_head(payload_type, payload.size());
    return sha256({as_bytes(head), as_bytes(payload)});
}

std::string Envelope::write() const {
    std::string out;
    out.reserve(payload.size() * 4 / 3 + payload_type.size() + kSpace + kSpace * signatures.size());
    out += R"({"payload":")";
    out += base64_encode(as_bytes(payload));
    out += R"(","payloadType":)";
    json::append_text(out, payload_type);
    out += R"(,"signatures":[)";
    for (const EnvelopeSignature& signature : signatures) {
        if (&signature != &signatures.front()) out += ',';
        out += R"({"keyid":)";
        json::append_text(out, signature.keyid);
        out += R"(,"sig":")";
        out += base64_encode(signature.signature.bytes);
        out += R"("})";
    }
    out += "]}";
    return out;
}

std::optional<Envelope> parse_written_envelope(std::string_view text) {
    if (text.size() > kMaxEnvelopeSize) return std::nullopt;
    using json::take, json::take_quoted;
    const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
    Envelope out;
    if (!take(text, R"({"payload":")")) return std::nullopt;
    const auto payload = base64_decode(take_quoted(text));
    if (!payload || !take(text, R"(,"payloadType":")")) return std::nullopt;
    out.payload = as_text(*payload);
    out.payload_type = take_quoted(text);
    if (out.payload_type.empty() || out.payload_type.size() > kMaxPayloadType ||
        !std::ranges::all_of(out.payload_type, is_plain) || !take(text, R"(,"signatures":[)"))
        return std::nullopt;
    do {
        if (out.signatures.size() == kMaxEnvelopeSignatures || !take(text, R"({"keyid":")"))
            return std::nullopt;
        const std::string_view keyid = take_quoted(text);
        if (!is_keyid(keyid) || !take(text, R"(,"sig":")")) return std::nullopt;
        const auto bytes = base64_decode(take_quoted(text));
        if (!bytes || !take(text, "}")) return std::nullopt;
        const auto signature = Signature::from_bytes(*bytes);
        if (!signature) return std::nullopt;
        out.signatures.push_back({std::string(keyid), *signature});
    } while (take(text, ","));
    if (text != "]}") return std::nullopt;
    return out;
}

Result<Envelope> parse_envelope(std::string_view text) {
    if (text.size() > kMaxEnvelopeSize) {
        return too_large("envelope",
                         "has " + std::to_string(text.size()) + " bytes, over the limit of " +
                             std::to_string(kMaxEnvelopeSize),
                         "put what is large into an attachment");
    }
    if (auto written = parse_written_envelope(text)) return *std::move(written);
    auto value = json::parse(text);
    if (!value) return within("envelope", std::move(value).error());
    if (!value->is_object()) return invalid("envelope", "must be an object");
    COMITY_TRY(json::Fields fields, json::Fields::of(*value, ""));
    Envelope out;
    COMITY_TRY(const std::string payload, fields.text("payload", 0, kMaxEnvelopeSize));
    COMITY_TRY(out.payload_type, fields.text("payloadType", 1, kMaxPayloadType));
    COMITY_TRY(const json::Array* signatures, fields.array("signatures", 1, kMaxEnvelopeSignatures));
    COMITY_CHECK(fields.nothing_else());
    const auto bytes = base64_decode(payload);
    if (!bytes) return within("payload", bytes.error());
    out.payload = as_text(*bytes);
    out.signatures.reserve(signatures->size());
    for (std::size_t i = 0; i < signatures->size(); ++i) {
        COMITY_TRY(EnvelopeSignature signature,
                   parse_signature((*signatures)[i], "signatures[" + std::to_string(i) + "]"));
        out.signatures.push_back(std::move(signature));
    }
    return out;
}

EnvelopeSignature sign_envelope(const Envelope& envelope, const NamedSecret& secret) {
    return {keyid_of(key_id(secret.name, secret.type, secret.key.public_key())),
            secret.key.sign(as_bytes(envelope.pae()))};
}

bool signed_by(const Envelope& envelope, const NamedKey& key) {
    const std::string signed_bytes = envelope.pae();
    if (envelope.signatures.size() == 1)
        return verify(key.key, as_bytes(signed_bytes), envelope.signatures.front().signature);
    const std::string keyid = keyid_of(key.id());
    for (const bool hinted : {true, false}) {
        for (const EnvelopeSignature& signature : envelope.signatures) {
            if ((signature.keyid == keyid) != hinted) continue;
            if (verify(key.key, as_bytes(signed_bytes), signature.signature)) return true;
        }
    }
    return false;
}

}  // namespace comity::crypto
