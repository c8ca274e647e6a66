#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace comity::cli {

namespace {
constexpr std::size_t kBarWidth = 30;
constexpr std::string_view kClear = "\r\x1b[K";
}  // namespace

Progress::Progress(std::ostream& err, bool terminal, Now now)
    : err_(err), terminal_(terminal), now_(std::move(now)), start_(now_()), drawn_(start_) {}

Progress::~Progress() {
    if (shown_) err_ << kClear << std::flush;
}

void Progress::at(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (!terminal_) return;
    const auto now = now_();
    if (now - start_ < kQuiet || (shown_ && now - drawn_ < kBetween)) return;
    drawn_ = now;
    shown_ = true;
    err_ << kClear << progress_line(what, done, total) << std::flush;
}

std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (total == 0) return fmt::format("{} {}", what, done);
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * kBarWidth);
    return fmt::format("{} [{:<{}}] {}% {}/{}", what, std::string(filled, '#'), kBarWidth,
                       static_cast<unsigned>(share * 100), done, total);
}

}  // namespace comity::cli
