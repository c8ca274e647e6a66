// Evidence of misbehaviour: two notes that one log has signed and that cannot both be true. Anyone can check
// it offline, believing nobody: the signatures and the arithmetic are all there is to it.
//
// What is provable, and of whom:
//     split view       one size, two roots: the log has shown two histories
//     dropped entries  the larger tree, by its own hashes, has another root at the smaller's size: entries
//                      were changed, dropped or moved
//     rollback         one cosigner states the larger tree first and the smaller one later: the log was set
//                      back, or one of the two times is false (backdated)
// The bytes are in docs/formats.md, "Evidence". Pure functions, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_text.h"
#include "json/value.h"
#include "log/tree.h"

namespace comity::federation {

enum class Lie {
    kSplitView,       // same size, other root
    kDroppedEntries,  // the smaller is not the beginning of the larger
    kRollback,        // the same cosigner: larger first, smaller later
};
std::string_view to_string(Lie lie);  // "split-view", "dropped-entries", "rollback"

struct Evidence {
    Lie lie = Lie::kSplitView;
    crypto::NamedKey log;                      // signed both notes
    std::optional<crypto::NamedKey> cosigner;  // kRollback: cosigned both
    std::vector<Digest> hashes;                // kDroppedEntries: log::prefix_proof of the larger tree
    // The notes with the signatures that count and no others. kSplitView: in the order of their texts;
    // kDroppedEntries: the smaller first; kRollback: the larger first.
    std::string first;
    std::string second;

    json::Object json() const;  // what the file and the statement hold
    std::string write() const;  // one line of JSON
    Digest id() const;          // SHA-256 of write(): the same lie with the same notes has one id
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

// The form alone. kInvalid, with the field below `path`.
Result<Evidence> parse_evidence(const json::Value& value, std::string path);
Result<Evidence> parse_evidence(std::string_view text);

// What it proves, in words. kRefused where it proves nothing: a signature does not verify, the notes do not
// contradict each other, the hashes are not of the larger tree.
Result<std::string> check_evidence(const Evidence& evidence);

// What two notes prove by themselves; nothing where they do not contradict each other as far as they tell.
// kInvalid or kRefused where one of them is not a checkpoint that `log` has signed.
Result<std::optional<Evidence>> compare_notes(std::string_view a, std::string_view b,
                                              const crypto::NamedKey& log,
                                              std::span<const crypto::NamedKey> cosigners);
// The same for one who can read the hashes of the larger note's tree: has it the smaller's as its beginning?
// Hashes that do not lead to the larger's own root are kRefused: they prove nothing.
Result<std::optional<Evidence>> compare_with_tree(std::string_view smaller, std::string_view larger,
                                                  const crypto::NamedKey& log,
                                                  const log::HashReader& read_larger);

}  // namespace comity::federation
