#include "intelligence/match/log_scan.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace comity::intelligence::match {
namespace {

constexpr std::uint64_t kPart = 16u << 20;  // bytes of a plain file that one thread takes at a time
constexpr std::size_t kAheadParts = 4;      // parts a thread, scanned and waiting for their turn

// Something that one thread scans from beginning to end.
struct Task {
    std::size_t file = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // 0: the whole, as it comes
};

// What a task has to tell, in order, until its turn comes.
struct Told {
    std::vector<Glimpse> glimpses;
    std::optional<LogFields> fields;  // of a file's first part
    std::uint64_t lines = 0;
    std::uint64_t consumed = 0;
    std::optional<Error> error;
    bool done = false;
};

LogFields fields_of(const Window& window, const std::optional<LogFormat>& format) {
    if (!format) return LogFields::detect(window.text);
    LogFields fields(*format);
    if (*format == LogFormat::kCsv) fields.header(window.text.substr(0, window.text.find('\n')));
    return fields;
}

class Work {
  public:
    Work(const Catalog& catalog, const std::vector<std::string>& files, const ScanOptions& options,
         const Teller::Tell& tell)
        : catalog_(catalog), files_(files), options_(options), tell_(tell) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            const auto size = options.threads > 1 ? plain_size(files[i]) : std::nullopt;
            if (!size || *size <= kPart) {
                tasks_.push_back({i, 0, 0});
                continue;
            }
            for (std::uint64_t at = 0; at < *size; at += kPart)
                tasks_.push_back({i, at, std::min(at + kPart, *size)});
        }
        told_.resize(tasks_.size());
    }

    ScanTotals run() {
        std::vector<std::jthread> threads;
        for (unsigned i = 1; i < options_.threads && i < tasks_.size(); ++i)
            threads.emplace_back([this] { work(); });
        work();
        threads.clear();
        totals_.files = files_.size();
        return std::move(totals_);
    }

  private:
    void work() {
        Gaze gaze;
        for (;;) {
            std::size_t number = 0;
            {
                std::unique_lock lock(mutex_);
                turn_.wait(lock,
                           [&] { return next_ < turn_of_ + kAheadParts * std::max(1U, options_.threads); });
                if (next_ >= tasks_.size() || stopped_) return;
                number = next_++;
            }
            auto done = scan(gaze, number);
            const std::scoped_lock lock(mutex_);
            if (!done) told_[number].error = std::move(done).error();
            told_[number].done = true;
            for (; turn_of_ < tasks_.size() && told_[turn_of_].done; ++turn_of_) close(turn_of_);
            turn_.notify_all();
        }
    }

    Result<void> scan(Gaze& gaze, std::size_t number) {
        const Task& task = tasks_[number];
        const std::string& name = files_[task.file];
        COMITY_TRY(const auto stream,
                   task.end == 0 ? open_stream(name) : open_lines(name, task.begin, task.end));
        const std::uint64_t origin = stream->origin();
        Windows windows(*stream);
        std::uint64_t lines = 0;
        for (bool first = task.begin == 0;; first = false) {
            auto window = windows.next();
            if (!window) return within(name == "-" ? "standard input" : name, std::move(window).error());
            if (!*window) return {};
            Glimpse glimpse;
            gaze.look(catalog_, options_.now, **window, lines, glimpse);
            for (Glimpse::Line& line : glimpse.lines) line.offset += origin;

            const std::scoped_lock lock(mutex_);
            Told& told = told_[number];
            if (first) told.fields = fields_of(**window, options_.format);
            const bool unended = (*window)->ends_line && !(*window)->text.ends_with('\n');
            told.lines = lines + (unended ? 1 : 0);
            totals_.bytes += (*window)->until - (*window)->from;
            consumed_ += stream->consumed() - told.consumed;
            told.consumed = stream->consumed();
            if (!glimpse.lines.empty()) told.glimpses.push_back(std::move(glimpse));
            if (number == turn_of_) tell(number);
            if (options_.at) options_.at(consumed_);
            if (options_.stop && options_.stop()) stopped_ = true;
            if (stopped_) return {};
        }
    }

    // The rest is called with the mutex held.

    void tell(std::size_t number) {
        Told& told = told_[number];
        if (told.fields) {
            teller_ = std::make_unique<Teller>(files_[tasks_[number].file], *std::move(told.fields));
            told.fields.reset();
            lines_before_ = 0;
        }
        if (!teller_) return;
        for (const Glimpse& glimpse : told.glimpses) {
            teller_->tell(catalog_, options_.now, glimpse, lines_before_, [&](Finding&& finding) {
                ++totals_.findings;
                tell_(std::move(finding));
            });
        }
        told.glimpses.clear();
    }

    void close(std::size_t number) {
        tell(number);
        lines_before_ += told_[number].lines;
        totals_.lines += told_[number].lines;
        if (told_[number].error) totals_.errors.push_back(*std::move(told_[number].error));
        told_[number] = Told{};
        told_[number].done = true;
    }

    const Catalog& catalog_;
    const std::vector<std::string>& files_;
    const ScanOptions& options_;
    const Teller::Tell& tell_;
    std::vector<Task> tasks_;

    std::mutex mutex_;  // guards all that follows
    std::condition_variable turn_;
    std::vector<Told> told_;
    std::size_t next_ = 0;     // to be begun
    std::size_t turn_of_ = 0;  // whose findings are told
    bool stopped_ = false;
    std::unique_ptr<Teller> teller_;
    std::uint64_t lines_before_ = 0;
    std::uint64_t consumed_ = 0;
    ScanTotals totals_;
};

}  // namespace

ScanTotals scan_logs(const Catalog& catalog, const std::vector<std::string>& files,
                     const ScanOptions& options, const Teller::Tell& tell) {
    return Work(catalog, files, options, tell).run();
}

}  // namespace comity::intelligence::match
