#include "bench/python_peer.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench/process.h"

namespace comity::bench {

std::optional<double> python_peer(const std::string& script, const std::string& what,
                                  const std::string& input, const Report& report) {
    const char* python = std::getenv("COMITY_BENCH_PYTHON");
    const char* scripts = std::getenv("COMITY_BENCH_PEERS");
    if (python == nullptr || scripts == nullptr) {
        report.note(
            "the Python libraries are not here (PyPI out of reach, or not called by ./run bench): no peer");
        return std::nullopt;
    }
    const std::string folder =
        std::filesystem::temp_directory_path() / fmt::format("comity-bench-{}", ::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/input", std::ios::binary) << input;
    std::optional<double> value;
    {
        Process run({python, std::string(scripts) + "/" + script, what, folder + "/input"},
                    folder + "/output");
        if (run.wait() == 0) value = std::strtod(read_file(folder + "/output").c_str(), nullptr);
    }
    std::filesystem::remove_all(folder);
    return value;
}

}  // namespace comity::bench
