// The Merkle tree of RFC 6962 section 2.1 (= RFC 9162 section 2.1): hashes, proofs and their verification. Pure
// functions over hashes; whoever holds the hashes gives them through a HashReader.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

namespace comity::log {

Digest leaf_hash(ByteView entry);                              // SHA-256(0x00 ‖ entry)
Digest node_hash(const Digest& left, const Digest& right);     // SHA-256(0x01 ‖ left ‖ right)
Digest empty_root();                                           // SHA-256("")

// The complete subtree of 2^level leaves that starts at leaf index·2^level.
struct Node {
    unsigned level = 0;
    std::uint64_t index = 0;
    friend auto operator<=>(const Node&, const Node&) = default;
};

// Gives the hashes of the nodes asked for, in their order: one call a proof, so that a store can fetch them together.
using HashReader = std::function<Result<std::vector<Digest>>(std::span<const Node>)>;

// The root of leaves given whole: for small trees (the objects of a statement).
Digest root_of(std::span<const Digest> leaf_hashes);

// kInvalid where index >= size, or old_size > size.
Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashReader& read);
Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size, const HashReader& read);
Result<Digest> tree_root(std::uint64_t size, const HashReader& read);

// RFC 9162 sections 2.1.3.2 and 2.1.4.2. kRefused where the proof does not hold.
Result<void> verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                              std::span<const Digest> proof, const Digest& root);
Result<void> verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                                const Digest& root, std::span<const Digest> proof);

// The right edge of a growing tree: the roots of the complete subtrees that its size's binary digits name, largest
// first. Grows by a leaf in amortised constant time; the root costs one hash a digit.
class Frontier {
  public:
    Frontier() = default;
    static Result<Frontier> from(std::uint64_t size, std::vector<Digest> roots);  // as many roots as size has 1 bits

    void append(const Digest& leaf);
    Digest root() const;
    std::uint64_t size() const { return size_; }
    const std::vector<Digest>& roots() const { return roots_; }

  private:
    std::uint64_t size_ = 0;
    std::vector<Digest> roots_;
};

}  // namespace comity::log
