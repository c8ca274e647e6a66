#include "log/proof.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace comity::log {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMaxHashes = 64;  // as deep as a tree of 2^64 - 1 leaves

// Takes lines off a text; the last one must end with a line feed as the others do.
class Lines {
  public:
    explicit Lines(std::string_view text) : rest_(text) {}

    std::optional<std::string_view> next() {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        ++number_;
        return line;
    }
    std::string place() const { return fmt::format("proof line {}", number_); }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
    unsigned number_ = 0;
};

Failure cut_short() {
    return invalid("proof", "it ends before its checkpoint", "fetch the proof again");
}

Result<std::uint64_t> parse_index(std::string_view text, std::string place) {
    std::uint64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size() || std::to_string(index) != text) {
        return invalid(std::move(place),
                       "the index is not a decimal number below 2^64 without leading zeros");
    }
    return index;
}

}  // namespace

std::string Proof::write() const {
    std::string out = fmt::format("{}\n", kFirstLine);
    if (extra) out += fmt::format("{}{}\n", kExtra, base64_encode(*extra));
    out += fmt::format("{}{}\n", kIndex, index);
    for (const Digest& hash : hashes) out += base64_encode(hash.view()) + '\n';
    out += '\n';
    out += checkpoint;
    return out;
}

Result<Proof> Proof::parse(std::string_view text) {
    Lines lines(text);
    if (lines.next() != kFirstLine) {
        return invalid("proof line 1", fmt::format("not \"{}\"", kFirstLine), "give a .tlog-proof file");
    }
    Proof proof;
    auto line = lines.next();
    if (line && line->starts_with(kExtra)) {
        const auto bytes = base64_decode(line->substr(kExtra.size()));
        if (!bytes) return within(lines.place(), bytes.error());
        proof.extra = *bytes;
        line = lines.next();
    }
    if (!line) return cut_short();
    if (!line->starts_with(kIndex)) return invalid(lines.place(), "not \"index\" and a number");
    COMITY_TRY(proof.index, parse_index(line->substr(kIndex.size()), lines.place()));
    for (line = lines.next(); line && !line->empty(); line = lines.next()) {
        if (proof.hashes.size() == kMaxHashes) return invalid(lines.place(), "more than 64 hashes");
        const auto bytes = base64_decode(*line);
        if (!bytes || bytes->size() != Digest::kSize) {
            return invalid(lines.place(), "not the base64 of a hash of 32 bytes");
        }
        COMITY_TRY(const Digest hash, Digest::from_bytes(*bytes));
        proof.hashes.push_back(hash);
    }
    if (!line) return cut_short();
    proof.checkpoint = lines.rest();
    // Read here so that a Proof is never malformed, and a file cut within its checkpoint is told at once.
    COMITY_TRY(const crypto::Note note, crypto::parse_note(proof.checkpoint));
    COMITY_CHECK(Checkpoint::parse(note.text));
    return proof;
}

Result<ProofVerdict> verify_proof(const Proof& proof, ByteView entry, const crypto::NamedKey& log_key,
                                  std::span<const crypto::NamedKey> witnesses) {
    COMITY_TRY(const OpenCheckpoint open, open_checkpoint(proof.checkpoint, log_key));
    COMITY_CHECK(verify_inclusion(leaf_hash(entry), proof.index, open.checkpoint.size, proof.hashes,
                                  open.checkpoint.root));
    ProofVerdict verdict{open.checkpoint, {}};
    for (const crypto::NamedKey& witness : witnesses) {
        std::optional<Time> earliest;
        for (const crypto::NoteSignature& signature : open.note.signatures) {
            if (signature.name != witness.name || signature.id != witness.id()) continue;
            COMITY_TRY(const Time time, verify_cosignature(open.note.text, signature, witness));
            earliest = std::min(time, earliest.value_or(time));
        }
        if (earliest) verdict.cosigned.emplace_back(witness, *earliest);
    }
    return verdict;
}

}  // namespace comity::log
