#include "federation/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "base/time.h"
#include "crypto/sha256.h"
#include "json/fields.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

using crypto::KeyType;
using crypto::NamedKey;
using log::OpenCheckpoint;

constexpr std::size_t kMaxNote = 16 * 1024;  // with the signatures that count: a statement must hold two
constexpr std::size_t kMaxHashes = 65;       // a path down a tree of 2^64 leaves, and the edge
constexpr std::size_t kMaxKey = 500;
constexpr std::size_t kMaxEvidence = 64 * 1024;

constexpr std::array<std::pair<Lie, std::string_view>, 3> kNames{{{Lie::kSplitView, "split-view"},
                                                                  {Lie::kDroppedEntries, "dropped-entries"},
                                                                  {Lie::kRollback, "rollback"}}};

Failure proves_nothing(std::string what) {
    return refused("evidence", std::move(what), "it proves nothing: do not pass it on");
}

struct Cosigned {
    Time time;
    const crypto::NoteSignature* signature = nullptr;
};

// The cosignatures by that key, verified; those that do not verify are nobody's.
std::vector<Cosigned> cosigned_by(const OpenCheckpoint& open, const NamedKey& cosigner) {
    std::vector<Cosigned> found;
    for (const crypto::NoteSignature& signature : open.note.signatures) {
        if (const auto time = log::verify_cosignature(open.note.text, signature, cosigner)) {
            found.push_back({*time, &signature});
        }
    }
    return found;
}

// The note with the log's signature, and that cosignature, alone.
std::string bare(const OpenCheckpoint& open, const NamedKey& log,
                 const crypto::NoteSignature* cosignature = nullptr) {
    crypto::Note note{open.note.text, {}};
    const auto by_log = std::ranges::find_if(open.note.signatures, [&](const auto& signature) {
        return signature.name == log.name && signature.id == log.id();
    });
    note.signatures.push_back(*by_log);  // open_checkpoint() has found it
    if (cosignature != nullptr) note.signatures.push_back(*cosignature);
    return note.write();
}

Evidence split_view(const OpenCheckpoint& a, const OpenCheckpoint& b, const NamedKey& log) {
    const bool in_order = a.note.text < b.note.text;
    return {Lie::kSplitView, log, std::nullopt, {}, bare(in_order ? a : b, log), bare(in_order ? b : a, log)};
}

// The earliest statement of the larger against the latest of the smaller.
std::optional<Evidence> rollback(const OpenCheckpoint& smaller, const OpenCheckpoint& larger,
                                 const NamedKey& log, const NamedKey& cosigner) {
    const auto of_smaller = cosigned_by(smaller, cosigner);
    const auto of_larger = cosigned_by(larger, cosigner);
    if (of_smaller.empty() || of_larger.empty()) return std::nullopt;
    const Cosigned late = *std::ranges::max_element(of_smaller, {}, &Cosigned::time);
    const Cosigned early = *std::ranges::min_element(of_larger, {}, &Cosigned::time);
    if (late.time <= early.time) return std::nullopt;
    return Evidence{Lie::kRollback,
                    log,
                    cosigner,
                    {},
                    bare(larger, log, early.signature),
                    bare(smaller, log, late.signature)};
}

std::string size_of(const log::Checkpoint& checkpoint) {
    return fmt::format("{} {}", checkpoint.size, checkpoint.size == 1 ? "entry" : "entries");
}

std::string time_text(Time time) {
    return format_time_millis(time).substr(0, 19) + "Z";
}

Result<NamedKey> key_field(json::Fields& fields, std::string_view name, KeyType type) {
    COMITY_TRY(const std::string text, fields.text(name, 1, kMaxKey));
    auto key = crypto::parse_public_key(text);
    if (!key) return within(fields.path(name), std::move(key).error());
    if (key->type != type) {
        return invalid(fields.path(name), type == KeyType::kEd25519 ? "is not a key that signs checkpoints"
                                                                    : "is not a key that cosigns");
    }
    return std::move(*key);
}

}  // namespace

std::string_view to_string(Lie lie) {
    return std::ranges::find(kNames, lie, &std::pair<Lie, std::string_view>::first)->second;
}

json::Object Evidence::json() const {
    json::Object object{{"v", 1}, {"kind", to_string(lie)}, {"log", log.text()}};
    if (lie == Lie::kRollback) object["cosigner"] = cosigner ? cosigner->text() : std::string();
    if (lie == Lie::kDroppedEntries) {
        json::Array list;
        for (const Digest& hash : hashes) list.emplace_back(base64_encode(hash.view()));
        object["hashes"] = std::move(list);
    }
    object["first"] = first;
    object["second"] = second;
    return object;
}

std::string Evidence::write() const {
    return json::write(json());
}

Digest Evidence::id() const {
    return crypto::sha256(as_bytes(write()));
}

Result<Evidence> parse_evidence(const json::Value& value, std::string path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, std::move(path)));
    COMITY_TRY([[maybe_unused]] const std::int64_t version, fields.integer("v", 1, 1));
    COMITY_TRY(const std::string kind, fields.text("kind", 1, 40));
    const auto named = std::ranges::find(kNames, kind, &std::pair<Lie, std::string_view>::second);
    if (named == kNames.end()) {
        return invalid(fields.path("kind"), "is none of split-view, dropped-entries and rollback");
    }
    Evidence evidence;
    evidence.lie = named->first;
    COMITY_TRY(evidence.log, key_field(fields, "log", KeyType::kEd25519));
    if (evidence.lie == Lie::kRollback) {
        COMITY_TRY(evidence.cosigner, key_field(fields, "cosigner", KeyType::kEd25519Cosignature));
    }
    if (evidence.lie == Lie::kDroppedEntries) {
        COMITY_TRY(const auto texts, fields.texts("hashes", 0, kMaxHashes));
        for (const std::string& text : texts) {
            auto bytes = base64_decode(text);
            if (!bytes) return within(fields.path("hashes"), std::move(bytes).error());
            auto hash = Digest::from_bytes(*bytes);
            if (!hash) return within(fields.path("hashes"), std::move(hash).error());
            evidence.hashes.push_back(*hash);
        }
    }
    COMITY_TRY(evidence.first, fields.text("first", 1, kMaxNote));
    COMITY_TRY(evidence.second, fields.text("second", 1, kMaxNote));
    COMITY_CHECK(fields.nothing_else());
    return evidence;
}

Result<Evidence> parse_evidence(std::string_view text) {
    if (text.size() > kMaxEvidence) {
        return too_large("evidence", fmt::format("is larger than {} bytes", kMaxEvidence));
    }
    COMITY_TRY(const json::Value value, json::parse(text));
    return parse_evidence(value, "");
}

Result<std::string> check_evidence(const Evidence& evidence) {
    auto first = log::open_checkpoint(evidence.first, evidence.log);
    if (!first) return within("first", std::move(first).error());
    auto second = log::open_checkpoint(evidence.second, evidence.log);
    if (!second) return within("second", std::move(second).error());
    const log::Checkpoint& a = first->checkpoint;
    const log::Checkpoint& b = second->checkpoint;
    const std::string& name = evidence.log.name;
    switch (evidence.lie) {
        case Lie::kSplitView:
            if (a.size != b.size) return proves_nothing("the two checkpoints have different sizes");
            if (a.root == b.root) return proves_nothing("the two checkpoints have the same root");
            return fmt::format(
                "{} has signed two different logs of {}: it shows two histories (a split view). Roots: {} "
                "and {}.",
                name, size_of(a), a.root.hex(), b.root.hex());
        case Lie::kDroppedEntries: {
            if (a.size >= b.size) return proves_nothing("the first checkpoint is not the smaller");
            COMITY_TRY(const Digest root, log::root_before(a.size, b.size, b.root, evidence.hashes));
            if (root == a.root) return proves_nothing("the larger log continues the smaller");
            return fmt::format(
                "{} has signed a log of {} and a log of {} that does not begin with it: entries were "
                "dropped, changed or moved. Root at {}: {} as signed, {} in the larger log.",
                name, size_of(a), size_of(b), a.size, a.root.hex(), root.hex());
        }
        case Lie::kRollback: {
            if (!evidence.cosigner) return proves_nothing("no cosigner is named");
            if (a.size <= b.size) return proves_nothing("the first checkpoint is not the larger");
            const auto early = cosigned_by(*first, *evidence.cosigner);
            const auto late = cosigned_by(*second, *evidence.cosigner);
            if (early.empty() || late.empty()) {
                return proves_nothing(evidence.cosigner->name + " has not cosigned both checkpoints");
            }
            const Time before = std::ranges::min_element(early, {}, &Cosigned::time)->time;
            const Time after = std::ranges::max_element(late, {}, &Cosigned::time)->time;
            if (before >= after) return proves_nothing("the smaller checkpoint is not the later one");
            return fmt::format(
                "{} stated at {} that {} had {}, and at {}, later, that it had {}: the log was set back, or "
                "one of the two times is false (backdated). {} has signed both.",
                evidence.cosigner->name, time_text(before), name, size_of(a), time_text(after), size_of(b),
                name);
        }
    }
    std::unreachable();
}

Result<std::optional<Evidence>> compare_notes(std::string_view a, std::string_view b, const NamedKey& log,
                                              std::span<const NamedKey> cosigners) {
    COMITY_TRY(const OpenCheckpoint one, log::open_checkpoint(a, log));
    COMITY_TRY(const OpenCheckpoint other, log::open_checkpoint(b, log));
    if (one.checkpoint.size == other.checkpoint.size) {
        if (one.checkpoint.root == other.checkpoint.root) return std::nullopt;
        return split_view(one, other, log);
    }
    const bool in_order = one.checkpoint.size < other.checkpoint.size;
    for (const NamedKey& cosigner : cosigners) {
        if (auto found = rollback(in_order ? one : other, in_order ? other : one, log, cosigner)) {
            return found;
        }
    }
    return std::nullopt;
}

Result<std::optional<Evidence>> compare_with_tree(std::string_view smaller, std::string_view larger,
                                                  const NamedKey& log, const log::HashReader& read_larger) {
    COMITY_TRY(const OpenCheckpoint a, log::open_checkpoint(smaller, log));
    COMITY_TRY(const OpenCheckpoint b, log::open_checkpoint(larger, log));
    if (a.checkpoint.size > b.checkpoint.size) {
        return invalid("checkpoints", "the first is not the smaller one", "give them the other way round");
    }
    if (a.checkpoint.size == b.checkpoint.size) return compare_notes(smaller, larger, log, {});
    COMITY_TRY(std::vector<Digest> hashes,
               log::prefix_proof(a.checkpoint.size, b.checkpoint.size, read_larger));
    COMITY_TRY(const Digest root,
               log::root_before(a.checkpoint.size, b.checkpoint.size, b.checkpoint.root, hashes));
    if (root == a.checkpoint.root) return std::nullopt;
    return Evidence{Lie::kDroppedEntries, log, std::nullopt, std::move(hashes), bare(a, log), bare(b, log)};
}

}  // namespace comity::federation
