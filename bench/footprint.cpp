// How long a node takes to start, and how much memory it then has, by the size of its log.
#include <fmt/format.h>
#include <cstdlib>
#include <thread>

#include "bench/load.h"
#include "bench/process.h"
#include "bench/report.h"

namespace comity::bench {

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
        std::vector<double> starts, resident, anonymous;
        for (int round = 0; round < 5; ++round) {
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
    }
}

}  // namespace comity::bench
