// How long a node takes to start, how much memory it then has, and what it does when nobody asks anything, by
// the size of its log.
#include <fmt/format.h>
#include <cstdlib>
#include <thread>

#include "bench/load.h"
#include "bench/process.h"
#include "bench/report.h"

namespace comity::bench {
namespace {

constexpr int kRounds = 5;
constexpr int kLooksAtRest = 100;
constexpr double kBusy = 0.02;  // of a core: something is still being done
constexpr auto kLookAtRest = std::chrono::seconds(3);

}  // namespace

void footprint(const Report& report, const std::string& program) {
    // COMITY_BENCH_ENTRIES: the largest log; 10 million take some minutes and about 15 GB to make.
    const char* asked = std::getenv("COMITY_BENCH_ENTRIES");
    const std::size_t largest = asked == nullptr ? 1'000'000 : std::strtoull(asked, nullptr, 10);
    Bed bed;
    std::size_t have = 0;
    for (const std::size_t entries : {std::size_t{10'000}, std::size_t{1'000'000}, std::size_t{10'000'000}}) {
        if (entries > largest) break;
        for (; have < entries; have += std::min<std::size_t>(entries - have, 50'000)) {
            submit_all(bed.ledger(), bed.make_shares(std::min<std::size_t>(entries - have, 50'000)), 4096);
        }
        std::vector<double> starts, resident, anonymous, at_rest;
        for (int round = 0; round < kRounds; ++round) {
            const std::uint16_t port = free_port();
            std::unique_ptr<Process> node;
            starts.push_back(seconds_of([&] {
                node = std::make_unique<Process>(
                    std::vector<std::string>{program, "--data", (bed.folder().path() / "node").string(),
                                             "serve", "--listen", "127.0.0.1:" + std::to_string(port)},
                    bed.folder() / "serve.out");
                for (int i = 0; i < 20'000 && get_status(port, "/readyz") != 200; ++i) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
            }));
            resident.push_back(node->resident_mib());
            anonymous.push_back(node->anonymous_mib());
            if (round + 1 < kRounds) continue;
            // The first server makes the search index; it is at rest when that is done.
            for (int look = 0; look < kLooksAtRest && (look < 3 || std::ranges::min(at_rest) > kBusy);
                 ++look) {
                const double before = node->processor_seconds();
                std::this_thread::sleep_for(kLookAtRest);
                at_rest.push_back((node->processor_seconds() - before) /
                                  std::chrono::duration<double>(kLookAtRest).count());
            }
        }
        report.add({.name = "footprint",
                    .variant = fmt::format("start until ready, {} entries", entries),
                    .value = median(starts) * 1000,
                    .unit = "ms"});
        report.add({.name = "footprint",
                    .variant = fmt::format("resident once ready, {} entries", entries),
                    .value = median(resident),
                    .unit = "MiB"});
        report.add({.name = "footprint",
                    .variant = fmt::format("of it not page cache, {} entries", entries),
                    .value = median(anonymous),
                    .unit = "MiB"});
        report.add({.name = "footprint",
                    .variant = fmt::format("at rest, {} entries", entries),
                    .value = std::ranges::min(at_rest) * 100,
                    .unit = "% of a core"});
    }
}

}  // namespace comity::bench
