#include "federation/growth.h"

#include <algorithm>

#include "ledger/log_edge.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxWaiting = 1024;
constexpr auto kLook = std::chrono::milliseconds(10);

}  // namespace

GrowthWatch::~GrowthWatch() {
    stop();
    if (thread_.joinable()) thread_.join();
}

Result<void> GrowthWatch::wait(std::uint64_t size, std::chrono::milliseconds at_most, Done& done) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            if (waiting_.size() >= kMaxWaiting)
                return too_many("too many wait for the log to grow", "ask for /log/checkpoint instead");
            waiting_.push_back({size, std::chrono::steady_clock::now() + at_most, std::move(done)});
            if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
            changed_.notify_all();
            return {};
        }
    }
    done(size_now());
    return {};
}

void GrowthWatch::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

std::uint64_t GrowthWatch::size_now() {
    const auto session = database_.reader();
    if (!session) return last_;
    const auto state = ledger::LogEdge::read_state(**session);
    return state ? state->size : last_;
}

void GrowthWatch::watch() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
        }
        const std::uint64_t size = size_now();
        std::vector<Waiting> answered;
        {
            std::unique_lock lock(mutex_);
            last_ = size;
            const auto now = std::chrono::steady_clock::now();
            const auto rest = std::ranges::partition(waiting_, [&](const Waiting& one) {
                return !stopping_ && size <= one.size && now < one.until;
            });
            for (Waiting& one : rest) answered.push_back(std::move(one));
            waiting_.erase(rest.begin(), rest.end());
            if (answered.empty()) changed_.wait_for(lock, kLook, [&] { return stopping_; });
        }
        for (Waiting& one : answered) one.done(size);
    }
}

}  // namespace comity::federation
