#include "http/workers.h"

#include <gtest/gtest.h>
#include <chrono>

#include <atomic>
#include <future>

namespace comity::http {
namespace {

TEST(Workers, RunEachJobOnce) {
    std::vector<std::atomic<int>> ran(2000);
    Workers workers(4, 10000);
    {
        std::vector<std::jthread> senders;
        for (std::size_t t = 0; t < 4; ++t) {
            senders.emplace_back([&, t] {
                for (std::size_t i = t; i < ran.size(); i += 4) {
                    ASSERT_TRUE(workers.reserve());
                    workers.submit([&, i] { ++ran[i]; });
                }
            });
        }
    }
    workers.stop();
    for (const auto& times : ran) EXPECT_EQ(times, 1);
}

TEST(Workers, HaveSoManyPlacesAndNoMore) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::promise<void> running;
    Workers workers(1, 2);
    ASSERT_TRUE(workers.reserve());
    workers.submit([&] {
        running.set_value();
        released.wait();
    });
    running.get_future().wait();
    EXPECT_TRUE(workers.reserve());
    EXPECT_TRUE(workers.reserve());
    EXPECT_FALSE(workers.reserve());
    std::atomic<int> ran{0};
    workers.submit([&] { ++ran; });
    workers.submit([&] { ++ran; });
    release.set_value();
    workers.stop();
    EXPECT_EQ(ran, 2);  // what waited was run
    EXPECT_FALSE(workers.reserve());
}

TEST(Workers, WakeForAJobAfterALongSleep) {
    Workers workers(3, 10);
    for (int i = 0; i < 200; ++i) {
        std::promise<void> done;
        ASSERT_TRUE(workers.reserve());
        workers.submit([&] { done.set_value(); });
        done.get_future().wait();
        if (i % 50 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));  // longer than they linger
    }
}

}  // namespace
}  // namespace comity::http
