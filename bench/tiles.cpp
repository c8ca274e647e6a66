// Tile reads over HTTP, beside nginx serving the same bytes from files: one worker each, wrk on the other
// core.
#include <filesystem>
#include <fstream>
#include <thread>

#include "api/tlog/tlog.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/report.h"
#include "http/server.h"

namespace comity::bench {
namespace {

constexpr std::size_t kEntries = 100'000;
constexpr int kRounds = 5;

double requests_per_second(std::uint16_t port, const std::string& script, const std::string& output) {
    Process wrk(
        {"wrk", "-t1", "-c32", "-d3s", "-s", script, "http://127.0.0.1:" + std::to_string(port) + "/"},
        output);
    if (wrk.wait() != 0) return 0;
    const std::string text = read_file(output);
    const std::size_t at = text.find("Requests/sec:");
    if (at == std::string::npos || text.find("Non-2xx") != std::string::npos) return 0;
    return std::stod(text.substr(at + 13));
}

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
    std::filesystem::permissions(bed.folder().path(), std::filesystem::perms::all);
    const std::string script = bed.folder() / "tiles.lua";
    {
        std::ofstream lua(script);
        lua << "local paths = {";
        for (const std::string& path : paths) lua << '"' << path << "\",";
        lua << "}\nlocal n = 0\nrequest = function() n = n % #paths + 1; return wrk.format('GET', paths[n]) "
               "end\n";
    }
    const std::uint16_t nginx_port = free_port();
    {
        std::ofstream config(bed.folder() / "nginx.conf");
        config << "worker_processes 1;\ndaemon off;\nmaster_process off;\npid "
               << (bed.folder() / "nginx.pid") << ";\nerror_log " << (bed.folder() / "nginx.err")
               << ";\nevents { worker_connections 512; }\n"
               << "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; "
                  "open_file_cache max=2000; "
               << "default_type application/octet-stream; client_body_temp_path " << (bed.folder() / "body")
               << "; proxy_temp_path " << (bed.folder() / "proxy") << "; fastcgi_temp_path "
               << (bed.folder() / "fcgi") << "; uwsgi_temp_path " << (bed.folder() / "uwsgi")
               << "; scgi_temp_path " << (bed.folder() / "scgi")
               << "; server { listen 127.0.0.1:" << nginx_port << "; root " << root.string() << "; } }\n";
    }
    const Process nginx({"nginx", "-c", bed.folder() / "nginx.conf", "-p", bed.folder().path().string()},
                        bed.folder() / "nginx.out");
    http::Router router;
    api::tlog::add_routes(router, bed.node());
    const auto server = http::Server::start({.port = 0, .io_threads = 1, .workers = 1}, router).value();
    for (int i = 0; i < 100 && get_status(nginx_port, paths.front()) != 200; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::vector<double> ours, theirs;
    for (int round = 0; round < kRounds; ++round) {
        ours.push_back(requests_per_second(server->port(), script, bed.folder() / "wrk.out"));
        theirs.push_back(requests_per_second(nginx_port, script, bed.folder() / "wrk.out"));
    }
    report.add({.name = "tiles",
                .variant = "8 KiB over HTTP",
                .value = median(ours),
                .unit = "requests/s",
                .peer = "nginx",
                .peer_value = median(theirs)});
}

}  // namespace comity::bench
