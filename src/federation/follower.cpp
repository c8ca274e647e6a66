#include "federation/follower.h"

#include <atomic>
#include <random>

#include "base/logging.h"

namespace comity::federation {
namespace {

constexpr auto kLookForPeers = std::chrono::seconds(1);
constexpr auto kNoteContact = std::chrono::seconds(10);  // a success is written down that often at the most
constexpr auto kNothingNew = std::chrono::milliseconds(200);
constexpr std::size_t kMaxWorkers = 64;

std::chrono::milliseconds unevenly(std::chrono::milliseconds time) {
    static thread_local std::mt19937 random{std::random_device{}()};
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(time.count() / 2, time.count() * 3 / 2)(random));
}

}  // namespace

struct Follower::Worker {
    Peer peer;
    std::atomic<bool> ending{false};
    std::atomic<bool> ended{false};
    std::thread thread;
    std::uint64_t own_size = 0;
    std::map<std::string, std::uint64_t> fill_from;
    std::int64_t opening = 0;  // the last statement seen by which what was withheld may be had
    std::chrono::steady_clock::time_point filled{};   // when what is missing was last asked for
    std::chrono::steady_clock::time_point full{};     // when the last full round ended
    std::chrono::steady_clock::time_point written{};  // when a contact was last written down
    bool failed = true;                               // the last contact that was written down
};

Follower::Follower(ledger::Ledger& ledger, MirrorStore& store, FollowerOptions options)
    : ledger_(ledger), store_(store), options_(std::move(options)) {
    supervisor_ = std::thread([this] { supervise(); });
}

Follower::~Follower() {
    stop();
}

void Follower::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (auto& [n, worker] : workers_) worker->ending = true;
    }
    changed_.notify_all();
    if (supervisor_.joinable()) supervisor_.join();
    for (auto& [n, worker] : workers_) {
        if (worker->thread.joinable()) worker->thread.join();
    }
    workers_.clear();
}

void Follower::supervise() {
    for (;;) {
        if (const auto peers = store_.peers()) {
            std::unique_lock lock(mutex_);
            if (stopping_) return;
            std::map<std::int64_t, const Peer*> wanted;
            for (const Peer& peer : *peers) wanted.emplace(peer.n, &peer);
            for (auto it = workers_.begin(); it != workers_.end();) {
                if (!wanted.contains(it->first)) it->second->ending = true;
                if (it->second->ended) {
                    it->second->thread.join();
                    it = workers_.erase(it);
                } else {
                    ++it;
                }
            }
            for (const auto& [n, peer] : wanted) {
                if (workers_.contains(n) || workers_.size() >= kMaxWorkers) continue;
                auto worker = std::make_unique<Worker>();
                worker->peer = *peer;
                Worker& made = *worker;
                workers_.emplace(n, std::move(worker));
                made.thread = std::thread([this, &made] { work(made); });
            }
            changed_.notify_all();
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kLookForPeers, [&] { return stopping_; });
        if (stopping_) return;
    }
}

bool Follower::pause(std::chrono::milliseconds time, const Worker& worker) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return stopping_ || worker.ending; });
    return !stopping_ && !worker.ending;
}

void Follower::contact(Worker& worker, const Result<void>& outcome) {
    const auto now = std::chrono::steady_clock::now();
    if (outcome && !worker.failed && now - worker.written < kNoteContact) return;
    if (outcome && worker.failed) {
        logging::info("following", {{"node", worker.peer.name}, {"url", worker.peer.url}});
    }
    if (!outcome) {
        logging::warning("following failed",
                         {{"node", worker.peer.name}, {"cause", outcome.error().message()}});
    }
    if (store_.note_contact(worker.peer.n, options_.clock->now().seconds(), outcome)) {
        worker.written = now;
        worker.failed = !outcome;
    }
}

Result<void> Follower::round(Worker& worker, HttpSource& source) {
    SyncOptions options{.follow = {.clock = options_.clock,
                                   .packages_at_once = FollowOptions{}.packages_at_once,
                                   .on_step = {},
                                   .stopped = [&worker] { return worker.ending.load(); },
                                   .sightings = options_.sightings}};
    COMITY_TRY(const std::int64_t opening, store_.last_opening());
    if (opening > std::exchange(worker.opening, opening)) {  // asked for at once, and from the start
        worker.full = worker.filled = {};
        worker.fill_from.clear();
    }
    const auto now = std::chrono::steady_clock::now();
    if (worker.full == std::chrono::steady_clock::time_point{} || now - worker.full >= options_.full_round) {
        const bool fills = worker.filled == std::chrono::steady_clock::time_point{} ||
                           now - worker.filled >= options_.fill_every;
        options.fill_packages = fills ? options_.fill_packages : 0;
        options.fill_from = &worker.fill_from;
        if (fills) worker.filled = now;
        COMITY_TRY(const Synced synced, sync(ledger_, store_, source, worker.peer, options));
        worker.own_size = synced.own_size;
        worker.full = std::chrono::steady_clock::now();
        if (!synced.fault.empty())
            logging::warning("following", {{"node", worker.peer.name}, {"fault", synced.fault}});
    }
    const auto size = source.wait(worker.own_size, options_.wait_seconds);
    if (!size) {
        if (size.error().kind != ErrorKind::kNotFound && size.error().kind != ErrorKind::kTooMany)
            return std::unexpected(size.error());
        if (!pause(unevenly(std::chrono::seconds(5)), worker)) return {};  // it does not tell: it is asked
    } else if (*size <= worker.own_size) {
        if (std::chrono::steady_clock::now() - now < kNothingNew) pause(unevenly(kNothingNew), worker);
        return {};
    }
    COMITY_TRY(const Synced synced, sync_own(ledger_, store_, source, worker.peer, options));
    // One that says that it has grown, and has not, is not asked at once again.
    if (synced.own_size == worker.own_size) pause(unevenly(kNothingNew), worker);
    worker.own_size = synced.own_size;
    return {};
}

void Follower::work(Worker& worker) {
    HttpSource source({.url = worker.peer.url,
                       .token = worker.peer.token,
                       .timeout = options_.timeout,
                       .bytes_per_second = options_.bytes_per_second,
                       .ca_file = options_.ca_file,
                       .stopped = [&worker] { return worker.ending.load(); }});
    std::chrono::milliseconds delay = options_.first_pause;
    while (!worker.ending) {
        const Result<void> outcome = round(worker, source);
        if (worker.ending) break;
        contact(worker, outcome);
        if (outcome) {
            delay = options_.first_pause;
            continue;
        }
        worker.full = {};  // after a failure, all is looked at again
        if (!pause(unevenly(delay), worker)) break;
        delay = std::min(delay * 2, options_.longest_pause);
    }
    worker.ended = true;
}

}  // namespace comity::federation
