// What the operating system knows of this process, as Prometheus' own clients tell it.
#pragma once

#include <cstdint>

namespace comity::api::operators {

struct ProcessFacts {           // zero: not known
    double start_seconds = 0;   // since 1970
    double cpu_seconds = 0;     // user and system
    double resident_bytes = 0;  // memory in RAM
    double open_files = 0;      // descriptors, sockets included
    double max_open_files = 0;
};

// Reads /proc and asks the kernel; a few tens of microseconds. Thread-safe.
ProcessFacts read_process();

}  // namespace comity::api::operators
