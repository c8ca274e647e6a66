#include "crypto/note.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/unicode.h"

namespace comity::crypto {
namespace {

constexpr std::string_view kDash = "\u2014 ";  // an em dash and a space open a signature's line
constexpr std::size_t kIdSize = 4;

std::string numbered(std::size_t n) {
    return "note signature " + std::to_string(n);
}

Result<NoteSignature> parse_line(std::string_view line, const std::string& where) {
    if (!line.starts_with(kDash)) return invalid(where, "does not begin with an em dash and a space");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return invalid(where, "has not a name, a space and a signature");
    NoteSignature out;
    out.name = line.substr(0, space);
    if (auto named = check_key_name(out.name); !named) return within(where, std::move(named).error());
    auto blob = base64_decode(line.substr(space + 1));
    if (!blob) return within(where, std::move(blob).error());
    if (blob->size() <= kIdSize) return invalid(where, "is too short");
    for (std::size_t i = 0; i < kIdSize; ++i) out.id = out.id << 8 | (*blob)[i];
    out.bytes.assign(blob->begin() + kIdSize, blob->end());
    return out;
}

Result<void> check_characters(std::string_view text) {
    if (!is_utf8(text)) return invalid("note", "is not UTF-8");
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; })) {
        return invalid("note", "has a control character");
    }
    return {};
}

}  // namespace

std::string NoteSignature::line() const {
    Bytes blob{static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
               static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
    append(blob, bytes);
    return std::string(kDash) + name + ' ' + base64_encode(blob) + '\n';
}

std::string Note::write() const {
    std::string out = text + '\n';
    for (const NoteSignature& signature : signatures) out += signature.line();
    return out;
}

Result<Note> parse_note(std::string_view text) {
    if (text.size() > kMaxNoteSize) {
        return invalid("note", "is larger than " + std::to_string(kMaxNoteSize) + " bytes");
    }
    COMITY_CHECK(check_characters(text));
    const std::size_t split = text.rfind("\n\n");
    if (split == std::string_view::npos) return invalid("note", "has no empty line before the signatures");
    Note out;
    out.text = text.substr(0, split + 1);
    std::string_view rest = text.substr(split + 2);
    if (rest.empty()) return invalid("note", "has no signature");
    if (!rest.ends_with('\n')) return invalid("note", "does not end with a line feed");
    while (!rest.empty()) {
        if (out.signatures.size() == kMaxNoteSignatures) {
            return invalid("note", "has more than " + std::to_string(kMaxNoteSignatures) + " signatures");
        }
        const std::size_t end = rest.find('\n');
        COMITY_TRY(NoteSignature signature,
                   parse_line(rest.substr(0, end), numbered(out.signatures.size() + 1)));
        out.signatures.push_back(std::move(signature));
        rest.remove_prefix(end + 1);
    }
    return out;
}

NoteSignature sign_note(std::string_view text, const NamedSecret& secret) {
    const Signature signature = secret.key.sign(as_bytes(text));
    return {secret.name, key_id(secret.name, KeyType::kEd25519, secret.key.public_key()),
            to_bytes(signature.bytes)};
}

Result<std::vector<NamedKey>> verify_note(const Note& note, std::span<const NamedKey> keys) {
    std::vector<std::pair<std::uint32_t, const NamedKey*>> known;
    for (const NamedKey& key : keys) {
        if (key.type == KeyType::kEd25519) known.emplace_back(key.id(), &key);
    }
    std::vector<NamedKey> signers;
    for (std::size_t i = 0; i < note.signatures.size(); ++i) {
        const NoteSignature& signature = note.signatures[i];
        bool is_known = false;
        const NamedKey* signer = nullptr;
        for (const auto& [id, key] : known) {
            if (id != signature.id || key->name != signature.name) continue;
            is_known = true;
            const auto bytes = Signature::from_bytes(signature.bytes);
            if (!bytes || !verify(key->key, as_bytes(note.text), *bytes)) continue;
            signer = key;
            break;
        }
        if (!is_known) continue;
        if (signer == nullptr) return invalid(numbered(i + 1), "by " + signature.name + " does not verify");
        if (std::ranges::find(signers, *signer) == signers.end()) signers.push_back(*signer);
    }
    if (signers.empty()) return refused("note", "is signed by none of the known keys");
    return signers;
}

}  // namespace comity::crypto
