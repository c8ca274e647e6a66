#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>

#include "base/time.h"

namespace comity::logging {
namespace {

std::atomic<Level> g_level{Level::kWarning};
std::atomic<Form> g_form{Form::kText};

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                           static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string line_of(std::string_view name, std::string_view event, std::initializer_list<Field> fields) {
    const std::string time = format_time_millis(system_clock().now());
    const bool json = g_form.load(std::memory_order_relaxed) == Form::kJson;
    std::string line;
    line.reserve(320);
    if (json) {
        line.append(R"({"time":")")
            .append(time)
            .append(R"(","level":")")
            .append(name)
            .append(R"(","event":)");
        append_quoted(line, event);
    } else {
        line.append(time).append(" ").append(name).append(" ").append(event);
    }
    for (const auto& [key, value] : fields) {
        if (json) {
            line += ',';
            append_quoted(line, key);
            line += ':';
        } else {
            line.append(" ").append(key).append("=");
        }
        append_quoted(line, value);
    }
    if (json) line += '}';
    line += '\n';
    return line;
}

// Lines on their way out. Never destroyed: other threads may log while the process exits.
class Output {
  public:
    static Output& get() {
        static Output& made = *new Output;
        return made;
    }

    // With whatever was held back before it.
    void write(const std::string& line) {
        const std::lock_guard lock(writing_);
        std::string out = take();
        out += line;
        put(out);
    }
    void hold_back(const std::string& line) {
        std::call_once(started_, [this] { start(); });
        bool first = false;
        bool full = false;
        {
            const std::lock_guard lock(mutex_);
            first = held_.empty();
            held_ += line;
            full = held_.size() >= kMostHeld;
        }
        if (full) {
            write({});  // or waits for the one who does
        } else if (first) {
            filled_.notify_one();
        }
    }

  private:
    static constexpr std::size_t kMostHeld = 256 * 1024;  // bytes

    Output() : logger_("comity", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        // The pattern is the bare line: the fields, time among them, are written here, not by spdlog.
        logger_.set_pattern("%v");
        logger_.set_level(spdlog::level::trace);
        logger_.flush_on(spdlog::level::trace);
    }
    void start() {
        std::atexit(flush);
        std::thread([this] {
            for (;;) {
                {
                    std::unique_lock lock(mutex_);
                    filled_.wait(lock, [this] { return !held_.empty(); });
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(kRoutineMilliseconds));
                write({});
            }
        }).detach();
    }
    std::string take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(held_, {});
    }
    void put(std::string_view lines) {
        if (lines.empty()) return;
        lines.remove_suffix(1);  // spdlog ends it
        logger_.info("{}", lines);
    }

    spdlog::logger logger_;
    std::once_flag started_;
    std::mutex writing_;  // taken before mutex_, so that lines stay in their order
    std::mutex mutex_;    // guards held_
    std::condition_variable filled_;
    std::string held_;
};

bool wanted(Level level) {
    return level >= g_level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view name, std::string_view event, std::initializer_list<Field> fields) {
    if (wanted(level)) Output::get().write(line_of(name, event, fields));
}

}  // namespace

void start(Level level, Form form) {
    g_level = level;
    g_form = form;
}

void flush() {
    Output::get().write({});
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kDebug, "debug", event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kInfo, "info", event, fields);
}
void routine(std::string_view event, std::initializer_list<Field> fields) {
    if (wanted(Level::kInfo)) Output::get().hold_back(line_of("info", event, fields));
}
void warning(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kWarning, "warning", event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kError, "error", event, fields);
}

}  // namespace comity::logging
