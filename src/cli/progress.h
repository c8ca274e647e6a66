// A progress bar on standard error for what takes longer than a second; nothing where nobody looks (no
// terminal). One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace comity::cli {

class Progress {
  public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    static constexpr std::chrono::milliseconds kQuiet{1000};   // before the first drawing
    static constexpr std::chrono::milliseconds kBetween{100};  // between drawings

    Progress(std::ostream& err, bool terminal, Now now = std::chrono::steady_clock::now);
    ~Progress();  // takes the bar away
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // `total` 0: not known.
    void at(std::string_view what, std::uint64_t done, std::uint64_t total);

  private:
    std::ostream& err_;
    const bool terminal_;
    const Now now_;
    const std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point drawn_;
    bool shown_ = false;
};

// "checking tiles [##########          ] 50% 500/1000"
std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total);

}  // namespace comity::cli
