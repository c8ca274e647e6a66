#include "intelligence/match/rotated_logs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>

namespace comity::intelligence::match {
namespace {

constexpr std::array<std::string_view, 8> kPackedEndings = {".gz",  ".zst",  ".bz2", ".xz",
                                                            ".lz4", ".lzma", ".Z",   ".zip"};
constexpr std::array<std::string_view, 5> kOldWords = {"old", "bak", "prev", "previous", "last"};
constexpr std::string_view kJoints = ".-_";
constexpr std::size_t kMaxNumber = 4;  // digits; more are a day

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view without_packing(std::string_view name) {
    for (const std::string_view ending : kPackedEndings) {
        if (name.size() > ending.size() && name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    }
    return name;
}

// "1", "20261129", "2026-11-29T12:00:00Z", "12:00:00-13:00:00"
bool is_number_or_time(std::string_view text) {
    return !text.empty() && is_digit(text.front()) && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || std::string_view("-_.:TZ").contains(c);
    });
}

// The parts of a name that a number or a time is joined to at its end.
template <typename Take>
void fronts_of(std::string_view name, bool words, Take take) {
    for (std::size_t at = 1; at + 1 < name.size(); ++at) {
        if (!kJoints.contains(name[at])) continue;
        const std::string_view behind = name.substr(at + 1);
        const bool old = words && std::ranges::find(kOldWords, behind) != kOldWords.end();
        if (old || is_number_or_time(behind)) take(name.substr(0, at));
    }
}

std::optional<unsigned> number_behind(const std::string& path, const std::string& log) {
    const std::string_view name = without_packing(path);
    if (name.size() < log.size() + 2 || !name.starts_with(log)) return std::nullopt;
    const std::string_view digits = name.substr(log.size() + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.size() > kMaxNumber)
        return std::nullopt;
    return number;
}

}  // namespace

std::int64_t written_at(const struct stat& status) {
    return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool is_packed_name(std::string_view name) {
    return without_packing(name).size() != name.size();
}

std::vector<std::string> names_before_rotation(std::string_view name) {
    name = without_packing(name);
    std::vector<std::string> out;
    if (name.starts_with('@')) out.emplace_back("current");
    fronts_of(name, true, [&](std::string_view front) { out.emplace_back(front); });
    if (name.size() > 1 && name.ends_with('~')) out.emplace_back(name.substr(0, name.size() - 1));
    for (std::size_t dot = name.find('.', 1); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        const std::string_view ending = name.substr(dot);
        if (ending.size() < 2 || is_digit(ending[1])) continue;
        fronts_of(name.substr(0, dot), false,
                  [&](std::string_view front) { out.push_back(std::string(front) + std::string(ending)); });
    }
    return out;
}

std::vector<RotatedLog> rotated_logs(const std::string& log) {
    std::error_code failed;
    const std::filesystem::path path(log);
    const std::string name = path.filename().string();
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    std::vector<RotatedLog> out;
    std::set<std::string> plain;
    for (auto at = std::filesystem::directory_iterator(folder, failed);
         !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
        const std::string other = at->path().filename().string();
        const auto before = names_before_rotation(other);
        if (std::ranges::find(before, name) == before.end()) continue;
        const std::string place = (path.parent_path() / other).string();
        struct stat there{};
        if (::stat(place.c_str(), &there) != 0 || !S_ISREG(there.st_mode)) continue;
        out.push_back({place, there.st_dev, there.st_ino, written_at(there),
                       static_cast<std::uint64_t>(there.st_size)});
        if (!is_packed_name(other)) plain.insert(place);
    }
    std::erase_if(out, [&](const RotatedLog& each) {
        return is_packed_name(each.path) && plain.contains(std::string(without_packing(each.path)));
    });
    // Of one moment, the higher number is the older one.
    std::ranges::sort(out, [&](const RotatedLog& a, const RotatedLog& b) {
        if (a.written != b.written) return a.written < b.written;
        const auto mine = number_behind(a.path, log), others = number_behind(b.path, log);
        if (mine && others) return *mine > *others;
        return a.path < b.path;
    });
    return out;
}

}  // namespace comity::intelligence::match
