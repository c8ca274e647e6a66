#include "api/operators/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace comity::api::operators {
namespace {

// proc(5): field 22 of /proc/self/stat is the start in ticks since boot; the command's name, field 2, stands
// in parentheses and may hold anything.
double start_seconds() {
    constexpr int kFieldsToStart = 19;  // from the state, field 3
    std::ifstream stat("/proc/self/stat");
    const std::string line((std::istreambuf_iterator<char>(stat)), {});
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int i = 0; i < kFieldsToStart; ++i) fields >> skipped;
    double ticks = 0;
    fields >> ticks;
    std::ifstream machine("/proc/stat");
    std::string word;
    double boot = 0;
    while (machine >> word) {
        if (word != "btime") continue;
        machine >> boot;
        break;
    }
    return boot == 0 ? 0 : boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessFacts read_process() {
    static const double start = start_seconds();
    ProcessFacts facts{.start_seconds = start};
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    std::ifstream memory("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    if (memory >> pages >> resident)
        facts.resident_bytes = resident * static_cast<double>(sysconf(_SC_PAGESIZE));
    std::error_code failed;
    for (std::filesystem::directory_iterator it("/proc/self/fd", failed), end; !failed && it != end;
         it.increment(failed)) {
        ++facts.open_files;
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_open_files = static_cast<double>(limit.rlim_cur);
    return facts;
}

}  // namespace comity::api::operators
