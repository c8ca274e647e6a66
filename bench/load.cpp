#include "bench/load.h"

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace comity::bench {
namespace {

template <typename T>
T must(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "comity_bench: {}\n", result.error().message());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

Bed::Bed() : community_({"cert-ke", "cert-fr"}), key_(community_.key("cert-ke").public_part()) {
    node::Config config = must(node::parse_config("", "comity.toml", folder_.path() / "node"));
    config.origin = "bench.example/log";
    node_ = must(node::Node::create(config));
    must(ledger().submit({community_.charter().write(), {}, {}}));
}

std::vector<ledger::Submission> Bed::make_shares(std::size_t count) {
    std::vector<ledger::Submission> shares;
    shares.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        shares.push_back(community_.share("cert-ke", {testing::indicator(made_++)}));
    return shares;
}

void submit_all(ledger::Ledger& ledger, std::vector<ledger::Submission> submissions, std::size_t under_way) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t waiting = 0;
    std::size_t next = 0;
    std::size_t done = 0;
    std::unique_lock lock(mutex);
    while (done < submissions.size()) {
        changed.wait(lock, [&] {
            return done == submissions.size() || (waiting < under_way && next < submissions.size());
        });
        while (waiting < under_way && next < submissions.size()) {
            ledger::Submission submission = std::move(submissions[next++]);
            ++waiting;
            lock.unlock();
            ledger.submit(std::move(submission), [&](Result<ledger::Receipt> receipt) {
                must(std::move(receipt));
                const std::lock_guard inner(mutex);
                --waiting;
                ++done;
                // Woken for a quarter at a time: a thread for each submitter would be woken by its own
                // answer.
                if (waiting <= under_way * 3 / 4 || done == submissions.size()) changed.notify_one();
            });
            lock.lock();
        }
    }
}

}  // namespace comity::bench
