#include "api/tlog/tlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "json/value.h"
#include "testing/served_node.h"

namespace comity::api::tlog {
namespace {

using http::Method;

constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";

class Tlog : public ::testing::Test {
  protected:
    Tlog()
        : community_({"cert-ke", "cert-ug"}),
          served_([](http::Router& router, node::Node& node) { add_routes(router, node); }) {
        ids_.push_back(served_.submit(community_.charter()).id);
    }

    // As many statements, in a few batches; their ids in the order of the log.
    void append(std::size_t count) {
        std::vector<std::optional<ledger::Receipt>> receipts(count);
        std::mutex mutex;
        std::condition_variable answered;
        std::size_t answers = 0;
        for (std::size_t i = 0; i < count; ++i) {
            ledger::Submission submission = {
                community_.group("cert-ke", fmt::format("g{}", i), {}).write(), {}, {}};
            served_.node().ledger().submit(std::move(submission),
                                           [&, i](const Result<ledger::Receipt>& receipt) {
                                               const std::lock_guard lock(mutex);
                                               if (receipt) receipts[i] = *receipt;
                                               ++answers;
                                               answered.notify_one();
                                           });
        }
        std::unique_lock lock(mutex);
        answered.wait(lock, [&] { return answers == count; });
        const std::size_t before = ids_.size();
        ids_.resize(before + count);
        for (const auto& receipt : receipts) {
            ASSERT_TRUE(receipt);
            ids_.at(receipt->index) = receipt->id;
        }
    }

    http::Response get(const std::string& path) { return served_.send(Method::kGet, "/log/" + path); }
    Bytes tile(const log::TilePath& path) {
        const http::Response response = get(path.text());
        EXPECT_EQ(response.status, 200) << path.text();
        EXPECT_EQ(response.find("Cache-Control"), kImmutable) << path.text();
        return to_bytes(as_bytes(response.body));
    }
    log::Checkpoint checkpoint() {
        const auto open = log::open_checkpoint(get("checkpoint").body,
                                               served_.node().ledger().identity().key.public_part());
        EXPECT_TRUE(open) << open.error().message();
        return open ? open->checkpoint : log::Checkpoint{};
    }
    // What the tile must hold in a log of the first `size` entries: computed from the leaves alone.
    Bytes expected_tile(const log::TilePath& path) const {
        Bytes out;
        for (std::uint64_t i = 0; i < path.width; ++i) {
            const std::uint64_t place = path.index * log::kTileWidth + i;
            if (path.entries) {
                EXPECT_TRUE(log::append_entry(out, ids_.at(place).view()));
                continue;
            }
            const std::size_t count = std::size_t{1} << (log::kTileHeight * path.level);
            std::vector<Digest> leaves;
            for (std::size_t k = 0; k < count; ++k)
                leaves.push_back(log::leaf_hash(ids_.at(place * count + k).view()));
            comity::append(out, log::root_of(leaves).view());
        }
        return out;
    }
    // All tiles that a log of that size has.
    static std::vector<log::TilePath> tiles_of(std::uint64_t size) {
        std::vector<log::TilePath> out;
        for (unsigned level = 0; level < 8; ++level) {
            for (std::uint64_t index = 0;; ++index) {
                const unsigned width = log::tile_width(level, index, size);
                if (width == 0) break;
                out.push_back({false, level, index, width});
                if (level == 0) out.push_back({true, 0, index, width});
            }
        }
        return out;
    }

    testing::Community community_;
    testing::ServedNode served_;
    std::vector<Digest> ids_;
};

TEST_F(Tlog, ServesTheNewestCheckpoint) {
    const http::Response response = get("checkpoint");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.find("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(response.find("Cache-Control"), "public, max-age=1");
    EXPECT_EQ(response.find("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(response.body, *served_.node().ledger().checkpoint());
    EXPECT_EQ(checkpoint().size, 1u);
    append(1);
    EXPECT_EQ(checkpoint().size, 2u);
    EXPECT_EQ(checkpoint().origin, "test.example/log");
}

TEST_F(Tlog, ServesAnEmptyLogsCheckpoint) {
    testing::ServedNode fresh([](http::Router& router, node::Node& node) { add_routes(router, node); });
    const http::Response response = fresh.send(Method::kGet, "/log/checkpoint");
    const auto open = log::open_checkpoint(response.body, fresh.node().ledger().identity().key.public_part());
    ASSERT_TRUE(open);
    EXPECT_EQ(open->checkpoint.size, 0u);
    EXPECT_EQ(open->checkpoint.root, log::empty_root());
    EXPECT_EQ(fresh.send(Method::kGet, "/log/tile/0/000.p/1").status, 404);
    EXPECT_EQ(fresh.send(Method::kGet, "/log/tile/entries/000.p/1").status, 404);
}

TEST_F(Tlog, ServesTilesOfEverySizeThatTheLogHasHad) {
    append(609);  // 610 entries: two full tiles of leaves, one of 98, and one above of 2
    ASSERT_EQ(checkpoint().size, 610u);
    for (const std::uint64_t size : {1u, 2u, 255u, 256u, 257u, 511u, 512u, 513u, 609u, 610u}) {
        for (const log::TilePath& path : tiles_of(size))
            EXPECT_EQ(tile(path), expected_tile(path)) << path.text();
    }
    // A full tile's beginnings stay too, and the second time too, when they come from memory.
    for (int round = 0; round < 2; ++round) {
        for (unsigned width = 1; width <= 256; width += 15) {
            for (const log::TilePath path :
                 {log::TilePath{false, 0, 1, width}, log::TilePath{true, 0, 0, width}})
                EXPECT_EQ(tile(path), expected_tile(path)) << path.text();
        }
    }
}

TEST_F(Tlog, ServesTilesAsBytesThatNoOneChanges) {
    append(300);
    for (const std::string path : {"tile/0/000", "tile/0/001.p/45", "tile/entries/000", "tile/1/000.p/1"}) {
        const http::Response response = get(path);
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_EQ(response.find("Content-Type"), "application/octet-stream");
        EXPECT_EQ(response.find("Cache-Control"), kImmutable);
        EXPECT_EQ(response.find("Access-Control-Allow-Origin"), "*");
        const http::Response head = served_.send(Method::kHead, "/log/" + path);
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.body, "");
        EXPECT_EQ(served_.send(Method::kPost, "/log/" + path).status, 405);
    }
    EXPECT_EQ(get("tile/0/000").body.size(), 256u * 32);
    EXPECT_EQ(get("tile/entries/000").body.size(), 256u * 34);
}

TEST_F(Tlog, RefusesWhatIsNotPublishedYet) {
    append(299);
    for (const std::string path :
         {"tile/0/001", "tile/0/001.p/45", "tile/0/002", "tile/0/002.p/1", "tile/1/000", "tile/1/000.p/2",
          "tile/2/000.p/1", "tile/63/000.p/1", "tile/entries/001", "tile/entries/001.p/45",
          "tile/0/x999/x999/x999/x999/x999/999", "tile/0/x001/000"}) {
        const http::Response response = get(path);
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_EQ(response.find("Content-Type"), "application/problem+json");
        EXPECT_EQ(response.find("Cache-Control"), "no-store") << path;
    }
    // And serves it once it is.
    append(1);
    EXPECT_EQ(get("tile/0/001.p/45").status, 200);
    EXPECT_EQ(get("tile/entries/001.p/45").status, 200);
}

TEST_F(Tlog, RefusesEverySpellingButOne) {
    append(300);
    for (const std::string path : {"tile/",
                                   "tile/0",
                                   "tile/0/",
                                   "tile/0/0",
                                   "tile/0/00",
                                   "tile/0/0000",
                                   "tile/0/x000/000",
                                   "tile/00/000",
                                   "tile/+0/000",
                                   "tile/64/000",
                                   "tile/0/000.p",
                                   "tile/0/000.p/",
                                   "tile/0/000.p/0",
                                   "tile/0/000.p/01",
                                   "tile/0/000.p/256",
                                   "tile/0/000.p/257",
                                   "tile/0/000.p/-1",
                                   "tile/0/000.p/1/",
                                   "tile/0/000/",
                                   "tile/0//000",
                                   "tile/entry/000",
                                   "tile/entries",
                                   "tile/entries/",
                                   "tile/0/000.P/1",
                                   "tile/0/%20000",
                                   "tile/0/x18446744073709551616/000",
                                   "tile/0/99999999999999999999999999"}) {
        const http::Response response = get(path);
        EXPECT_TRUE(response.status == 400 || response.status == 404) << path << " " << response.status;
        EXPECT_EQ(response.find("Content-Type"), "application/problem+json") << path;
        EXPECT_NE(response.find("Cache-Control"), kImmutable) << path;
    }
    for (const std::string path : {"", "Checkpoint", "checkpoint/", "tiles/0/000"})
        EXPECT_EQ(get(path).status, 404) << path;
}

// A reader that comes while the log grows: whatever checkpoint it holds, the tiles that belong to it are
// there, and agree with it and with all that was read before.
TEST_F(Tlog, TilesNeverContradictACheckpointWhileTheLogGrows) {
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (int i = 0; i < 40; ++i) append(1 + static_cast<std::size_t>(i * 7 % 31));
        done = true;
    });
    const crypto::NamedKey key = served_.node().ledger().identity().key.public_part();
    std::atomic<std::size_t> checked = 0;
    const auto read = [&] {
        http::Client client;
        std::uint64_t last = 0;
        Digest last_root;
        std::map<log::TilePath, std::string> full;
        for (bool finished = false; !finished;) {
            finished = done;
            const auto note = served_.send(client, Method::kGet, "/log/checkpoint").body;
            const auto open = log::open_checkpoint(note, key);
            ASSERT_TRUE(open) << note;
            const std::uint64_t size = open->checkpoint.size;
            ASSERT_GE(size, last);
            if (size == last) {
                ASSERT_EQ(open->checkpoint.root, last_root);
                continue;
            }
            std::vector<Digest> leaves;
            std::map<log::TilePath, std::string> tiles;
            for (const log::TilePath& path : tiles_of(size)) {
                const http::Response response = served_.send(client, Method::kGet, "/log/" + path.text());
                ASSERT_EQ(response.status, 200) << path.text() << " of " << size;
                tiles[path] = response.body;
                if (!path.entries) continue;
                const auto entries = log::bundle_entries(as_bytes(response.body));
                ASSERT_TRUE(entries);
                ASSERT_EQ(entries->size(), path.width);
                for (const ByteView entry : *entries) leaves.push_back(log::leaf_hash(entry));
            }
            ASSERT_EQ(leaves.size(), size);
            ASSERT_EQ(log::root_of(leaves), open->checkpoint.root);
            const log::HashReader hashes =
                [&](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
                std::vector<Digest> out;
                for (const log::Node& node : nodes) {
                    const log::TilePlace place = log::place_of(node);
                    const auto it = tiles.find(
                        {false, place.level, place.index, log::tile_width(place.level, place.index, size)});
                    if (it == tiles.end()) return not_found("tile");
                    out.push_back(log::hash_in_tile(as_bytes(it->second), place));
                }
                return out;
            };
            const auto root = log::tree_root(size, hashes);
            ASSERT_TRUE(root);
            ASSERT_EQ(*root, open->checkpoint.root);
            if (last > 0) {
                const auto proof = log::consistency_proof(last, size, hashes);
                ASSERT_TRUE(proof);
                ASSERT_TRUE(log::verify_consistency(last, last_root, size, open->checkpoint.root, *proof));
            }
            for (const auto& [path, bytes] : tiles) {
                if (path.width != log::kTileWidth) continue;
                const auto [it, first] = full.emplace(path, bytes);
                ASSERT_EQ(it->second, bytes) << path.text();
            }
            last = size;
            last_root = open->checkpoint.root;
            ++checked;
        }
        EXPECT_EQ(last, ids_.size());
    };
    std::thread second(read);
    read();
    second.join();
    writer.join();
    EXPECT_GT(checked, 4u);
    EXPECT_GT(ids_.size(), 512u);
}

}  // namespace
}  // namespace comity::api::tlog
