#include "intelligence/match/record_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/text.h"

namespace comity::intelligence::match {
namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
// A number that is larger counts parts of a second.
constexpr double kMaxAsSeconds = 1e11, kMaxAsMillis = 1e14, kMaxAsMicros = 1e17;

constexpr std::array<std::string_view, 22> kTimeFields = {
    "ts",        "timestamp",  "@timestamp", "time",           "_time",      "datetime",
    "date_time", "te",         "start_time", "starttime",      "start",      "first",
    "eventtime", "event_time", "date",       "first_switched", "flow_start", "time_local",
    "unixtime",  "epoch_time", "flow.start", "received_time"};

// Reads a text from left to right.
class TimeCursor {
  public:
    explicit TimeCursor(std::string_view text) : text_(text) {}

    std::optional<int> number(std::size_t least, std::size_t most) {
        std::size_t digits = 0;
        int value = 0;
        while (digits < most && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
            value = value * 10 + (text_[at_++] - '0');
            ++digits;
        }
        return digits < least ? std::nullopt : std::optional(value);
    }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool take_any(std::string_view chars) {
        if (at_ >= text_.size() || !chars.contains(text_[at_])) return false;
        ++at_;
        return true;
    }
    std::optional<unsigned> month() {
        static constexpr std::string_view kNames = "janfebmaraprmayjunjulaugsepoctnovdec";
        if (text_.size() - at_ < 3) return std::nullopt;
        const std::size_t found = kNames.find(lowered(text_.substr(at_, 3)));
        if (found == std::string_view::npos || found % 3 != 0) return std::nullopt;
        at_ += 3;
        return static_cast<unsigned>(found / 3 + 1);
    }
    // 12:00:00, with a fraction; microseconds of the day.
    std::optional<std::int64_t> clock() {
        const auto hour = number(2, 2);
        if (!hour || *hour > 23 || !take(':')) return std::nullopt;
        const auto minute = number(2, 2);
        if (!minute || *minute > 59 || !take(':')) return std::nullopt;
        const auto second = number(2, 2);
        if (!second || *second > 60) return std::nullopt;
        std::int64_t micros = (*hour * std::int64_t{3600} + *minute * 60 + *second) * kMicros;
        if (take_any(".,")) {
            for (std::int64_t unit = kMicros / 10; const auto digit = number(1, 1); unit /= 10)
                micros += *digit * unit;
        }
        return micros;
    }
    // "Z", "+0000", "-07:00", " +0000"; nothing there: UTC. Microseconds east of it.
    std::int64_t zone() {
        TimeCursor ahead = *this;
        ahead.take(' ');
        const int sign = ahead.take('+') ? 1 : ahead.take('-') ? -1 : 0;
        if (sign == 0) return 0;
        const auto hours = ahead.number(2, 2);
        ahead.take(':');
        const auto minutes = ahead.number(2, 2);
        return hours && minutes ? sign * (*hours * std::int64_t{3600} + *minutes * 60) * kMicros : 0;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<Time> on_day(int year, unsigned month, int day, std::int64_t micros) {
    if (day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1) return std::nullopt;
    return Time{std::chrono::sys_days(date).time_since_epoch().count() * kDay * kMicros + micros};
}

// 2026-11-29T12:00:00.5+0100, 2026-11-29 12:00:00, 2026/11/29 12:00:00
std::optional<Time> iso_time(std::string_view text) {
    TimeCursor at(text);
    const auto year = at.number(4, 4);
    if (!year || !at.take_any("-/")) return std::nullopt;
    const auto month = at.number(2, 2);
    if (!month || !at.take_any("-/")) return std::nullopt;
    const auto day = at.number(2, 2);
    if (!day || !at.take_any("Tt _")) return std::nullopt;
    const auto micros = at.clock();
    if (!micros) return std::nullopt;
    return on_day(*year, static_cast<unsigned>(*month), *day, *micros - at.zone());
}

// 10/Oct/2000:13:55:36 -0700, 29-Nov-2026 12:00:00.000
std::optional<Time> named_month_time(std::string_view text) {
    TimeCursor at(text);
    const auto day = at.number(1, 2);
    if (!day || !at.take_any("/-")) return std::nullopt;
    const auto month = at.month();
    if (!month || !at.take_any("/-")) return std::nullopt;
    const auto year = at.number(4, 4);
    if (!year || !at.take_any(": ")) return std::nullopt;
    const auto micros = at.clock();
    if (!micros) return std::nullopt;
    return on_day(*year, *month, *day, *micros - at.zone());
}

// Nov 29 12:00:00
std::optional<Time> yearless_time(std::string_view text, Time now) {
    TimeCursor at(text);
    const auto month = at.month();
    if (!month || !at.take(' ')) return std::nullopt;
    at.take(' ');
    const auto day = at.number(1, 2);
    if (!day || !at.take(' ')) return std::nullopt;
    const auto micros = at.clock();
    if (!micros) return std::nullopt;
    const auto today =
        std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(now.seconds() / kDay)));
    // A day's grace: clocks differ, and so do zones.
    for (int year = static_cast<int>(today.year()) + 1; year > static_cast<int>(today.year()) - 9; --year) {
        const auto time = on_day(year, *month, *day, *micros);
        if (time && time->micros <= now.micros + kDay * kMicros) return time;
    }
    return std::nullopt;
}

std::optional<Time> number_time(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value > 0)) return std::nullopt;
    if (value > kMaxAsMicros) {
        value /= 1e9;
    } else if (value > kMaxAsMillis) {
        value /= 1e6;
    } else if (value > kMaxAsSeconds) {
        value /= 1e3;
    }
    if (value > static_cast<double>(kMaxSeconds)) return std::nullopt;
    return Time{std::llround(value * 1e6)};
}

}  // namespace

std::optional<Time> read_log_time(std::string_view text, Time now) {
    if (auto time = iso_time(text)) return time;
    if (auto time = named_month_time(text)) return time;
    if (auto time = yearless_time(text, now)) return time;
    return number_time(text);
}

std::optional<Time> record_time(std::string_view line, const std::vector<Field>& fields, Time now) {
    std::optional<Time> told;
    auto rank = kTimeFields.end();  // the names that say most come first
    for (const Field& field : fields) {
        const auto named = std::find(kTimeFields.begin(), rank, lowered(field.name));
        if (named == rank) continue;
        if (auto time = read_log_time(field.value, now)) {
            told = time;
            rank = named;
        }
    }
    if (told) return told;
    if (line.starts_with('<')) {  // syslog's priority, and the version of RFC 5424
        line.remove_prefix(std::min(line.find('>'), line.size() - 1) + 1);
        if (line.starts_with("1 ")) line.remove_prefix(2);
    }
    if (line.starts_with('[')) return read_log_time(line.substr(1, line.find(']') - 1), now);
    if (auto time = read_log_time(line, now)) return time;
    const std::size_t bracket = line.find(" [");
    return bracket == std::string_view::npos ? std::nullopt : named_month_time(line.substr(bracket + 2));
}

}  // namespace comity::intelligence::match
