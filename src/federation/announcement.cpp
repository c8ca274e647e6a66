#include "federation/announcement.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/encoding.h"
#include "federation/key_of.h"
#include "json/fields.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxUrl = 500;
constexpr std::size_t kMaxAnnouncedKey = 500;

Result<crypto::Signature> signature_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 100));
    auto bytes = base64_decode(text);
    if (!bytes) return within(fields.path(name), std::move(bytes).error());
    auto signature = crypto::Signature::from_bytes(*bytes);
    if (!signature) return within(fields.path(name), std::move(signature).error());
    return *signature;
}

}  // namespace

std::string possession_text(const Digest& community, std::string_view member,
                            const crypto::NamedKey& cosigner) {
    return fmt::format("comity federation.node/v1\n{}\n{}\n{}\n", community.hex(), member, cosigner.text());
}

std::string witness_text(const Digest& community, std::string_view member, const crypto::NamedKey& log) {
    return fmt::format("comity federation.node witness/v1\n{}\n{}\n{}\n", community.hex(), member,
                       log.text());
}

Result<void> check_node_url(std::string_view url, std::string where) {
    const auto bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; };
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
        return invalid(std::move(where), "is no http or https address", "as https://cert-ke.example");
    }
    if (url.ends_with('/') || std::ranges::any_of(url, bad) ||
        url.find_first_of("?#@") != std::string_view::npos) {
        return invalid(std::move(where),
                       "holds more than an address: a slash at the end, a query, a name or a space",
                       "as https://cert-ke.example");
    }
    return {};
}

Result<Announcement> parse_announcement(const ledger::Statement& statement) {
    COMITY_TRY(json::Fields fields, json::Fields::of(statement.body, "body"));
    Announcement made;
    COMITY_TRY(const std::string log, fields.text("log", 1, kMaxAnnouncedKey));
    COMITY_TRY(made.log, parse_key_of(log, crypto::KeyType::kEd25519, "body.log"));
    COMITY_TRY(const std::string cosigner, fields.text("cosigner", 1, kMaxAnnouncedKey));
    COMITY_TRY(made.cosigner, parse_key_of(cosigner, crypto::KeyType::kEd25519Cosignature, "body.cosigner"));
    COMITY_TRY(const auto witness, fields.optional_text("witness", 1, kMaxAnnouncedKey));
    if (witness) {
        COMITY_TRY(made.witness,
                   parse_key_of(*witness, crypto::KeyType::kEd25519Cosignature, "body.witness"));
        COMITY_TRY(made.witness_possession, signature_of(fields, "witness_possession"));
    }
    COMITY_TRY(made.url, fields.text("url", 1, kMaxUrl));
    COMITY_CHECK(check_node_url(made.url, "body.url"));
    COMITY_TRY(made.retired, fields.boolean("retired", false));
    COMITY_TRY(made.possession, signature_of(fields, "possession"));
    COMITY_CHECK(fields.nothing_else());
    const std::string text = possession_text(statement.community, statement.author, made.cosigner);
    if (!crypto::verify(made.log.key, as_bytes(text), made.possession)) {
        return invalid("body.possession", "is not the log key's signature over member and cosigner",
                       "announce a node from its own data folder: comity node announce");
    }
    if (made.witness &&
        !crypto::verify(made.witness->key,
                        as_bytes(witness_text(statement.community, statement.author, made.log)),
                        made.witness_possession)) {
        return invalid("body.witness_possession", "is not the witness key's signature over member and log",
                       "announce a node from its own data folder: comity node announce");
    }
    return made;
}

json::Object announcement_json(const Announcement& announcement) {
    json::Object body{{"log", announcement.log.text()}, {"cosigner", announcement.cosigner.text()}};
    if (announcement.witness) body["witness"] = announcement.witness->text();
    body["url"] = announcement.url;
    if (announcement.retired) body["retired"] = true;
    body["possession"] = base64_encode(announcement.possession.bytes);
    if (announcement.witness)
        body["witness_possession"] = base64_encode(announcement.witness_possession.bytes);
    return body;
}

}  // namespace comity::federation
