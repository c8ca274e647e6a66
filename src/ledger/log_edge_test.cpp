#include "ledger/log_edge.h"

#include <gtest/gtest.h>
#include <bit>
#include <random>

#include "crypto/sha256.h"
#include "db/migration.h"
#include "ledger/log_reader.h"
#include "ledger/tables.h"
#include "testing/community.h"
#include "testing/database.h"

namespace comity::ledger {
namespace {

Digest entry(std::uint64_t n) {
    return crypto::sha256(as_bytes("entry " + std::to_string(n)));
}

// RFC 6962, section 2.1, to the letter.
Digest naive_root(std::span<const Digest> leaves) {
    if (leaves.empty()) return log::empty_root();
    if (leaves.size() == 1) return leaves.front();
    const std::size_t k = std::bit_floor(leaves.size() - 1);
    return log::node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

class LogEdgeOnStore : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        ASSERT_TRUE(db::migrate(*db_, "ledger", ledger_migrations()));
        load();
        ASSERT_TRUE(edge_.fresh());
        append(0);
    }
    void load() {
        const auto session = db_->snapshot();
        auto loaded = LogEdge::load(**session, identity_);
        ASSERT_TRUE(loaded) << loaded.error().message();
        edge_ = std::move(*loaded);
    }
    // Entries in one transaction, as the sequencer does it.
    void append(std::uint64_t count) {
        auto tx = db_->begin();
        ASSERT_TRUE(tx) << tx.error().message();
        LogEdge grown = edge_;
        for (std::uint64_t i = 0; i < count; ++i) {
            EXPECT_EQ(grown.append(entry(leaves_.size())), leaves_.size());
            leaves_.push_back(log::leaf_hash(entry(leaves_.size()).view()));
        }
        ++grown.state.time;
        const auto written = grown.write(**tx, identity_);
        ASSERT_TRUE(written) << written.error().message();
        ASSERT_TRUE((*tx)->commit());
        grown.settle();
        edge_ = std::move(grown);
    }
    std::map<std::int64_t, Bytes> tiles() {
        std::map<std::int64_t, Bytes> found;
        const auto session = db_->snapshot();
        EXPECT_TRUE((*session)->each("SELECT place, data FROM ledger_tiles", {}, [&](const db::Row& row) {
            found.emplace(row.integer(0), Bytes(row.blob(1).begin(), row.blob(1).end()));
            return true;
        }));
        const std::uint64_t last = leaves_.size() / log::kTileWidth;
        for (const int level : {-1, 0}) {
            auto partial = partial_tile(**session, level, last);
            EXPECT_TRUE(partial) << partial.error().message();
            if (!partial->empty()) {
                EXPECT_TRUE(found.emplace(tile_place(level, last), *partial).second);
            }
        }
        return found;
    }
    // All tiles of a log of this size, made from the definition.
    std::map<std::int64_t, Bytes> naive_tiles() const {
        std::map<std::int64_t, Bytes> made;
        for (std::uint64_t i = 0; i < leaves_.size(); ++i)
            EXPECT_TRUE(log::append_entry(made[tile_place(-1, i / 256)], entry(i).view()));
        std::vector<Digest> hashes = leaves_;
        for (int level = 0; !hashes.empty(); ++level) {
            std::vector<Digest> above;
            for (std::size_t i = 0; i < hashes.size(); ++i) {
                comity::append(made[tile_place(level, i / 256)], hashes[i].view());
                if (i % 256 == 255) above.push_back(naive_root(std::span(hashes).subspan(i - 255, 256)));
            }
            hashes = std::move(above);
        }
        return made;
    }
    void expect_checkpoint() {
        const auto session = db_->snapshot();
        const auto note = (*session)->text("SELECT checkpoint FROM ledger_log WHERE n = 1");
        ASSERT_TRUE(note && *note);
        const auto opened = log::open_checkpoint(**note, identity_.key.public_part());
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_EQ(opened->checkpoint.size, leaves_.size());
        EXPECT_EQ(opened->checkpoint.root, naive_root(leaves_));
        EXPECT_EQ((*session)->text("SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"), note);
    }

    LogIdentity identity_ = testing::make_identity("edge.example/log");
    std::unique_ptr<db::Database> db_;
    LogEdge edge_;
    std::vector<Digest> leaves_;
};

TEST_P(LogEdgeOnStore, IsTheTreesByDefinitionBeyondTwoLevelsOfTiles) {
    std::mt19937 random(65536);
    std::map<std::int64_t, Bytes> before;
    // Up to and over each border, and by chance in between.
    const std::set<std::uint64_t> stops = {1, 2, 255, 256, 257, 511, 512, 65'535, 65'536, 65'537, 66'100};
    for (const std::uint64_t stop : stops) {
        while (leaves_.size() < stop) {
            append(std::min<std::uint64_t>(stop - leaves_.size(), 1 + random() % 9000));
            if (random() % 2 == 0) {
                const LogEdge kept = edge_;
                load();
                EXPECT_EQ(edge_.state, kept.state);
            }
            const auto now = tiles();
            for (const auto& [place, data] : before) {
                const auto it = now.find(place);
                ASSERT_NE(it, now.end()) << "a tile is gone";
                EXPECT_TRUE(std::ranges::equal(
                    data, std::span(it->second).first(std::min(data.size(), it->second.size()))))
                    << "a tile was changed, not extended";
                EXPECT_GE(it->second.size(), data.size());
            }
            before = now;
        }
        expect_checkpoint();
        EXPECT_EQ(tiles(), naive_tiles());
        LogEdge kept = edge_;
        load();
        EXPECT_EQ(edge_.partial(), kept.partial());
    }
}

TEST_P(LogEdgeOnStore, EntryByEntryIsTheSameAsAllAtOnce) {
    for (int i = 0; i < 300; ++i) append(1);
    EXPECT_EQ(tiles(), naive_tiles());
    expect_checkpoint();
    LogEdge whole;
    for (std::uint64_t i = 0; i < leaves_.size(); ++i) whole.append(entry(i));
    EXPECT_EQ(whole.partial(), edge_.partial());
}

TEST_P(LogEdgeOnStore, OnlyTheLastTilesEntriesAreRows) {
    for (const std::uint64_t count : {200U, 100U, 212U, 1U}) {
        append(count);
        const auto session = db_->snapshot();
        std::size_t bytes = 0;
        EXPECT_TRUE((*session)->each("SELECT ids FROM ledger_entries", {}, [&](const db::Row& row) {
            bytes += row.blob(0).size();
            return true;
        }));
        EXPECT_EQ(bytes, leaves_.size() % log::kTileWidth * Digest::kSize);
    }
    const auto tx = db_->begin();
    ASSERT_TRUE((*tx)->run("DELETE FROM ledger_entries"));
    EXPECT_EQ(LogEdge::load(**tx, identity_).error().kind, ErrorKind::kCorrupt);
}

TEST_P(LogEdgeOnStore, ATileIsReadAsWideAsItIsByNow) {
    TileCache cache(4);
    const auto read = [&](bool entries, unsigned width) {
        const auto session = db_->snapshot();
        return LogReader(**session, cache).tile({.entries = entries, .level = 0, .index = 0, .width = width});
    };
    for (unsigned size = 50; size <= 256; size += 103) {
        append(size - leaves_.size());
        for (const unsigned width : {size / 2, size}) {
            Bytes hashes, entries;
            for (unsigned i = 0; i < width; ++i) {
                comity::append(hashes, leaves_[i].view());
                ASSERT_TRUE(log::append_entry(entries, entry(i).view()));
            }
            EXPECT_EQ(read(false, width), hashes);
            EXPECT_EQ(read(true, width), entries);
        }
        if (size < 256) {
            EXPECT_EQ(read(false, size + 1).error().kind, ErrorKind::kNotFound);
        }
    }
}

TEST_P(LogEdgeOnStore, AStoreOfAnotherLogIsRefused) {
    append(3);
    const auto session = db_->snapshot();
    LogIdentity other = identity_;
    other.origin = "other.example/log";
    EXPECT_EQ(LogEdge::load(**session, other).error().kind, ErrorKind::kRefused);
    other = testing::make_identity(identity_.origin);
    EXPECT_EQ(LogEdge::load(**session, other).error().kind, ErrorKind::kRefused);
    other = identity_;
    other.cosigner = testing::make_identity(identity_.origin).cosigner;
    EXPECT_TRUE(LogEdge::load(**session, other)) << "the key that states times may change";
}

TEST_P(LogEdgeOnStore, AFrontierThatDoesNotFitIsTold) {
    append(5);
    auto tx = db_->begin();
    ASSERT_TRUE(tx);
    ASSERT_TRUE((*tx)->run("UPDATE ledger_log SET size = 7 WHERE n = 1"));
    EXPECT_EQ(LogEdge::load(**tx, identity_).error().kind, ErrorKind::kCorrupt);
    ASSERT_TRUE((*tx)->run("UPDATE ledger_log SET size = 5, frontier = $1 WHERE n = 1", Bytes()));
    EXPECT_EQ(LogEdge::load(**tx, identity_).error().kind, ErrorKind::kCorrupt);
}

INSTANTIATE_TEST_SUITE_P(Engines, LogEdgeOnStore, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::ledger
