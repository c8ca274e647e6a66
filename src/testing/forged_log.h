// A log that lies when told to: it signs checkpoints of any history, at any time. For tests of those that
// must catch it; in no program that ships.
#pragma once

#include <string>
#include <vector>

#include "crypto/note.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::testing {

class ForgedLog {
  public:
    explicit ForgedLog(const std::string& origin = "liar.example/log", std::uint8_t seed = 66)
        : key_{origin, crypto::KeyType::kEd25519, crypto::SecretKey::from_seed(Bytes(32, seed)).value()},
          cosigner_{origin + "/cosigner", crypto::KeyType::kEd25519Cosignature,
                    crypto::SecretKey::from_seed(Bytes(32, static_cast<std::uint8_t>(seed + 1))).value()} {}

    crypto::NamedKey key() const { return key_.public_part(); }
    crypto::NamedKey cosigner() const { return cosigner_.public_part(); }
    const std::string& origin() const { return key_.name; }

    // One history: its leaves can be changed as one likes.
    struct History {
        std::vector<Digest> leaves;

        static History of(std::uint64_t size) {
            History history;
            for (std::uint64_t i = 0; i < size; ++i) {
                history.leaves.push_back(log::leaf_hash(as_bytes("entry " + std::to_string(i))));
            }
            return history;
        }
        History changed(std::size_t at) const {
            History other = *this;
            other.leaves[at] = log::leaf_hash(as_bytes("another"));
            return other;
        }
        History without(std::size_t at) const {
            History other = *this;
            other.leaves.erase(other.leaves.begin() + static_cast<std::ptrdiff_t>(at));
            return other;
        }
        Digest root(std::uint64_t size) const {
            return log::root_of(std::span(leaves).first(static_cast<std::size_t>(size)));
        }
        log::HashReader reader() const {
            return [this](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
                std::vector<Digest> hashes;
                for (const log::Node& node : nodes) {
                    const std::size_t begin = static_cast<std::size_t>(node.index << node.level);
                    const std::size_t count = std::size_t{1} << node.level;
                    if (begin + count > leaves.size()) return not_found("a subtree that is not complete");
                    hashes.push_back(log::root_of(std::span(leaves).subspan(begin, count)));
                }
                return hashes;
            };
        }
        std::vector<Digest> consistency(std::uint64_t old_size, std::uint64_t size) const {
            return log::consistency_proof(old_size, size, reader()).value();
        }
    };

    // Any checkpoint, signed; cosigned at that second where one is given.
    std::string sign(const log::Checkpoint& checkpoint, std::int64_t second = -1) const {
        crypto::Note note{checkpoint.text(), {}};
        note.signatures.push_back(crypto::sign_note(note.text, key_));
        if (second >= 0)
            note.signatures.push_back(log::cosign(note.text, cosigner_, Time::from_seconds(second)));
        return note.write();
    }
    // Of the first `size` entries.
    std::string note(const History& history, std::uint64_t size, std::int64_t second = -1) const {
        return sign({origin(), size, history.root(size), {}}, second);
    }

  private:
    crypto::NamedSecret key_;
    crypto::NamedSecret cosigner_;
};

}  // namespace comity::testing
