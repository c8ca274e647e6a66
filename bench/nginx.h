// nginx, the peer that serves the same bytes as files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "bench/process.h"
#include "testing/folder.h"

namespace comity::bench {

class Nginx {
  public:
    // Serves what lies below `root` on loopback, with so many worker processes, until it goes; its own files
    // are in the folder, which everybody may read from then on.
    Nginx(const testing::TemporaryFolder& folder, const std::filesystem::path& root, int workers);
    std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

}  // namespace comity::bench
