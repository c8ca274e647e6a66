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

Waiting::Waiting(std::ostream& err, bool terminal, std::string what) : err_(err), what_(std::move(what)) {
    if (terminal) drawer_ = std::jthread([this] { draw(); });
}

Waiting::~Waiting() {
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
    }
    changed_.notify_all();
}

void Waiting::draw() {
    bool shown = false;
    std::unique_lock lock(mutex_);
    for (unsigned seconds = 1; !changed_.wait_for(lock, std::chrono::seconds(1), [this] { return done_; });
         ++seconds) {
        shown = true;
        err_ << kClear << what_ << " ... " << seconds << " s" << std::flush;
    }
    if (shown) err_ << kClear << std::flush;
}

std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (total == 0) return fmt::format("{} {}", what, done);
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * kBarWidth);
    return fmt::format("{} [{:<{}}] {}% {}/{}", what, std::string(filled, '#'), kBarWidth,
                       static_cast<unsigned>(share * 100), done, total);
}

}  // namespace comity::cli
