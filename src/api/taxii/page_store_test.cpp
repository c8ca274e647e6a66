#include "api/taxii/page_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "crypto/sha256.h"
#include "testing/folder.h"

namespace comity::api::taxii {
namespace {

Digest key(std::uint64_t n) {
    return crypto::sha256(as_bytes(std::to_string(n)));
}
KeptPage page(std::uint64_t n, std::size_t size) {
    PageFacts facts;
    facts.first = {static_cast<std::int64_t>(n)};
    facts.last = {static_cast<std::int64_t>(n + size)};
    facts.more = n % 2 == 0;
    return {std::string(size, static_cast<char>('a' + n % 26)), facts};
}

TEST(PageStore, KeepsWhatIsAskedForTwiceInOneEpoch) {
    const testing::TemporaryFolder folder;
    PageStore store(folder.path(), 1000);
    store.begin(1);
    store.offer(1, key(7), page(7, 100));
    EXPECT_FALSE(store.find(1, key(7), 0));
    store.offer(1, key(7), page(7, 100));
    const auto found = store.find(1, key(7), 64);
    ASSERT_EQ(found, page(7, 100));
    EXPECT_GE(found->bytes.capacity(), 164u);
    EXPECT_FALSE(store.find(1, key(8), 0));
    EXPECT_FALSE(store.find(2, key(7), 0));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "the file has a name";
    KeptPage packed = page(8, 10);
    packed.facts.packed = true;
    packed.facts.check = 0x87654321;
    packed.facts.unpacked = 1u << 20;
    store.offer(1, key(8), packed);
    EXPECT_EQ(store.find(1, key(8), 0), packed);
    // An empty page has no bytes, and is kept all the same.
    for (int i = 0; i < 2; ++i) store.offer(1, key(9), {});
    ASSERT_TRUE(store.find(1, key(9), 0));
    EXPECT_EQ(store.find(1, key(9), 0)->bytes, "");

    store.begin(2);
    EXPECT_FALSE(store.find(2, key(7), 0));
    EXPECT_FALSE(store.find(1, key(7), 0));
    for (int i = 0; i < 3; ++i) store.offer(1, key(7), page(7, 100));  // of the past
    EXPECT_EQ(store.counts().pages, 0u);
}

TEST(PageStore, KeepsNothingWithoutRoomOrFolder) {
    const testing::TemporaryFolder folder;
    PageStore none(folder.path(), 0);
    PageStore nowhere(folder.path() / "missing", 1000);
    PageStore small(folder.path(), 1000);
    for (PageStore* store : {&none, &nowhere, &small}) {
        store->begin(1);
        for (int i = 0; i < 3; ++i) store->offer(1, key(1), page(1, store == &small ? 251 : 10));
        EXPECT_FALSE(store->find(1, key(1), 0));
    }
}

// Whatever was kept comes back as it was or not at all, the newest do, and the bound holds.
TEST(PageStore, IsARingOfBoundedSize) {
    const testing::TemporaryFolder folder;
    constexpr std::size_t kCapacity = 10'000;
    PageStore store(folder.path(), kCapacity);
    std::mt19937 random(3);
    std::uint64_t epoch = 1;
    store.begin(epoch);
    std::map<std::uint64_t, std::size_t> sizes;
    std::size_t most = 0;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 500 == 0) {
            store.begin(++epoch);
            sizes.clear();
        }
        const std::uint64_t n = random() % 400;
        const auto [known, fresh] = sizes.try_emplace(n, random() % 5 == 0 ? 0 : random() % 2'500);
        const auto before = store.find(epoch, key(n), 0);
        if (before) {
            ASSERT_TRUE(*before == page(n, known->second)) << step;
        }
        store.offer(epoch, key(n), page(n, known->second));
        const auto after = store.find(epoch, key(n), 0);
        EXPECT_EQ(after.has_value(), before.has_value() || !fresh) << step;
        if (after) {
            ASSERT_TRUE(*after == page(n, known->second)) << step;
        }
        ASSERT_LE(store.counts().bytes, kCapacity);
        most = std::max(most, store.counts().pages);
    }
    EXPECT_GT(most, 8u);
}

TEST(PageStore, IsReadAndWrittenByManyThreads) {
    const testing::TemporaryFolder folder;
    PageStore store(folder.path(), 50'000);
    std::atomic<std::uint64_t> epoch = 1;
    store.begin(1);
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            std::mt19937 random(t);
            for (int i = 0; i < 5'000; ++i) {
                const std::uint64_t now = epoch;
                const std::uint64_t n = random() % 50;
                // A page of an epoch says so: none of another may come back.
                const KeptPage mine = page(n + now * 1'000, 1'000 + n);
                if (const auto found = store.find(now, key(n), 10)) {
                    ASSERT_TRUE(*found == mine);
                }
                store.offer(now, key(n), mine);
                if (t == 0 && i % 100 == 0) store.begin(++epoch);
            }
        });
    }
}

}  // namespace
}  // namespace comity::api::taxii
