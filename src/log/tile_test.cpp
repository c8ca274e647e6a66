#include "log/tile.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <map>
#include <random>

#include "log/naive_tree.h"

namespace comity::log {
namespace {

TEST(TilePath, AsTheSpecificationWritesIt) {
    EXPECT_EQ((TilePath{.level = 0, .index = 1'234'067}.text()), "tile/0/x001/x234/067");
    EXPECT_EQ((TilePath{.level = 1, .index = 0, .width = 17}.text()), "tile/1/000.p/17");
    EXPECT_EQ((TilePath{.entries = true, .index = 0, .width = 5}.text()), "tile/entries/000.p/5");
    EXPECT_EQ((TilePath{.level = 63, .index = 999}.text()), "tile/63/999");
    EXPECT_EQ((TilePath{.index = 1000, .width = 255}.text()), "tile/0/x001/000.p/255");
    EXPECT_EQ((TilePath{.index = UINT64_MAX}.text()), "tile/0/x018/x446/x744/x073/x709/x551/615");
}

TEST(TilePath, EveryPathComesBack) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 50'000; ++i) {
        TilePath path;
        path.entries = random() % 3 == 0;
        path.level = path.entries ? 0 : static_cast<unsigned>(random() % 64);
        path.index = random() >> random() % 64;
        path.width = static_cast<unsigned>(random() % 256 + 1);
        ASSERT_EQ(TilePath::parse(path.text()), path) << path.text();
    }
    EXPECT_EQ(TilePath::parse("tile/0/x018/x446/x744/x073/x709/x551/615").value().index, UINT64_MAX);
}

TEST(TilePath, EveryOtherSpellingIsRefused) {
    for (const std::string_view text : {"",
                                        "tile",
                                        "tile/",
                                        "tile/0",
                                        "tile/0/",
                                        "tile//000",
                                        "/tile/0/000",
                                        "tile/0/000/",
                                        "tile/0/0",
                                        "tile/0/00",
                                        "tile/0/0000",
                                        "tile/00/000",
                                        "tile/01/000",
                                        "tile/64/000",
                                        "tile/-1/000",
                                        "tile/+1/000",
                                        "tile/ 1/000",
                                        "tile/0x1/000",
                                        "tile/0/x000/001",
                                        "tile/0/x000/x001/000",
                                        "tile/0/001/000",
                                        "tile/0/x001",
                                        "tile/0/x001/x000",
                                        "tile/0/X001/000",
                                        "tile/0/x001/00",
                                        "tile/0/x01/000",
                                        "tile/0/x0001/000",
                                        "tile/0/x001//000",
                                        "tile/0/-01",
                                        "tile/0/+01",
                                        "tile/0/000.p",
                                        "tile/0/000.p/",
                                        "tile/0/000.p/0",
                                        "tile/0/000.p/256",
                                        "tile/0/000.p/257",
                                        "tile/0/000.p/01",
                                        "tile/0/000.p/1/",
                                        "tile/0/000.p/1.p/1",
                                        "tile/0/000.p/-1",
                                        "tile/0/000.p/+1",
                                        "tile/0/000.p/ 1",
                                        "tile/0/000.p/1 ",
                                        "tile/0/000.P/1",
                                        "tile/0/000/p/1",
                                        "tile/0/.p/1",
                                        "tile/entries",
                                        "tile/entries/",
                                        "tile/entries/0",
                                        "tile/entries/0/000",
                                        "tile/Entries/000",
                                        "tile/entries/000.p/256",
                                        "tile/data/000",
                                        "tile/8/0/000/",
                                        "tile/0/x018/x446/x744/x073/x709/x551/616",
                                        "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
                                        "tile/0/000?x",
                                        "tile/0/000#",
                                        "tile/0/%30%30%30",
                                        "tile/0/../0/000",
                                        "tile/0/000\n",
                                        "checkpoint",
                                        "tile/4294967296/000",
                                        "tile/0/000.p/4294967297"}) {
        const auto path = TilePath::parse(text);
        ASSERT_FALSE(path) << text;
        EXPECT_EQ(path.error().kind, ErrorKind::kInvalid);
    }
    EXPECT_FALSE(TilePath::parse(std::string_view("tile/0/000\0", 11)));
    EXPECT_FALSE(TilePath::parse("tile/0/" + std::string(100'000, 'x')));
}

TEST(TilePath, WhatParsesIsWrittenTheSame) {
    std::mt19937 random(4);
    constexpr std::string_view kAlphabet = "0123x/.p";
    for (int i = 0; i < 100'000; ++i) {
        std::string text =
            TilePath{
                .level = 1, .index = random() % 3'000'000, .width = static_cast<unsigned>(random() % 256 + 1)}
                .text();
        for (int edits = static_cast<int>(random() % 3); edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = kAlphabet[random() % kAlphabet.size()];
            else
                text.insert(at, 1, kAlphabet[random() % kAlphabet.size()]);
        }
        if (const auto path = TilePath::parse(text)) {
            EXPECT_EQ(path->text(), text);
        }
    }
}

TEST(TileWidth, TheSpecificationsExamples) {
    for (std::uint64_t index = 0; index < 273; ++index) EXPECT_EQ(tile_width(0, index, 70'000), 256U);
    EXPECT_EQ(tile_width(0, 273, 70'000), 112U);
    EXPECT_EQ(tile_width(0, 274, 70'000), 0U);
    EXPECT_EQ(tile_width(1, 0, 70'000), 256U);
    EXPECT_EQ(tile_width(1, 1, 70'000), 17U);
    EXPECT_EQ(tile_width(1, 2, 70'000), 0U);
    EXPECT_EQ(tile_width(2, 0, 70'000), 1U);
    EXPECT_EQ(tile_width(2, 1, 70'000), 0U);
    EXPECT_EQ(tile_width(3, 0, 70'000), 0U);

    EXPECT_EQ(tile_width(0, 0, 256), 256U);
    EXPECT_EQ(tile_width(0, 1, 256), 0U);
    EXPECT_EQ(tile_width(1, 0, 256), 1U);
    EXPECT_EQ(tile_width(2, 0, 256), 0U);
}

TEST(TileWidth, AnEmptyLogHasNoTilesAndTheLargestHasEightLevels) {
    for (unsigned level = 0; level < 70; ++level) EXPECT_EQ(tile_width(level, 0, 0), 0U);
    EXPECT_EQ(tile_width(7, 0, UINT64_MAX), 255U);
    EXPECT_EQ(tile_width(0, UINT64_MAX / 256, UINT64_MAX), 255U);
    EXPECT_EQ(tile_width(0, UINT64_MAX, UINT64_MAX), 0U);
    for (unsigned level = 8; level < 70; ++level) EXPECT_EQ(tile_width(level, 0, UINT64_MAX), 0U);
    EXPECT_EQ(tile_width(1U << 31, 0, UINT64_MAX), 0U);
}

// A log of 70,000 leaves as tiles, made by a frontier alone, and every proof out of them.
class Tiles : public testing::Test {
  protected:
    static constexpr std::uint64_t kSize = 70'000;

    static void SetUpTestSuite() {
        for (std::uint64_t i = 0; i < kSize; ++i) {
            frontier_.append(
                leaf_hash(as_bytes(std::to_string(i))), [](const Node& node, const Digest& hash) {
                    if (node.level % kTileHeight != 0) return;
                    append(tiles_[{node.level / kTileHeight, node.index / kTileWidth}], hash.bytes);
                });
        }
    }

    static Result<std::vector<Digest>> read(std::span<const Node> nodes) {
        std::vector<Digest> hashes;
        for (const Node& node : nodes) {
            const TilePlace place = place_of(node);
            hashes.push_back(hash_in_tile(tiles_.at({place.level, place.index}), place));
        }
        return hashes;
    }

    static inline Frontier frontier_;
    static inline std::map<std::pair<unsigned, std::uint64_t>, Bytes> tiles_;
};

TEST_F(Tiles, AreThoseOfTheSpecification) {
    EXPECT_EQ(tiles_.size(), 274U + 2 + 1);
    for (const auto& [place, tile] : tiles_) {
        EXPECT_EQ(tile.size(), 32 * tile_width(place.first, place.second, kSize))
            << place.first << "/" << place.second;
    }
}

TEST_F(Tiles, AFullTileAddsItsRootToTheLevelAbove) {
    for (const auto& [place, tile] : tiles_) {
        if (tile.size() < 8192) continue;
        const auto& [level, index] = place;
        const Bytes& above = tiles_.at({level + 1, index / kTileWidth});
        const ByteView hash = ByteView(above).subspan(index % kTileWidth * 32, 32);
        EXPECT_EQ(tile_root(tile), Digest::from_bytes(hash).value()) << level << "/" << index;
    }
}

TEST_F(Tiles, GiveTheRootAndEveryProof) {
    EXPECT_EQ(tree_root(kSize, read), frontier_.root());
    std::mt19937_64 random(5);
    for (int i = 0; i < 500; ++i) {
        const std::uint64_t size = i < 10 ? kSize : random() % kSize + 1;
        const std::uint64_t index = random() % size;
        const Digest root = tree_root(size, read).value();
        const auto proof = inclusion_proof(index, size, read).value();
        ASSERT_TRUE(verify_inclusion(leaf_hash(as_bytes(std::to_string(index))), index, size, proof, root));
        const auto consistency = consistency_proof(size, kSize, read).value();
        ASSERT_TRUE(verify_consistency(size, root, kSize, frontier_.root(), consistency));
    }
}

TEST(TilePlaceOf, EverySubtreeWithinOneTile) {
    const NaiveTree naive(256);
    Bytes tile;
    for (const Digest& leaf : naive.leaves) append(tile, leaf.bytes);
    for (unsigned level = 0; level < 8; ++level) {
        for (std::uint64_t index = 0; index < 256U >> level; ++index) {
            const TilePlace place = place_of({level, index});
            EXPECT_EQ(place.level, 0U);
            EXPECT_EQ(place.index, 0U);
            EXPECT_EQ(place.first, index << level);
            EXPECT_EQ(place.count, 1U << level);
            // No more of the tile is needed than the node covers.
            const ByteView enough = ByteView(tile).first((place.first + place.count) * Digest::kSize);
            ASSERT_EQ(hash_in_tile(enough, place), naive.root(index << level, (index + 1) << level));
        }
    }
    EXPECT_EQ(tile_root(tile), naive.root(0, 256));
    const TilePlace above = place_of({8, 1234});
    EXPECT_EQ(above.level, 1U);
    EXPECT_EQ(above.index, 4U);
    EXPECT_EQ(above.first, 210U);
    EXPECT_EQ(above.count, 1U);
    const TilePlace highest = place_of({63, 1});
    EXPECT_EQ(highest.level, 7U);
    EXPECT_EQ(highest.first, 128U);
    EXPECT_EQ(highest.count, 128U);
}

TEST(EntryBundle, ComesBackAndIsRefusedWhereItEndsWithinAnEntry) {
    const std::vector<Bytes> entries = {Bytes(32, 1), {}, Bytes(300, 2), Bytes(1, 3)};
    Bytes bundle;
    std::vector<std::size_t> ends{0};
    for (const Bytes& entry : entries) {
        ASSERT_TRUE(append_entry(bundle, entry));
        ends.push_back(bundle.size());
    }
    EXPECT_EQ(bundle[0], 0);
    EXPECT_EQ(bundle[1], 32);
    const auto back = bundle_entries(bundle).value();
    ASSERT_EQ(back.size(), entries.size());
    for (std::size_t i = 0; i < back.size(); ++i) EXPECT_EQ(to_bytes(back[i]), entries[i]);
    for (std::size_t size = 0; size < bundle.size(); ++size) {
        const auto cut = bundle_entries(ByteView(bundle).first(size));
        const auto whole = std::ranges::find(ends, size);
        ASSERT_EQ(cut.has_value(), whole != ends.end()) << size;
        if (cut) {
            EXPECT_EQ(cut->size(), static_cast<std::size_t>(whole - ends.begin()));
        }
    }
}

TEST(EntryBundle, AnEntryIsAtMost65535Bytes) {
    Bytes bundle;
    EXPECT_TRUE(append_entry(bundle, Bytes(65'535)));
    const auto size = bundle.size();
    EXPECT_EQ(append_entry(bundle, Bytes(65'536)).error().kind, ErrorKind::kTooLarge);
    EXPECT_EQ(bundle.size(), size);
    EXPECT_EQ(bundle_entries(bundle).value().at(0).size(), 65'535U);
}

}  // namespace
}  // namespace comity::log
