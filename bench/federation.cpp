// catch-up: a fresh mirror of a log over loopback, beside what verifying its statements' signatures alone
// takes. visibility: seven nodes that follow each other; from a statement's acceptance at one until all show
// it.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "bench/load.h"
#include "bench/meter.h"
#include "bench/must.h"
#include "bench/network.h"
#include "bench/report.h"
#include "federation/follower.h"

namespace comity::bench {
namespace {

std::size_t number_of(const char* variable, std::size_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : static_cast<std::size_t>(std::strtoull(text, nullptr, 10));
}

std::vector<ledger::Submission> shares(testing::Community& community, std::size_t count) {
    std::vector<ledger::Submission> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(community.share("ke", {testing::indicator(static_cast<unsigned>(i))}));
    return made;
}

// Signatures of all of them, on so many threads.
double verification_seconds(const std::vector<ledger::Submission>& all, const crypto::NamedKey& key,
                            unsigned threads) {
    return seconds_of([&] {
        std::atomic<std::size_t> next = 0;
        std::vector<std::thread> workers;
        for (unsigned i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                for (std::size_t at; (at = next++) < all.size();) {
                    const auto envelope = crypto::parse_envelope(all[at].envelope);
                    if (!envelope || !crypto::signed_by(*envelope, key)) std::abort();
                }
            });
        }
        for (std::thread& worker : workers) worker.join();
    });
}

// Bytes that come over the line for a statement, headers, tiles and checkpoints included, beside its own.
Figure wire_cost(ServedNode& origin, const std::vector<ledger::Submission>& all, std::size_t count) {
    ServedNode another("another.example/log");
    Meter meter(origin.port());
    federation::HttpSource source({.url = meter.url(), .token = {}});
    const federation::Peer peer = another.peer(origin, "origin");
    must(federation::sync(another.ledger(), another.node().mirrors(), source, peer, {}));
    std::size_t own = 0;
    for (const ledger::Submission& one : all) {
        own += one.envelope.size();
        for (const std::string& object : one.objects) own += object.size();
    }
    const double statements = static_cast<double>(count);
    return {.name = "catch-up",
            .variant = "bytes on the wire a statement",
            .value = static_cast<double>(meter.received()) / statements,
            .unit = "bytes",
            .limit = "the statement's own size",
            .limit_value = static_cast<double>(own) / statements};
}

}  // namespace

void catch_up(const Report& report, const std::string&) {
    const std::size_t count = number_of("COMITY_BENCH_STATEMENTS", 20'000);
    testing::Community community({"ke", "fr"});
    ServedNode origin("origin.example/log");
    ServedNode fresh("fresh.example/log");
    submit_all(origin.ledger(), {{community.charter().write(), {}, {}}}, 1);
    const auto all = shares(community, count);
    submit_all(origin.ledger(), all, 256);

    federation::HttpSource source({.url = origin.address(), .token = {}});
    const federation::Peer peer = fresh.peer(origin, "origin");
    const double seconds = seconds_of([&] {
        const auto synced = must(federation::sync(fresh.ledger(), fresh.node().mirrors(), source, peer, {}));
        if (synced.statements != count + 1) std::abort();
    });
    const crypto::NamedKey key = community.key("ke").public_part();
    for (const unsigned threads : {1U, 2U}) {
        const double limit = verification_seconds(all, key, threads);
        report.add({.name = "catch-up",
                    .variant = fmt::format("{} statements, limit on {}", count,
                                           threads == 1 ? "one thread" : "two threads"),
                    .value = static_cast<double>(count) / seconds,
                    .unit = "statements/s",
                    .limit = "reading and verifying envelopes",
                    .limit_value = static_cast<double>(count) / limit});
    }
    report.add(wire_cost(origin, all, count));
    if (origin.ledger().view_digest() != fresh.ledger().view_digest()) {
        fmt::print(stderr, "comity_bench: the mirror shows other views\n");
        std::abort();
    }
}

void visibility(const Report& report, const std::string&) {
    constexpr std::size_t kNodes = 7;
    const std::size_t count = number_of("COMITY_BENCH_SAMPLES", 200);
    testing::Community community({"ke", "fr"});
    std::vector<std::unique_ptr<ServedNode>> nodes;
    for (std::size_t i = 0; i < kNodes; ++i)
        nodes.push_back(std::make_unique<ServedNode>(fmt::format("n{}.example/log", i)));
    for (auto& one : nodes) {
        for (auto& other : nodes) {
            if (one == other) continue;
            must(one->node().mirrors().add_peer(one->peer(*other, other->ledger().identity().origin)));
        }
    }
    std::vector<std::unique_ptr<federation::Follower>> followers;
    for (auto& one : nodes)
        followers.push_back(std::make_unique<federation::Follower>(one->ledger(), one->node().mirrors(),
                                                                   federation::FollowerOptions{}));
    const auto visible_everywhere = [&](const Digest& id) {
        for (auto& one : nodes) {
            while (!one->ledger().find({}, id)) std::this_thread::sleep_for(std::chrono::microseconds(500));
        }
    };
    submit_all(nodes[0]->ledger(), {{community.charter().write(), {}, {}}}, 1);
    visible_everywhere(community.id());
    std::vector<double> milliseconds;
    for (std::size_t i = 0; i < count; ++i) {
        ledger::Submission share = community.share("ke", {testing::indicator(static_cast<unsigned>(i))});
        const auto receipt = must(nodes[i % kNodes]->ledger().submit(std::move(share)));
        milliseconds.push_back(1000 * seconds_of([&] { visible_everywhere(receipt.id); }));
    }
    for (auto& follower : followers) follower->stop();
    std::ranges::sort(milliseconds);
    report.add({.name = "visibility",
                .variant = fmt::format("{} nodes, median", kNodes),
                .value = median(milliseconds),
                .unit = "ms"});
    report.add({.name = "visibility",
                .variant = fmt::format("{} nodes, 99th percentile", kNodes),
                .value = milliseconds[milliseconds.size() * 99 / 100],
                .unit = "ms"});
}

}  // namespace comity::bench
