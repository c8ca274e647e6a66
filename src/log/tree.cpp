#include "log/tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "crypto/sha256.h"

namespace comity::log {
namespace {

constexpr std::uint8_t kLeafPrefix = 0x00;
constexpr std::uint8_t kNodePrefix = 0x01;

unsigned floor_log2(std::uint64_t n) {
    return static_cast<unsigned>(std::bit_width(n)) - 1;
}

// The largest power of two below n. Precondition: n > 1.
std::uint64_t split(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

// What a proof needs: the nodes to read, and how many of them, one after the other, make each of its hashes.
class Plan {
  public:
    // Leaves [begin, end), a range that splitting a tree gives: its left parts are complete subtrees.
    void add_range(std::uint64_t begin, std::uint64_t end) {
        unsigned count = 0;
        while (begin < end) {
            const unsigned level = floor_log2(end - begin);
            nodes_.push_back({level, begin >> level});
            begin += std::uint64_t{1} << level;
            ++count;
        }
        counts_.push_back(count);
    }

    Result<std::vector<Digest>> run(const HashReader& read) const {
        std::vector<Digest> out;
        if (nodes_.empty()) return out;
        COMITY_TRY(const std::vector<Digest> hashes, read(nodes_));
        if (hashes.size() != nodes_.size()) {
            return internal("log tree", "asked for " + std::to_string(nodes_.size()) + " hashes, got " +
                                            std::to_string(hashes.size()));
        }
        out.reserve(counts_.size());
        std::size_t end = 0;
        for (const unsigned count : counts_) {
            end += count;
            Digest hash = hashes[end - 1];
            for (unsigned i = 2; i <= count; ++i) hash = node_hash(hashes[end - i], hash);
            out.push_back(hash);
        }
        return out;
    }

    void reverse() {  // from the root's side first to the leaf's side first
        std::vector<Node> nodes;
        nodes.reserve(nodes_.size());
        std::size_t end = nodes_.size();
        for (auto count = counts_.rbegin(); count != counts_.rend(); ++count) {
            const auto begin = end - *count;
            nodes.insert(nodes.end(), nodes_.begin() + static_cast<std::ptrdiff_t>(begin),
                         nodes_.begin() + static_cast<std::ptrdiff_t>(end));
            end = begin;
        }
        nodes_ = std::move(nodes);
        std::ranges::reverse(counts_);
    }

  private:
    std::vector<Node> nodes_;
    std::vector<unsigned> counts_;
};

// A step towards the root of RFC 9162's verification: `fn` is the node's place, `sn` the last place of its
// level.
void rise_to_right_sibling(std::uint64_t& fn, std::uint64_t& sn) {
    while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
    }
}

// On the way from the root to a subtree: on which side of the middle it lies.
enum class Side { kLeft, kRight, kBoth };

// Tells of each step: on_step(side, low, middle, high). Where a subtree reaches over the middle it begins
// where the tree does; from there on it is the rest of it, [begin, end) as it is in the end, that is looked
// for: false then, and its hash is not the subtree's.
template <typename OnStep>
bool walk_to_subtree(std::uint64_t& begin, std::uint64_t end, std::uint64_t size, const OnStep& on_step) {
    std::uint64_t low = 0;
    std::uint64_t high = size;
    bool whole = true;
    while (begin != low || end != high) {
        const std::uint64_t middle = low + split(high - low);
        if (end <= middle) {
            on_step(Side::kLeft, low, middle, high);
            high = middle;
        } else if (middle <= begin) {
            on_step(Side::kRight, low, middle, high);
            low = middle;
        } else {
            on_step(Side::kBoth, low, middle, high);
            whole = false;
            begin = low = middle;
        }
    }
    return whole;
}

Failure does_not_hold(std::string what) {
    return refused("proof", std::move(what));
}

}  // namespace

Digest leaf_hash(ByteView entry) {
    std::array<std::uint8_t, 128> buffer;
    if (entry.size() >= buffer.size()) return crypto::sha256({ByteView(&kLeafPrefix, 1), entry});
    buffer[0] = kLeafPrefix;
    std::ranges::copy(entry, buffer.begin() + 1);
    return crypto::sha256(ByteView(buffer.data(), entry.size() + 1));
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 1 + 2 * Digest::kSize> buffer;
    buffer[0] = kNodePrefix;
    std::ranges::copy(left.bytes, buffer.begin() + 1);
    std::ranges::copy(right.bytes, buffer.begin() + 1 + Digest::kSize);
    return crypto::sha256(ByteView(buffer));
}

Digest empty_root() {
    return crypto::sha256(ByteView());
}

Digest root_of(std::span<const Digest> leaf_hashes) {
    Frontier frontier;
    for (const Digest& leaf : leaf_hashes) frontier.append(leaf);
    return frontier.root();
}

bool is_subtree(std::uint64_t begin, std::uint64_t end) {
    return begin < end && begin % std::bit_ceil(end - begin) == 0;
}

Result<std::vector<Digest>> subtree_proof(std::uint64_t begin, std::uint64_t end, std::uint64_t size,
                                          const HashReader& read) {
    if (end > size || !is_subtree(begin, end))
        return invalid("subtree", "is none of a log of " + std::to_string(size) + " entries");
    Plan plan;
    const bool whole = walk_to_subtree(
        begin, end, size, [&](Side side, std::uint64_t low, std::uint64_t middle, std::uint64_t high) {
            if (side == Side::kLeft) {
                plan.add_range(middle, high);
            } else {
                plan.add_range(low, middle);
            }
        });
    if (!whole) plan.add_range(begin, end);
    plan.reverse();
    return plan.run(read);
}

Result<void> verify_subtree(std::uint64_t begin, std::uint64_t end, const Digest& subtree, std::uint64_t size,
                            const Digest& root, std::span<const Digest> proof) {
    if (end > size || !is_subtree(begin, end)) return does_not_hold("is of no subtree of the log");
    std::vector<Side> sides;
    const bool whole =
        walk_to_subtree(begin, end, size, [&](Side side, auto, auto, auto) { sides.push_back(side); });
    if (proof.size() != sides.size() + (whole ? 0 : 1)) return does_not_hold("has another length");
    Digest part = subtree;  // what the subtree comes to, and the tree around it
    Digest tree = subtree;
    if (!whole) {
        part = tree = proof.front();
        proof = proof.subspan(1);
    }
    for (auto side = sides.rbegin(); side != sides.rend(); ++side, proof = proof.subspan(1)) {
        const Digest& other = proof.front();
        if (*side == Side::kBoth) part = node_hash(other, part);
        tree = *side == Side::kLeft ? node_hash(tree, other) : node_hash(other, tree);
    }
    if (part != subtree || tree != root) return does_not_hold("does not lead from the subtree to the root");
    return {};
}

Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashReader& read) {
    if (index >= size) {
        return invalid("index", std::to_string(index) + " is not in a log of size " + std::to_string(size));
    }
    Plan plan;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + split(end - begin);
        if (index < middle) {
            plan.add_range(middle, end);
            end = middle;
        } else {
            plan.add_range(begin, middle);
            begin = middle;
        }
    }
    plan.reverse();
    return plan.run(read);
}

Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                              const HashReader& read) {
    if (old_size > size) {
        return invalid("old size", std::to_string(old_size) + " is over the size " + std::to_string(size));
    }
    Plan plan;
    if (old_size == 0 || old_size == size) return plan.run(read);
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end != old_size) {  // SUBPROOF(old_size - begin, D[begin:end]) of RFC 6962 section 2.1.2
        const std::uint64_t middle = begin + split(end - begin);
        if (old_size <= middle) {
            plan.add_range(middle, end);
            end = middle;
        } else {
            plan.add_range(begin, middle);
            begin = middle;
        }
    }
    if (begin != 0) plan.add_range(begin, end);  // else it is the old root itself, which the verifier has
    plan.reverse();
    return plan.run(read);
}

Result<Digest> tree_root(std::uint64_t size, const HashReader& read) {
    if (size == 0) return empty_root();
    Plan plan;
    plan.add_range(0, size);
    COMITY_TRY(const std::vector<Digest> hashes, plan.run(read));
    return hashes.front();
}

Result<void> verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                              std::span<const Digest> proof, const Digest& root) {
    if (index >= size) {
        return does_not_hold("index " + std::to_string(index) + " is not in a log of size " +
                             std::to_string(size));
    }
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Digest hash = leaf;
    for (const Digest& sibling : proof) {
        if (sn == 0) return does_not_hold("the inclusion proof has too many hashes");
        if ((fn & 1) == 1 || fn == sn) {
            hash = node_hash(sibling, hash);
            rise_to_right_sibling(fn, sn);
        } else {
            hash = node_hash(hash, sibling);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return does_not_hold("the inclusion proof has too few hashes");
    if (hash != root) return does_not_hold("the inclusion proof leads to another root than the checkpoint's");
    return {};
}

namespace {

struct Roots {
    Digest old_root;
    Digest root;
};

// From the hash at the old edge up to both roots (RFC 9162 section 2.1.4.2). Precondition: 0 < old_size <
// size.
Result<Roots> climb(std::uint64_t old_size, std::uint64_t size, const Digest& edge,
                    std::span<const Digest> proof) {
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = size - 1;
    while ((fn & 1) == 1) {
        fn >>= 1;
        sn >>= 1;
    }
    Roots roots{edge, edge};
    for (const Digest& sibling : proof) {
        if (sn == 0) return does_not_hold("the consistency proof has too many hashes");
        if ((fn & 1) == 1 || fn == sn) {
            roots.old_root = node_hash(sibling, roots.old_root);
            roots.root = node_hash(sibling, roots.root);
            rise_to_right_sibling(fn, sn);
        } else {
            roots.root = node_hash(roots.root, sibling);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return does_not_hold("the consistency proof has too few hashes");
    return roots;
}

}  // namespace

Result<void> verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                                const Digest& root, std::span<const Digest> proof) {
    if (old_size > size) return does_not_hold("the old size is over the new");
    if (old_size == 0 || old_size == size) {
        if (!proof.empty()) return does_not_hold("the consistency proof has too many hashes");
        if (old_size == size && old_root != root) return does_not_hold("two roots are given for one size");
        if (old_size == 0 && old_root != empty_root()) return does_not_hold("the empty log has another root");
        return {};
    }
    // An old size that is a power of two is a node of the new tree: the proof leaves its hash out.
    Digest edge = old_root;
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return does_not_hold("the consistency proof has too few hashes");
        edge = proof.front();
        proof = proof.subspan(1);
    }
    COMITY_TRY(const Roots roots, climb(old_size, size, edge, proof));
    if (roots.old_root != old_root) return does_not_hold("the consistency proof leads to another old root");
    if (roots.root != root) return does_not_hold("the consistency proof leads to another new root");
    return {};
}

Result<Digest> root_before(std::uint64_t old_size, std::uint64_t size, const Digest& root,
                           std::span<const Digest> proof) {
    if (old_size > size) return invalid("old size", "is over the size");
    if (old_size == 0 || old_size == size) {
        if (!proof.empty()) return does_not_hold("there are hashes where none are needed");
        return old_size == 0 ? empty_root() : root;
    }
    if (proof.empty()) return does_not_hold("the consistency proof has too few hashes");
    COMITY_TRY(const Roots roots, climb(old_size, size, proof.front(), proof.subspan(1)));
    if (roots.root != root) return does_not_hold("the hashes are not of the tree with that root");
    return roots.old_root;
}

Result<std::vector<Digest>> prefix_proof(std::uint64_t old_size, std::uint64_t size, const HashReader& read) {
    COMITY_TRY(std::vector<Digest> hashes, consistency_proof(old_size, size, read));
    if (old_size != 0 && old_size != size && std::has_single_bit(old_size)) {
        const Node edge{static_cast<unsigned>(std::countr_zero(old_size)), 0};
        COMITY_TRY(const std::vector<Digest> first, read({&edge, 1}));
        hashes.insert(hashes.begin(), first.front());
    }
    return hashes;
}

Result<Frontier> Frontier::from(std::uint64_t size, std::vector<Digest> roots) {
    if (roots.size() != static_cast<std::size_t>(std::popcount(size))) {
        return invalid("frontier", "a log of size " + std::to_string(size) + " has " +
                                       std::to_string(std::popcount(size)) + " subtrees at its edge, not " +
                                       std::to_string(roots.size()));
    }
    Frontier frontier;
    frontier.size_ = size;
    frontier.roots_ = std::move(roots);
    return frontier;
}

void Frontier::append(const Digest& leaf) {
    append(leaf, [](const Node&, const Digest&) {});
}

Digest Frontier::root() const {
    if (roots_.empty()) return empty_root();
    Digest hash = roots_.back();
    for (auto left = roots_.rbegin() + 1; left != roots_.rend(); ++left) hash = node_hash(*left, hash);
    return hash;
}

}  // namespace comity::log
