#include "cli/scan/log_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "intelligence/match/rotated_logs.h"
#include "intelligence/match/stream.h"

namespace comity::cli {
namespace {

bool written_since(const std::string& path, const std::optional<Time>& since) {
    if (!since) return true;
    struct stat there{};
    return ::stat(path.c_str(), &there) != 0 || there.st_mtim.tv_sec >= since->seconds();
}

}  // namespace

Result<std::vector<std::string>> log_files_of(const std::vector<std::string>& named,
                                              std::optional<Time> since) {
    std::vector<std::string> files;
    for (const std::string& name : named) {
        std::error_code failed;
        if (name == "-" || !std::filesystem::is_directory(name, failed)) {
            files.push_back(name);
            continue;
        }
        std::vector<std::string> inside;
        for (auto at = std::filesystem::recursive_directory_iterator(name, failed);
             !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed)) {
            if (at->is_regular_file(failed) && written_since(at->path().string(), since))
                inside.push_back(at->path().string());
        }
        if (failed) return unavailable(name, failed.message());
        std::ranges::sort(inside);
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

Result<std::vector<std::string>> logs_to_follow(const std::string& folder,
                                                const std::set<std::string>& known) {
    namespace scanning = intelligence::match;
    COMITY_TRY(const std::vector<std::string> files, log_files_of({folder}));
    std::set<std::string> logs(files.begin(), files.end());
    logs.insert(known.begin(), known.end());
    std::vector<std::string> out;
    for (const std::string& file : files) {
        if (known.contains(file)) continue;
        const std::filesystem::path path(file);
        const std::string name = path.filename().string();
        const auto before = scanning::names_before_rotation(name);
        const bool rotated = std::ranges::any_of(before, [&](const std::string& each) {
            return logs.contains((path.parent_path() / each).string());
        });
        if (!rotated && !scanning::is_packed_name(name) && scanning::plain_size(file)) out.push_back(file);
    }
    return out;
}

std::uint64_t log_sizes_of(const std::vector<std::string>& files) {
    std::uint64_t sum = 0;
    for (const std::string& file : files) {
        std::error_code failed;
        const auto size = file == "-" ? 0 : std::filesystem::file_size(file, failed);
        if (!failed) sum += size;
    }
    return sum;
}

std::string bytes_text(double bytes) {
    if (bytes >= 1e9) return fmt::format("{:.1f} GB", bytes / 1e9);
    return fmt::format("{:.0f} MB", bytes / 1e6);
}

}  // namespace comity::cli
