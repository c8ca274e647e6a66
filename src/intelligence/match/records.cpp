#include "intelligence/match/records.h"

#include <algorithm>

#include "intelligence/match/record_time.h"

namespace comity::intelligence::match {

Result<Records> Records::open(const std::string& file, const std::optional<LogFormat>& format, Time now) {
    COMITY_TRY(auto stream, open_stream(file));
    return Records(std::move(stream), format, now);
}

// Another window; false at the end.
Result<bool> Records::more() {
    COMITY_TRY(const auto window, windows_->next());
    if (!window) return false;
    window_ = *window;
    at_ = window_.from;
    if (!begun_) {
        begun_ = true;
        fields_ = format_ ? LogFields(*format_) : LogFields::detect(window_.text);
        if (format_ == LogFormat::kCsv) fields_.header(window_.text.substr(0, window_.text.find('\n')));
    }
    return true;
}

Result<std::optional<LogRecord>> Records::next() {
    for (;;) {
        if (at_ >= window_.until) {
            COMITY_TRY(const bool any, more());
            if (!any) return std::optional<LogRecord>();
        }
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
        if (fields_.format() == LogFormat::kJson && !line.starts_with('{')) {
            if (!line.empty()) ++passed_over_;
            continue;
        }
        LogRecord record{line_, {}, false, fields_.fields(line)};
        if (record.fields.empty()) {
            if (!line.empty()) ++passed_over_;
            continue;
        }
        const auto time = record_time(line, record.fields, now_);
        record.timed = time.has_value();
        if (time) last_ = time;
        record.at = last_.value_or(now_);
        return record;
    }
}

}  // namespace comity::intelligence::match
