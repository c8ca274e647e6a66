// Work on all cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace comity {

// Does `work` for each number below `count`, each once and in no order, in this thread and others; returns
// when all is done. What the calls share is theirs to guard.
inline void on_all_cores(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    const auto some = [&] {
        for (std::size_t at; (at = next++) < count;) work(at);
    };
    const std::size_t wanted =
        std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(some);
    some();
}

}  // namespace comity
