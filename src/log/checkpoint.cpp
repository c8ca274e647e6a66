#include "log/checkpoint.h"

#include <fmt/format.h>
#include <cassert>
#include <charconv>

#include "base/encoding.h"

namespace comity::log {
namespace {

constexpr std::size_t kTimestampSize = 8;
constexpr std::size_t kCosignatureSize = kTimestampSize + 64;
constexpr std::uint64_t kLastSecond = INT64_MAX / 1'000'000;  // what Time, in microseconds, can hold

// Decimal, without a sign or leading zeros.
bool read_decimal(std::string_view text, std::uint64_t& number) {
    if (text.empty() || text.front() == '-' || (text.front() == '0' && text.size() > 1)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

// The message that an Ed25519 cosignature signs (tlog-cosignature, "Ed25519 signed message").
std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t seconds) {
    return fmt::format("cosignature/v1\ntime {}\n{}", seconds, checkpoint_text);
}

Failure malformed(std::string_view what, std::string mend = {}) {
    return invalid("checkpoint", std::string(what), std::move(mend));
}

}  // namespace

std::string Checkpoint::text() const {
    std::string out = fmt::format("{}\n{}\n{}\n", origin, size, base64_encode(root.view()));
    for (const std::string& line : extensions) out += line + '\n';
    return out;
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    if (!text.ends_with('\n')) return malformed("does not end with a line feed");
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == 0) return malformed(fmt::format("line {} is empty", lines.size() + 1));
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() < 3)
        return malformed("has fewer than three lines", "it needs origin, size and root hash");
    Checkpoint checkpoint;
    checkpoint.origin = lines[0];
    if (!read_decimal(lines[1], checkpoint.size)) {
        return malformed("the size on line 2 is not a decimal number below 2^64 without leading zeros");
    }
    const auto root = base64_decode(lines[2]);
    if (!root || root->size() != Digest::kSize) {
        return malformed("the root hash on line 3 is not the base64 of 32 bytes");
    }
    COMITY_TRY(checkpoint.root, Digest::from_bytes(*root));
    checkpoint.extensions.assign(lines.begin() + 3, lines.end());
    return checkpoint;
}

Result<OpenCheckpoint> open_checkpoint(std::string_view note, const crypto::NamedKey& log_key) {
    OpenCheckpoint open;
    COMITY_TRY(open.note, crypto::parse_note(note));
    COMITY_TRY(open.checkpoint, Checkpoint::parse(open.note.text));
    if (open.checkpoint.origin != log_key.name) {
        return refused("checkpoint", fmt::format("it is of the log {}, and the key of {}",
                                                 open.checkpoint.origin, log_key.name));
    }
    if (const auto signers = crypto::verify_note(open.note, {&log_key, 1}); !signers) {
        return refused("checkpoint", signers.error().message());
    }
    return open;
}

crypto::NoteSignature cosign(std::string_view checkpoint_text, const crypto::NamedSecret& secret, Time time) {
    assert(secret.type == crypto::KeyType::kEd25519Cosignature && time.micros >= 0);
    const auto seconds = static_cast<std::uint64_t>(time.seconds());
    crypto::NoteSignature signature;
    signature.name = secret.name;
    signature.id = secret.public_part().id();
    append_u64(signature.bytes, seconds);
    append(signature.bytes, secret.key.sign(as_bytes(cosigned_message(checkpoint_text, seconds))).bytes);
    return signature;
}

Result<Time> verify_cosignature(std::string_view checkpoint_text, const crypto::NoteSignature& signature,
                                const crypto::NamedKey& key) {
    if (key.type != crypto::KeyType::kEd25519Cosignature) {
        return refused("cosignature", "the key of " + key.name + " is not one for cosignatures");
    }
    if (signature.name != key.name || signature.id != key.id()) {
        return refused("cosignature", "it is not by the key of " + key.name);
    }
    const ByteView bytes = signature.bytes;
    if (bytes.size() != kCosignatureSize) {
        return refused("cosignature", fmt::format("of {}: it has {} bytes, not {}", key.name, bytes.size(),
                                                  kCosignatureSize));
    }
    const std::uint64_t seconds = read_u64(bytes);
    if (seconds > kLastSecond) {
        return refused("cosignature", "of " + key.name + ": its time is beyond what a clock can show");
    }
    COMITY_TRY(const auto signed_part, crypto::Signature::from_bytes(bytes.subspan(kTimestampSize)));
    if (!crypto::verify(key.key, as_bytes(cosigned_message(checkpoint_text, seconds)), signed_part)) {
        return refused("cosignature", "of " + key.name + ": the signature is wrong");
    }
    return Time::from_seconds(static_cast<std::int64_t>(seconds));
}

}  // namespace comity::log
