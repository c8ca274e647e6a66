#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <atomic>
#include <memory>

#include "base/time.h"

namespace comity::logging {
namespace {

std::atomic<Level> g_level{Level::kWarning};
std::atomic<Form> g_form{Form::kText};

spdlog::logger& sink() {
    // The pattern is the bare line: the fields, time among them, are written here, not by spdlog.
    static const std::shared_ptr<spdlog::logger> logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("comity", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    return out + '"';
}

void write(Level level, std::string_view name, std::string_view event, std::initializer_list<Field> fields) {
    if (level < g_level.load(std::memory_order_relaxed)) return;
    const std::string time = format_time_millis(system_clock().now());
    std::string line;
    if (g_form.load(std::memory_order_relaxed) == Form::kJson) {
        line = fmt::format(R"({{"time":"{}","level":"{}","event":{})", time, name, quoted(event));
        for (const auto& [key, value] : fields) line += fmt::format(",{}:{}", quoted(key), quoted(value));
        line += '}';
    } else {
        line = fmt::format("{} {} {}", time, name, event);
        for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, quoted(value));
    }
    sink().info("{}", line);
}

}  // namespace

void start(Level level, Form form) {
    g_level = level;
    g_form = form;
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kDebug, "debug", event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kInfo, "info", event, fields);
}
void warning(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kWarning, "warning", event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
    write(Level::kError, "error", event, fields);
}

}  // namespace comity::logging
