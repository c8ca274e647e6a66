#include "intelligence/match/records.h"

#include <algorithm>

#include "intelligence/match/record_time.h"

namespace comity::intelligence::match {

LogFields RecordLines::fields_of(std::string_view beginning, const std::optional<LogFormat>& format) {
    LogFields fields = format ? LogFields(*format) : LogFields::detect(beginning);
    if (fields.format() == LogFormat::kCsv) fields.header(beginning.substr(0, beginning.find('\n')));
    return fields;
}

void RecordLines::begin(LogFields fields, std::uint64_t lines, std::optional<Time> last) {
    fields_ = std::move(fields);
    window_ = {};
    at_ = 0;
    in_line_ = false;
    line_ = lines;
    last_ = last;
}

void RecordLines::take(const Window& window) {
    window_ = window;
    at_ = window.from;
}

std::optional<LogRecord> RecordLines::next(Time now) {
    while (at_ < window_.until) {
        const bool begins = !in_line_;
        const std::size_t newline = window_.text.find('\n', at_);
        const std::size_t end = std::min(newline, window_.until);
        const std::string_view line = window_.text.substr(at_, end - at_);
        const bool whole = begins && (newline < window_.until || window_.ends_line);
        in_line_ = newline >= window_.until && !window_.ends_line;
        at_ = newline < window_.until ? newline + 1 : window_.until;
        if (begins) ++line_;
        if (fields_.format() == LogFormat::kText) continue;
        if (!whole || line.size() > kMaxRecord) {
            if (begins) ++passed_over_;
            continue;
        }
        if (line.starts_with('#') && fields_.format() == LogFormat::kZeek) {
            fields_.comment(line);
            continue;
        }
        if (line_ == 1 && fields_.first_is_header()) continue;
        if (fields_.format() == LogFormat::kJson && !line.starts_with('{') &&
            !line.starts_with("\xef\xbb\xbf{")) {
            if (!line.empty()) ++passed_over_;
            continue;
        }
        LogRecord record{line_, window_.offset + at_, {}, false, fields_.fields(line)};
        if (record.fields.empty()) {
            if (!line.empty()) ++passed_over_;
            continue;
        }
        const auto time = record_time(line, record.fields, now);
        record.timed = time.has_value();
        if (time) last_ = time;
        record.at = last_.value_or(now);
        return record;
    }
    return std::nullopt;
}

Result<Records> Records::open(const std::string& file, const std::optional<LogFormat>& format, Time now) {
    COMITY_TRY(auto stream, open_stream(file));
    return Records(std::move(stream), format, now);
}

Result<std::optional<LogRecord>> Records::next() {
    for (;;) {
        if (auto record = lines_.next(now_)) return record;
        COMITY_TRY(const auto window, windows_->next());
        if (!window) return std::optional<LogRecord>();
        if (!begun_) lines_.begin(RecordLines::fields_of(window->text, format_), 0);
        begun_ = true;
        lines_.take(*window);
    }
}

}  // namespace comity::intelligence::match
