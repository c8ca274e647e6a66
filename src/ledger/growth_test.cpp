#include "ledger/growth.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace comity::ledger {
namespace {

TEST(Growth, TellsWhoIsSubscribedAndNobodyElse) {
    Growth growth;
    int first = 0;
    int second = 0;
    auto one = growth.subscribe([&] { ++first; });
    const auto two = growth.subscribe([&] { ++second; });
    growth.tell();
    one.reset();
    growth.tell();
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 2);
}

TEST(Growth, RunsNoListenerAfterItsSubscriptionHasGone) {
    Growth growth;
    std::atomic<bool> done{false};
    std::thread teller([&] {
        while (!done) growth.tell();
    });
    for (int i = 0; i < 1000; ++i) {
        auto alive = std::make_unique<std::atomic<int>>(0);
        auto subscription = growth.subscribe([&counted = *alive] { ++counted; });
        subscription.reset();
    }
    done = true;
    teller.join();
}

TEST(Growth, MayGoBeforeItsSubscriptions) {
    std::shared_ptr<void> subscription;
    {
        Growth growth;
        subscription = growth.subscribe([] {});
    }
    subscription.reset();
}

}  // namespace
}  // namespace comity::ledger
