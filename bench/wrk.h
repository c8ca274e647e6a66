// wrk, the load of benchmarks over HTTP: GETs of a list of paths, one after the other, on kept connections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testing/folder.h"

namespace comity::bench {

struct WrkLoad {
    std::vector<std::string> paths;
    std::vector<std::pair<std::string, std::string>> headers{};
    int connections = 32;
    int seconds = 3;
};

// Requests a second; 0 where an answer was no success. Writes its script into the folder.
double requests_per_second(const testing::TemporaryFolder& folder, std::uint16_t port, const WrkLoad& load);

}  // namespace comity::bench
