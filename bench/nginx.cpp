#include "bench/nginx.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace comity::bench {

Nginx::Nginx(const testing::TemporaryFolder& folder, const std::filesystem::path& root, int workers)
    : port_(free_port()) {
    {
        std::ofstream config(folder / "nginx.conf");
        config << "worker_processes " << workers << ";\ndaemon off;\npid " << (folder / "nginx.pid")
               << ";\nerror_log " << (folder / "nginx.err") << ";\nevents { worker_connections 512; }\n"
               << "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; "
                  "open_file_cache max=2000; default_type application/octet-stream; ";
        for (const std::string_view each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            config << each << "_temp_path " << (folder / std::string(each)) << "; ";
        config << "server { listen 127.0.0.1:" << port_ << "; root " << root.string() << "; } }\n";
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    process_ = std::make_unique<Process>(
        std::vector<std::string>{"nginx", "-c", folder / "nginx.conf", "-p", folder.path().string()},
        folder / "nginx.out");
    for (int i = 0; i < 200 && get_status(port_, "/") == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace comity::bench
