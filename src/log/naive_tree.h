// The Merkle tree as RFC 6962 section 2.1 defines it, recursion for recursion: what the tests of this room
// hold the quick one to. In no program.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "log/tree.h"

namespace comity::log {

class NaiveTree {
  public:
    explicit NaiveTree(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i)
            leaves.push_back(leaf_hash(as_bytes("entry " + std::to_string(i))));
        known_.resize(size + 1);
        for (std::uint64_t i = 0; i <= size; ++i) known_[i].resize(size + 1);
    }

    // MTH(D[begin:end])
    Digest root(std::uint64_t begin, std::uint64_t end) const {
        if (begin == end) return empty_root();
        if (end - begin == 1) return leaves[begin];
        Digest& known = known_[begin][end];
        if (known == Digest{}) {
            const auto k = std::bit_floor(end - begin - 1);
            known = node_hash(root(begin, begin + k), root(begin + k, end));
        }
        return known;
    }

    // SUBTREE_SUBPROOF(start, end, D[low:high], known), start and end counted from low
    std::vector<Digest> subtree(std::uint64_t start, std::uint64_t end, std::uint64_t low, std::uint64_t high,
                                bool known = true) const {
        const std::uint64_t n = high - low;
        if (start == 0 && end == n) return known ? std::vector<Digest>() : std::vector{root(low, high)};
        const std::uint64_t k = std::bit_floor(n - 1);
        std::vector<Digest> hashes;
        if (end <= k) {
            hashes = subtree(start, end, low, low + k, known);
            hashes.push_back(root(low + k, high));
        } else if (k <= start) {
            hashes = subtree(start - k, end - k, low + k, high, known);
            hashes.push_back(root(low, low + k));
        } else {
            hashes = subtree(0, end - k, low + k, high, false);
            hashes.push_back(root(low, low + k));
        }
        return hashes;
    }

    // PATH(m, D[begin:end])
    std::vector<Digest> path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) const {
        if (end - begin == 1) return {};
        const auto k = std::bit_floor(end - begin - 1);
        std::vector<Digest> hashes = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
        hashes.push_back(m < k ? root(begin + k, end) : root(begin, begin + k));
        return hashes;
    }

    // SUBPROOF(m, D[begin:end], known)
    std::vector<Digest> subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool known) const {
        if (m == end - begin) return known ? std::vector<Digest>{} : std::vector{root(begin, end)};
        const auto k = std::bit_floor(end - begin - 1);
        std::vector<Digest> hashes =
            m <= k ? subproof(m, begin, begin + k, known) : subproof(m - k, begin + k, end, false);
        hashes.push_back(m <= k ? root(begin + k, end) : root(begin, begin + k));
        return hashes;
    }

    // What a store that holds a log of this size can give: complete subtrees, nothing else.
    HashReader reader(std::uint64_t size) const {
        return [this, size](std::span<const Node> nodes) -> Result<std::vector<Digest>> {
            std::vector<Digest> hashes;
            for (const Node& node : nodes) {
                const std::uint64_t end = (node.index + 1) << node.level;
                if (end > size) return not_found("a subtree that is not complete");
                hashes.push_back(root(node.index << node.level, end));
            }
            return hashes;
        };
    }

    std::vector<Digest> leaves;

  private:
    mutable std::vector<std::vector<Digest>> known_;
};

}  // namespace comity::log
