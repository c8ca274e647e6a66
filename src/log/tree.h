// The Merkle tree of RFC 6962 section 2.1 (= RFC 9162 section 2.1): hashes, proofs and their verification.
// Pure functions over hashes; whoever holds the hashes gives them through a HashReader.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

namespace comity::log {

Digest leaf_hash(ByteView entry);                           // SHA-256(0x00 ‖ entry)
Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 ‖ left ‖ right)
Digest empty_root();                                        // SHA-256("")

// The complete subtree of 2^level leaves that starts at leaf index·2^level.
struct Node {
    unsigned level = 0;
    std::uint64_t index = 0;
    friend auto operator<=>(const Node&, const Node&) = default;
};

// Gives the hashes of the nodes asked for, in their order: one call a proof, so that a store can fetch them
// together. Every node asked for is a complete subtree of the log's; where nothing is needed (one leaf), it
// is not called.
using HashReader = std::function<Result<std::vector<Digest>>(std::span<const Node>)>;

// The root of leaves given whole: for small trees (the objects of a statement).
Digest root_of(std::span<const Digest> leaf_hashes);

// Section 2.1.1: the siblings from the leaf up to the root. kInvalid where index >= size.
Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashReader& read);
// Section 2.1.2; of size 0, and of the same size, an empty proof. kInvalid where old_size > size.
Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                              const HashReader& read);
Result<Digest> tree_root(std::uint64_t size, const HashReader& read);

// RFC 9162 sections 2.1.3.2 and 2.1.4.2. kRefused where the proof does not hold. From an old size of 0 an
// empty proof holds when the old root is empty_root(), whatever the new one.
Result<void> verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                              std::span<const Digest> proof, const Digest& root);
Result<void> verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                                const Digest& root, std::span<const Digest> proof);

// The root that the first old_size leaves of the tree (size, root) have, as its own hashes tell it: those of
// prefix_proof(), which are a consistency proof's with the hash at the old edge always in front. So whoever
// holds the tree can show that another root for old_size is not of it. kRefused where the hashes do not lead
// to `root`; kInvalid where old_size > size.
Result<Digest> root_before(std::uint64_t old_size, std::uint64_t size, const Digest& root,
                           std::span<const Digest> proof);
Result<std::vector<Digest>> prefix_proof(std::uint64_t old_size, std::uint64_t size, const HashReader& read);

// Subtrees (draft-ietf-plants-merkle-tree-certs-02, section 4): the leaves [begin, end) of a tree as a tree
// of their own, where begin is a multiple of the smallest power of two that is not below end - begin.
bool is_subtree(std::uint64_t begin, std::uint64_t end);
// That the subtree is of the tree of this size: the hashes from the subtree's side up to the root's. kInvalid
// where it is none, or reaches beyond.
Result<std::vector<Digest>> subtree_proof(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                                          const HashReader& read);
// kRefused where the proof does not hold.
Result<void> verify_subtree(std::uint64_t begin, std::uint64_t end, const Digest& subtree, std::uint64_t size,
                            const Digest& root, std::span<const Digest> proof);

// The right edge of a growing tree: the roots of the complete subtrees that its size's binary digits name,
// largest first. Grows by a leaf in amortised constant time; the root costs one hash a digit.
class Frontier {
  public:
    Frontier() = default;
    // kInvalid unless there are as many roots as size has 1 bits.
    static Result<Frontier> from(std::uint64_t size, std::vector<Digest> roots);

    void append(const Digest& leaf);
    // Tells of each subtree that the leaf completes, from the leaf itself (level 0) upwards: on_node(node,
    // hash). So a store gets the hashes of the upper tiles without computing them again.
    template <typename OnNode>
    void append(const Digest& leaf, OnNode&& on_node) {
        Digest hash = leaf;
        Node node{0, size_};
        on_node(std::as_const(node), std::as_const(hash));
        for (; (node.index & 1) == 1; roots_.pop_back()) {
            hash = node_hash(roots_.back(), hash);
            node = {node.level + 1, node.index >> 1};
            on_node(std::as_const(node), std::as_const(hash));
        }
        roots_.push_back(hash);
        ++size_;
    }
    Digest root() const;  // of no leaves: empty_root()
    std::uint64_t size() const { return size_; }
    const std::vector<Digest>& roots() const { return roots_; }

  private:
    std::uint64_t size_ = 0;
    std::vector<Digest> roots_;
};

}  // namespace comity::log
