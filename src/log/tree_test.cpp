#include "log/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "log/naive_tree.h"

namespace comity::log {
namespace {

constexpr std::uint64_t kSizes = 300;

const NaiveTree& naive() {
    static const NaiveTree tree(kSizes);
    return tree;
}

Digest flipped(Digest digest, std::size_t bit) {
    digest.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    return digest;
}

// The eight leaves, roots and paths that implementations of RFC 6962 share (from certificate-transparency's
// tests).
constexpr std::string_view kInputs[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr std::string_view kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> vector_leaves() {
    std::vector<Digest> leaves;
    for (const auto input : kInputs) leaves.push_back(leaf_hash(hex_decode(input).value()));
    return leaves;
}

std::vector<std::string> hex(const std::vector<Digest>& digests) {
    std::vector<std::string> out;
    for (const Digest& digest : digests) out.push_back(digest.hex());
    return out;
}

Result<std::vector<Digest>> read_vectors(std::span<const Node> nodes) {
    const auto leaves = vector_leaves();
    std::vector<Digest> out;
    for (const Node& node : nodes) {
        out.push_back(
            root_of(std::span(leaves).subspan(node.index << node.level, std::size_t{1} << node.level)));
    }
    return out;
}

TEST(Tree, RootsOfTheCertificateTransparencyVectors) {
    EXPECT_EQ(empty_root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const auto leaves = vector_leaves();
    EXPECT_EQ(root_of({}), empty_root());
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        EXPECT_EQ(root_of(std::span(leaves).first(size)).hex(), kRoots[size - 1]);
    }
}

TEST(Tree, ProofsOfTheCertificateTransparencyVectors) {
    using testing::ElementsAre;
    EXPECT_THAT(hex(inclusion_proof(0, 8, read_vectors).value()),
                ElementsAre("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
    EXPECT_THAT(hex(inclusion_proof(5, 8, read_vectors).value()),
                ElementsAre("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
    EXPECT_THAT(hex(inclusion_proof(2, 3, read_vectors).value()), ElementsAre(kRoots[1]));
    EXPECT_THAT(hex(inclusion_proof(1, 5, read_vectors).value()),
                ElementsAre("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));
    EXPECT_THAT(hex(consistency_proof(1, 8, read_vectors).value()),
                ElementsAre("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
    EXPECT_THAT(hex(consistency_proof(6, 8, read_vectors).value()),
                ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
    EXPECT_THAT(hex(consistency_proof(2, 5, read_vectors).value()),
                ElementsAre("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));
}

TEST(Tree, LongAndShortEntriesHashAlike) {
    for (std::size_t size : {0, 1, 32, 126, 127, 128, 129, 1000, 65535}) {
        const Bytes entry(size, 0x5a);
        Bytes prefixed{0x00};
        append(prefixed, entry);
        EXPECT_EQ(leaf_hash(entry), crypto::sha256(prefixed)) << size;
    }
}

TEST(Tree, EveryRootIsTheDefinitionsRoot) {
    Frontier frontier;
    EXPECT_EQ(frontier.root(), empty_root());
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        frontier.append(naive().leaves[size - 1]);
        ASSERT_EQ(frontier.size(), size);
        ASSERT_EQ(frontier.root(), naive().root(0, size)) << size;
        ASSERT_EQ(tree_root(size, naive().reader(size)), naive().root(0, size)) << size;
        ASSERT_EQ(root_of(std::span(naive().leaves).first(size)), naive().root(0, size)) << size;
    }
}

TEST(Tree, AFrontierGoesOnFromWhereItWasStored) {
    for (std::uint64_t stored = 0; stored <= kSizes; stored += 7) {
        Frontier first;
        for (std::uint64_t i = 0; i < stored; ++i) first.append(naive().leaves[i]);
        auto second = Frontier::from(first.size(), first.roots()).value();
        for (std::uint64_t i = stored; i < kSizes; ++i) second.append(naive().leaves[i]);
        ASSERT_EQ(second.root(), naive().root(0, kSizes)) << stored;
        if (stored > 0) {
            EXPECT_FALSE(Frontier::from(first.size(), {})) << stored;
        }
        auto more = first.roots();
        more.push_back({});
        EXPECT_FALSE(Frontier::from(first.size(), more)) << stored;
    }
}

TEST(Tree, AFrontierTellsOfEverySubtreeOnceAndRightly) {
    Frontier frontier;
    std::map<Node, Digest> told;
    for (const Digest& leaf : naive().leaves) {
        frontier.append(leaf, [&](const Node& node, const Digest& hash) {
            EXPECT_EQ(hash, naive().root(node.index << node.level, (node.index + 1) << node.level));
            EXPECT_TRUE(told.emplace(node, hash).second) << node.level << " " << node.index;
        });
    }
    std::size_t complete = 0;
    for (std::uint64_t n = kSizes; n > 0; n /= 2) complete += n;
    EXPECT_EQ(told.size(), complete);
}

TEST(Tree, EveryInclusionProofIsTheDefinitionsAndHolds) {
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        const auto read = naive().reader(size);
        const Digest root = naive().root(0, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(index, size, read).value();
            ASSERT_EQ(proof, naive().path(index, 0, size)) << index << " of " << size;
            ASSERT_TRUE(verify_inclusion(naive().leaves[index], index, size, proof, root))
                << index << " of " << size;
        }
    }
}

TEST(Tree, EveryConsistencyProofIsTheDefinitionsAndHolds) {
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        const auto read = naive().reader(size);
        const Digest root = naive().root(0, size);
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = consistency_proof(old, size, read).value();
            ASSERT_EQ(proof, naive().subproof(old, 0, size, true)) << old << " to " << size;
            ASSERT_TRUE(verify_consistency(old, naive().root(0, old), size, root, proof))
                << old << " to " << size;
        }
        EXPECT_TRUE(consistency_proof(0, size, read).value().empty());
        EXPECT_TRUE(verify_consistency(0, empty_root(), size, root, {}));
    }
    EXPECT_TRUE(verify_consistency(0, empty_root(), 0, empty_root(), {}));
}

TEST(Tree, WhatIsNotInTheLogHasNoProof) {
    const auto read = naive().reader(kSizes);
    EXPECT_EQ(inclusion_proof(0, 0, read).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(inclusion_proof(5, 5, read).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(consistency_proof(6, 5, read).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(tree_root(0, read), empty_root());
}

TEST(Tree, AFaultyReaderIsAnErrorNotAProof) {
    const HashReader broken = [](std::span<const Node>) -> Result<std::vector<Digest>> {
        return corrupt("disk", "gone");
    };
    EXPECT_EQ(inclusion_proof(3, 7, broken).error().kind, ErrorKind::kCorrupt);
    const HashReader lossy = [](std::span<const Node>) -> Result<std::vector<Digest>> {
        return std::vector<Digest>{};
    };
    EXPECT_EQ(inclusion_proof(3, 7, lossy).error().kind, ErrorKind::kInternal);
    EXPECT_EQ(consistency_proof(3, 7, lossy).error().kind, ErrorKind::kInternal);
    EXPECT_EQ(tree_root(7, lossy).error().kind, ErrorKind::kInternal);
}

TEST(Tree, AProofAsksOnceForAsManyNodesAsTheDepthTwice) {
    for (std::uint64_t size : {1ULL, 2ULL, 255ULL, 70'000ULL, (1ULL << 40) + 12345, ~0ULL}) {
        for (std::uint64_t index : {std::uint64_t{0}, size / 3, size - 1}) {
            int calls = 0;
            std::size_t asked = 0;
            const HashReader read = [&](std::span<const Node> nodes) -> Result<std::vector<Digest>> {
                ++calls;
                asked = nodes.size();
                for (const Node& node : nodes) {
                    EXPECT_LT(node.level, 64U);
                    EXPECT_LE(node.index, (size >> node.level) - 1) << "incomplete";
                }
                return std::vector<Digest>(nodes.size());
            };
            const auto proof = inclusion_proof(index, size, read).value();
            EXPECT_LE(proof.size(), 64U);
            EXPECT_LE(calls, 1);
            EXPECT_LE(asked, 128U);
            if (index > 0) {
                EXPECT_TRUE(consistency_proof(index, size, read));
                EXPECT_LE(asked, 128U);
            }
        }
    }
}

TEST(Tree, EveryFlippedBitOfAnInclusionProofIsRefused) {
    for (std::uint64_t size = 1; size <= 17; ++size) {
        const Digest root = naive().root(0, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const Digest& leaf = naive().leaves[index];
            auto proof = naive().path(index, 0, size);
            for (std::size_t bit = 0; bit < 256; ++bit) {
                for (Digest& hash : proof) {
                    const Digest right = std::exchange(hash, flipped(hash, bit));
                    ASSERT_EQ(verify_inclusion(leaf, index, size, proof, root).error().kind,
                              ErrorKind::kRefused);
                    hash = right;
                }
                ASSERT_FALSE(verify_inclusion(flipped(leaf, bit), index, size, proof, root));
                ASSERT_FALSE(verify_inclusion(leaf, index, size, proof, flipped(root, bit)));
            }
        }
    }
}

TEST(Tree, EveryFlippedBitOfAConsistencyProofIsRefused) {
    for (std::uint64_t size = 2; size <= 17; ++size) {
        const Digest root = naive().root(0, size);
        for (std::uint64_t old = 1; old < size; ++old) {
            const Digest old_root = naive().root(0, old);
            auto proof = naive().subproof(old, 0, size, true);
            for (std::size_t bit = 0; bit < 256; ++bit) {
                for (Digest& hash : proof) {
                    const Digest right = std::exchange(hash, flipped(hash, bit));
                    ASSERT_EQ(verify_consistency(old, old_root, size, root, proof).error().kind,
                              ErrorKind::kRefused);
                    hash = right;
                }
                ASSERT_FALSE(verify_consistency(old, flipped(old_root, bit), size, root, proof));
                ASSERT_FALSE(verify_consistency(old, old_root, size, flipped(root, bit), proof));
            }
        }
    }
}

TEST(Tree, AProofForAnotherPlaceOrWithMoreOrLessHashesIsRefused) {
    constexpr std::uint64_t kSmall = 70;
    for (std::uint64_t size = 1; size <= kSmall; ++size) {
        const Digest root = naive().root(0, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = naive().path(index, 0, size);
            for (std::uint64_t other = 0; other < size + 2; ++other) {
                if (other == index) continue;
                ASSERT_FALSE(verify_inclusion(naive().leaves[index], other, size, proof, root));
                if (other < size) {
                    ASSERT_FALSE(verify_inclusion(naive().leaves[other], index, size, proof, root));
                }
            }
            auto longer = proof;
            longer.push_back(root);
            ASSERT_FALSE(verify_inclusion(naive().leaves[index], index, size, longer, root));
            longer.pop_back();
            longer.insert(longer.begin(), naive().leaves[index]);
            ASSERT_FALSE(verify_inclusion(naive().leaves[index], index, size, longer, root));
            for (std::size_t n = 0; n < proof.size(); ++n) {
                ASSERT_FALSE(
                    verify_inclusion(naive().leaves[index], index, size, std::span(proof).first(n), root));
                ASSERT_FALSE(
                    verify_inclusion(naive().leaves[index], index, size, std::span(proof).last(n), root));
            }
        }
        for (std::uint64_t old = 1; old <= size; ++old) {
            auto proof = naive().subproof(old, 0, size, true);
            for (std::size_t n = 0; n < proof.size(); ++n) {
                ASSERT_FALSE(
                    verify_consistency(old, naive().root(0, old), size, root, std::span(proof).first(n)));
                ASSERT_FALSE(
                    verify_consistency(old, naive().root(0, old), size, root, std::span(proof).last(n)));
            }
            proof.push_back(root);
            ASSERT_FALSE(verify_consistency(old, naive().root(0, old), size, root, proof));
        }
    }
    EXPECT_FALSE(verify_inclusion({}, 0, 0, {}, empty_root()));
}

TEST(Tree, AProofMadeForASizeOfAnotherDepthIsRefusedWhateverRootsGoWithIt) {
    const Digest more = naive().leaves[0];
    for (std::uint64_t size = 2; size <= 32; ++size) {
        for (std::uint64_t old = 1; old < size; ++old) {
            auto proof = naive().subproof(old, 0, size, true);
            const Digest old_root = naive().root(0, old);
            const Digest root = naive().root(0, size);
            // Too few hashes for a deeper tree, though they lead to the root that is claimed for it.
            ASSERT_FALSE(verify_consistency(old, old_root, 2 * std::bit_ceil(size), root, proof));
            // One more than the tree is deep, with roots that it leads to.
            proof.push_back(more);
            ASSERT_FALSE(
                verify_consistency(old, node_hash(more, old_root), size, node_hash(more, root), proof));
        }
        for (std::uint64_t index = 0; index < size; ++index) {
            auto proof = naive().path(index, 0, size);
            const Digest root = naive().root(0, size);
            ASSERT_FALSE(
                verify_inclusion(naive().leaves[index], index, 2 * std::bit_ceil(size), proof, root));
            proof.push_back(more);
            ASSERT_FALSE(verify_inclusion(naive().leaves[index], index, size, proof, node_hash(more, root)));
        }
    }
}

TEST(Tree, TellsByItsOwnHashesWhatRootItHadBefore) {
    const NaiveTree tree(40);
    for (std::uint64_t size = 0; size <= 40; ++size) {
        for (std::uint64_t old_size = 0; old_size <= size; ++old_size) {
            const auto proof = prefix_proof(old_size, size, tree.reader(size));
            ASSERT_TRUE(proof);
            const auto root = root_before(old_size, size, tree.root(0, size), *proof);
            ASSERT_TRUE(root) << old_size << " of " << size;
            EXPECT_EQ(*root, tree.root(0, old_size));
            if (proof->empty()) continue;
            EXPECT_FALSE(root_before(old_size, size, tree.root(0, size), std::span(*proof).subspan(1)));
            for (Digest hash : *proof) {
                std::vector<Digest> other = *proof;
                std::ranges::find(other, hash)->bytes[7] ^= 1;
                EXPECT_FALSE(root_before(old_size, size, tree.root(0, size), other));
            }
        }
    }
    EXPECT_FALSE(root_before(41, 40, tree.root(0, 40), {}));
}

TEST(Tree, HistoriesThatDifferAreNotConsistent) {
    std::vector<Digest> forged = naive().leaves;
    forged[3] = leaf_hash(as_bytes("another"));
    for (std::uint64_t size = 5; size <= 64; ++size) {
        for (std::uint64_t old = 4; old <= size; ++old) {
            const auto proof = naive().subproof(old, 0, size, true);
            ASSERT_FALSE(verify_consistency(old, root_of(std::span(forged).first(old)), size,
                                            naive().root(0, size), proof));
            ASSERT_FALSE(verify_consistency(old, naive().root(0, old), size,
                                            root_of(std::span(forged).first(size)), proof));
        }
    }
    EXPECT_FALSE(verify_consistency(5, naive().root(0, 5), 4, naive().root(0, 4), {}));
    EXPECT_FALSE(verify_consistency(0, naive().root(0, 1), 4, naive().root(0, 4), {}));
    EXPECT_FALSE(verify_consistency(0, empty_root(), 0, naive().root(0, 4), {}));
    EXPECT_FALSE(verify_consistency(0, empty_root(), 4, naive().root(0, 4), naive().path(0, 0, 4)));
}

TEST(Tree, RandomHashesProveNothing) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t size = random() >> random() % 64;
        const std::uint64_t index = size == 0 ? 0 : random() % size;
        std::vector<Digest> proof(random() % 70);
        for (Digest& hash : proof) hash.bytes[0] = static_cast<std::uint8_t>(random());
        EXPECT_FALSE(verify_inclusion({}, index, size, proof, naive().root(0, 9)));
        if (index > 0) {
            EXPECT_FALSE(verify_consistency(index, naive().root(0, 8), size, naive().root(0, 9), proof));
        }
    }
}

Result<std::vector<Digest>> read_naive(std::span<const Node> nodes) {
    std::vector<Digest> out;
    for (const Node& node : nodes) {
        const std::uint64_t begin = node.index << node.level;
        out.push_back(naive().root(begin, begin + (std::uint64_t{1} << node.level)));
    }
    return out;
}

TEST(Subtree, ProofsAreThoseOfTheDraftAndHoldForNothingElse) {
    for (std::uint64_t size = 1; size <= 70; ++size) {
        const Digest root = naive().root(0, size);
        for (std::uint64_t begin = 0; begin < size; ++begin) {
            for (std::uint64_t end = begin + 1; end <= size; ++end) {
                const auto proof = subtree_proof(begin, end, size, read_naive);
                ASSERT_EQ(proof.has_value(), is_subtree(begin, end)) << begin << ' ' << end << ' ' << size;
                if (!proof) continue;
                const Digest subtree = naive().root(begin, end);
                ASSERT_EQ(*proof, naive().subtree(begin, end, 0, size)) << begin << ' ' << end << ' ' << size;
                ASSERT_TRUE(verify_subtree(begin, end, subtree, size, root, *proof));
                EXPECT_FALSE(verify_subtree(begin, end, flipped(subtree, 7), size, root, *proof));
                EXPECT_FALSE(verify_subtree(begin, end, subtree, size, flipped(root, 9), *proof));
                for (std::size_t i = 0; i < proof->size(); ++i) {
                    std::vector<Digest> other = *proof;
                    other[i] = flipped(other[i], 3);
                    EXPECT_FALSE(verify_subtree(begin, end, subtree, size, root, other));
                    other = *proof;
                    other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
                    EXPECT_FALSE(verify_subtree(begin, end, subtree, size, root, other));
                }
                std::vector<Digest> longer = *proof;
                longer.push_back(root);
                EXPECT_FALSE(verify_subtree(begin, end, subtree, size, root, longer));
            }
        }
    }
    EXPECT_FALSE(verify_subtree(0, 0, empty_root(), 5, naive().root(0, 5), {}));
    EXPECT_FALSE(verify_subtree(4, 9, naive().root(4, 9), 8, naive().root(0, 8), {}));
}

}  // namespace
}  // namespace comity::log
