// Tile reads over HTTP, beside nginx serving the same bytes from files: one worker each, wrk on the other
// core.
#include <filesystem>
#include <fstream>

#include "api/tlog/tlog.h"
#include "bench/load.h"
#include "bench/nginx.h"
#include "bench/process.h"
#include "bench/report.h"
#include "bench/wrk.h"
#include "http/server.h"

namespace comity::bench {
namespace {

constexpr std::size_t kEntries = 100'000;
constexpr int kRounds = 5;

}  // namespace

void tiles(const Report& report, const std::string&) {
    if (!have_program("wrk") || !have_program("nginx")) {
        report.note("tiles: wrk and nginx are needed: apt-get install wrk nginx-light");
        return;
    }
    Bed bed;
    submit_all(bed.ledger(), bed.make_shares(kEntries), 1024);
    // The same bytes as files.
    const std::filesystem::path root = bed.folder().path() / "files";
    std::vector<std::string> paths;
    for (std::uint64_t index = 0; index < kEntries / 256; ++index) {
        const log::TilePath path{.entries = false, .level = 0, .index = index, .width = 256};
        const std::string text = "/log/" + path.text();
        paths.push_back(text);
        const std::filesystem::path file = root / text.substr(1);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << as_text(bed.ledger().tile(path).value());
    }
    const Nginx nginx(bed.folder(), root, 1);
    http::Router router;
    api::tlog::add_routes(router, bed.node());
    const auto server = http::Server::start({.port = 0, .io_threads = 1, .workers = 1}, router).value();
    std::vector<double> ours, theirs;
    for (int round = 0; round < kRounds; ++round) {
        ours.push_back(requests_per_second(bed.folder(), server->port(), {.paths = paths}));
        theirs.push_back(requests_per_second(bed.folder(), nginx.port(), {.paths = paths}));
    }
    report.add({.name = "tiles",
                .variant = "8 KiB over HTTP",
                .value = median(ours),
                .unit = "requests/s",
                .peer = "nginx",
                .peer_value = median(theirs)});
}

}  // namespace comity::bench
