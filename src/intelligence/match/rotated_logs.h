// What rotation makes of a log: the files beside it that had its name before.
//
//     app.log.1  app.log.2.gz  app.log-20261129.zst  app.log.2026-11-29_12:00:00  app.log.old   of app.log
//     app-20261129.log  app.1.log.gz  dns.12:00:00-13:00:00.log                                 of app.log,
//     dns.log
//     @400000006926d0c3.s                                                                       of current
//
// A number or a time behind the name or before its ending, and what compressing adds. Folders of old logs
// elsewhere are not looked for.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intelligence::match {

// The names that a file of this name may have had before it was rotated; none: it is no such name.
std::vector<std::string> names_before_rotation(std::string_view name);
// When a file was last written to, in nanoseconds since 1970.
std::int64_t written_at(const struct stat& status);
// ".gz", ".zst", ".bz2", ...: whatever stands in it is not written to any more.
bool is_packed_name(std::string_view name);

struct RotatedLog {
    std::string path;  // relative where the log's is
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t written = 0;  // as written_at() has it
    std::uint64_t size = 0;    // as it lies there
};

// Those of a log, in the order in which they were written. Of one that is being compressed, only itself.
std::vector<RotatedLog> rotated_logs(const std::string& log);

}  // namespace comity::intelligence::match
