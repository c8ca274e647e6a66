#include "federation/growth.h"

#include <algorithm>

#include "ledger/log_edge.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxWaiting = 1024;
constexpr auto kLook = std::chrono::seconds(1);

}  // namespace

GrowthWatch::GrowthWatch(ledger::Ledger& ledger) : ledger_(ledger) {
    subscription_ = ledger.on_growth([this] {
        const std::lock_guard lock(mutex_);
        grown_ = true;
        changed_.notify_all();
    });
}

GrowthWatch::~GrowthWatch() {
    subscription_.reset();
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
            grown_ = true;  // it may have, before this one came
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
    const auto session = ledger_.database().reader();
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
            std::chrono::steady_clock::time_point until = std::chrono::steady_clock::now() + kLook;
            for (const Waiting& one : waiting_) until = std::min(until, one.until);
            changed_.wait_until(lock, until, [&] { return stopping_ || grown_; });
            grown_ = false;
        }
        const std::uint64_t size = size_now();
        std::vector<Waiting> answered;
        {
            const std::lock_guard lock(mutex_);
            last_ = size;
            const auto now = std::chrono::steady_clock::now();
            const auto rest = std::ranges::partition(waiting_, [&](const Waiting& one) {
                return !stopping_ && size <= one.size && now < one.until;
            });
            for (Waiting& one : rest) answered.push_back(std::move(one));
            waiting_.erase(rest.begin(), rest.end());
        }
        for (Waiting& one : answered) one.done(size);
    }
}

}  // namespace comity::federation
