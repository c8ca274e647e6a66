// A progress bar on standard error for what takes longer than a second; nothing where nobody looks (no
// terminal). One thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace comity::cli {

// A bar for what tells how far it is. One thread.
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

// A line with the seconds gone for what tells nothing until it is done, drawn by a thread of its own. Nothing
// else may write to `err` while it stands.
class Waiting {
  public:
    Waiting(std::ostream& err, bool terminal, std::string what);
    ~Waiting();  // takes the line away
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

  private:
    void draw();

    std::ostream& err_;
    const std::string what_;
    std::mutex mutex_;  // guards done_
    std::condition_variable changed_;
    bool done_ = false;
    std::jthread drawer_;  // the last: it uses the others
};

// "checking tiles [##########          ] 50% 500/1000"
std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total);

}  // namespace comity::cli
