#include "federation/seal.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/encoding.h"
#include "federation/key_of.h"
#include "json/fields.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxSealKey = 500;
constexpr std::size_t kMaxSealedNote = 16 * 1024;
constexpr std::size_t kMaxWitnesses = crypto::kMaxNoteSignatures - 1;

bool made_by(const crypto::NoteSignature& signature, const crypto::NamedKey& key) {
    return signature.name == key.name && signature.id == key.id();
}

}  // namespace

Result<CosignedCheckpoint> parse_cosigned(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CosignedCheckpoint made;
    COMITY_TRY(const std::string log, fields.text("log", 1, kMaxSealKey));
    COMITY_TRY(made.log, parse_key_of(log, crypto::KeyType::kEd25519, "body.log"));
    COMITY_TRY(const auto witnesses, fields.texts("witnesses", 1, kMaxWitnesses));
    COMITY_TRY(made.note, fields.text("checkpoint", 1, kMaxSealedNote));
    COMITY_CHECK(fields.nothing_else());
    auto open = log::open_checkpoint(made.note, made.log);
    if (!open) return within("body.checkpoint", std::move(open).error());
    if (open->checkpoint.size > INT64_MAX) return invalid("body.checkpoint", "states too many entries");
    made.checkpoint = std::move(open->checkpoint);
    if (open->note.signatures.size() != witnesses.size() + 1) {
        return invalid("body.checkpoint",
                       "bears other signatures than the log's and one of each of the witnesses");
    }
    for (std::size_t i = 0; i < witnesses.size(); ++i) {
        const std::string where = fmt::format("body.witnesses[{}]", i);
        if (i > 0 && witnesses[i - 1] >= witnesses[i])
            return invalid(where, "does not come after the one before it", "sort them, each once");
        COMITY_TRY(crypto::NamedKey key,
                   parse_key_of(witnesses[i], crypto::KeyType::kEd25519Cosignature, where));
        const auto cosigned = std::ranges::find_if(
            open->note.signatures, [&](const auto& signature) { return made_by(signature, key); });
        if (cosigned == open->note.signatures.end()) return invalid(where, "has not cosigned the checkpoint");
        auto time = log::verify_cosignature(open->note.text, *cosigned, key);
        if (!time) return within("body.checkpoint", std::move(time).error());
        made.witnesses.emplace_back(std::move(key), *time);
    }
    return made;
}

Result<std::optional<json::Object>> cosigned_json(const crypto::NamedKey& log, std::string_view note,
                                                  std::span<const crypto::NamedKey> witnesses) {
    COMITY_TRY(const auto open, log::open_checkpoint(note, log));
    crypto::Note kept{open.note.text, {}};
    const auto by_log = std::ranges::find_if(open.note.signatures,
                                             [&](const auto& signature) { return made_by(signature, log); });
    kept.signatures.push_back(*by_log);
    std::vector<std::string> names;
    for (const crypto::NamedKey& witness : witnesses) {
        const crypto::NoteSignature* first = nullptr;
        std::optional<Time> earliest;
        for (const crypto::NoteSignature& signature : open.note.signatures) {
            if (!made_by(signature, witness)) continue;
            COMITY_TRY(const Time time, log::verify_cosignature(open.note.text, signature, witness));
            if (earliest && *earliest <= time) continue;
            earliest = time;
            first = &signature;
        }
        if (first == nullptr || names.size() == kMaxWitnesses) continue;
        kept.signatures.push_back(*first);
        names.push_back(witness.text());
    }
    if (names.empty()) return std::nullopt;
    std::ranges::sort(names);
    json::Array list;
    for (std::string& name : names) list.emplace_back(std::move(name));
    return json::Object{{"log", log.text()}, {"witnesses", std::move(list)}, {"checkpoint", kept.write()}};
}

std::string Seal::text() const {
    std::string text =
        fmt::format("comity federation.seal/v1\n{}\n{}\n{}\n", community.hex(), witness.text(), close);
    for (const SealedLog& log : logs)
        text += fmt::format("{} {} {}\n", log.log.text(), log.size, base64_encode(log.root.view()));
    return text;
}

json::Object Seal::json() const {
    json::Array list;
    for (const SealedLog& log : logs) {
        list.push_back(json::Object{
            {"log", log.log.text()}, {"size", log.size}, {"root", base64_encode(log.root.view())}});
    }
    return {{"community", community.hex()},
            {"witness", witness.text()},
            {"close", close},
            {"logs", std::move(list)},
            {"signature", base64_encode(signature.bytes)}};
}

Result<Seal> Seal::parse(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Seal seal;
    COMITY_TRY(const std::string community, fields.text("community", 64, 64));
    auto id = Digest::from_hex(community);
    if (!id) return within(fields.path("community"), std::move(id).error());
    seal.community = *id;
    COMITY_TRY(const std::string witness, fields.text("witness", 1, kMaxSealKey));
    COMITY_TRY(seal.witness,
               parse_key_of(witness, crypto::KeyType::kEd25519Cosignature, fields.path("witness")));
    COMITY_TRY(seal.close, fields.integer("close", 0, INT64_MAX / 1'000'000));
    COMITY_TRY(const json::Array* logs, fields.array("logs", 0, kMaxSealedLogs));
    COMITY_TRY(const std::string signature, fields.text("signature", 1, 100));
    COMITY_CHECK(fields.nothing_else());
    std::string before;
    for (std::size_t i = 0; i < logs->size(); ++i) {
        COMITY_TRY(json::Fields one,
                   json::Fields::of((*logs)[i], fmt::format("{}[{}]", fields.path("logs"), i)));
        SealedLog log;
        COMITY_TRY(std::string key, one.text("log", 1, kMaxSealKey));
        COMITY_TRY(log.log, parse_key_of(key, crypto::KeyType::kEd25519, one.path("log")));
        if (key <= before)
            return invalid(one.path("log"), "does not come after the one before it", "sort them, each once");
        COMITY_TRY(const std::int64_t size, one.integer("size", 1, INT64_MAX));
        log.size = static_cast<std::uint64_t>(size);
        COMITY_TRY(const std::string root, one.text("root", 44, 44));
        COMITY_CHECK(one.nothing_else());
        auto bytes = base64_decode(root);
        if (!bytes) return within(one.path("root"), std::move(bytes).error());
        auto digest = Digest::from_bytes(*bytes);
        if (!digest) return within(one.path("root"), std::move(digest).error());
        log.root = *digest;
        before = std::move(key);
        seal.logs.push_back(std::move(log));
    }
    auto bytes = base64_decode(signature);
    if (!bytes) return within(fields.path("signature"), std::move(bytes).error());
    auto made = crypto::Signature::from_bytes(*bytes);
    if (!made) return within(fields.path("signature"), std::move(made).error());
    seal.signature = *made;
    if (!crypto::verify(seal.witness.key, as_bytes(seal.text()), seal.signature))
        return invalid(fields.path("signature"), "is not the witness' own over what the seal says");
    return seal;
}

}  // namespace comity::federation
