#include "bench/wrk.h"

#include <fmt/format.h>
#include <fstream>

#include "bench/process.h"

namespace comity::bench {

double requests_per_second(const testing::TemporaryFolder& folder, std::uint16_t port, const WrkLoad& load) {
    const std::string script = folder / "load.lua";
    {
        std::ofstream lua(script);
        for (const auto& [name, value] : load.headers)
            lua << "wrk.headers[\"" << name << "\"] = \"" << value << "\"\n";
        lua << "local paths = {";
        for (const std::string& path : load.paths) lua << '"' << path << "\",";
        lua << "}\nlocal n = 0\nrequest = function() n = n % #paths + 1; return wrk.format('GET', paths[n]) "
               "end\n";
    }
    const std::string output = folder / "wrk.out";
    Process wrk({"wrk", "-t1", fmt::format("-c{}", load.connections), fmt::format("-d{}s", load.seconds),
                 "-s", script, "http://127.0.0.1:" + std::to_string(port) + "/"},
                output);
    if (wrk.wait() != 0) return 0;
    const std::string text = read_file(output);
    const std::size_t at = text.find("Requests/sec:");
    if (at == std::string::npos || text.find("Non-2xx") != std::string::npos) return 0;
    return std::stod(text.substr(at + 13));
}

}  // namespace comity::bench
