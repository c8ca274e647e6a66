#include "base/time.h"

#include <fmt/format.h>
#include <chrono>
#include <optional>

namespace comity {
namespace {

// A cursor over the text that reads fixed-width numbers.
struct Reader {
    std::string_view text;
    std::size_t at = 0;

    std::optional<int> number(std::size_t digits) {
        if (at + digits > text.size()) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = text[at + i];
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        at += digits;
        return value;
    }
    bool take(char c) {
        if (at >= text.size() || text[at] != c) return false;
        ++at;
        return true;
    }
};

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

Failure bad(std::string_view part) {
    return invalid("time", fmt::format("the {} is not as RFC 3339 has it", part),
                   "write 2026-11-23T18:52:00.123Z");
}

}  // namespace

Result<Time> parse_time(std::string_view text) {
    Reader in{text};
    const auto year = in.number(4);
    if (!year || !in.take('-')) return bad("year");
    const auto month = in.number(2);
    if (!month || !in.take('-')) return bad("month");
    const auto day = in.number(2);
    if (!day || !in.take('T')) return bad("day");
    const auto hour = in.number(2);
    if (!hour || *hour > 23 || !in.take(':')) return bad("hour");
    const auto minute = in.number(2);
    if (!minute || *minute > 59 || !in.take(':')) return bad("minute");
    const auto second = in.number(2);
    if (!second || *second > 60) return bad("second");
    std::int64_t fraction = 0;
    if (in.take('.')) {
        int digits = 0;
        for (; in.at < text.size() && text[in.at] >= '0' && text[in.at] <= '9'; ++in.at, ++digits) {
            if (digits < 6) fraction = fraction * 10 + (text[in.at] - '0');
        }
        if (digits == 0 || digits > 9) return bad("fraction");
        for (; digits < 6; ++digits) fraction *= 10;
    }
    int offset_minutes = 0;
    if (!in.take('Z')) {
        const int sign = in.take('+') ? 1 : in.take('-') ? -1 : 0;
        if (sign == 0) return bad("offset");
        const auto offset_hour = in.number(2);
        if (!offset_hour || *offset_hour > 23 || !in.take(':')) return bad("offset");
        const auto offset_minute = in.number(2);
        if (!offset_minute || *offset_minute > 59) return bad("offset");
        offset_minutes = sign * (*offset_hour * 60 + *offset_minute);
    }
    if (in.at != text.size()) return bad("end");
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (*year < 1 || !date.ok()) return bad("date");
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86'400 + *hour * 3'600 + *minute * 60 + *second - offset_minutes * 60;
    // An offset or a leap second may lead out of the years that can be written again.
    if (seconds < kFirstSecond || seconds > kLastSecond) return bad("date");
    return Time{seconds * 1'000'000 + fraction};
}

namespace {
void append_digits(std::string& out, std::int64_t number, std::size_t digits) {
    const std::size_t start = out.size();
    out.append(digits, '0');
    for (std::size_t i = start + digits; i-- > start; number /= 10)
        out[i] = static_cast<char>('0' + number % 10);
}

// By hand: it stands in every answer and in every line of a list of objects.
std::string format(Time time, bool micros) {
    const std::int64_t seconds = time.seconds();
    const auto fraction = time.micros - seconds * 1'000'000;
    const std::int64_t days = (seconds >= 0 ? seconds : seconds - 86'399) / 86'400;
    const std::int64_t rest = seconds - days * 86'400;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    const int year = static_cast<int>(date.year());
    std::string text;
    text.reserve(27);
    if (year >= 0 && year <= 9999) {
        append_digits(text, year, 4);
    } else {
        text = fmt::format("{:04}", year);
    }
    const auto part = [&](char mark, std::int64_t number, std::size_t digits) {
        text += mark;
        append_digits(text, number, digits);
    };
    part('-', static_cast<unsigned>(date.month()), 2);
    part('-', static_cast<unsigned>(date.day()), 2);
    part('T', rest / 3600, 2);
    part(':', rest / 60 % 60, 2);
    part(':', rest % 60, 2);
    if (micros) {
        part('.', fraction, 6);
    } else {
        part('.', fraction / 1000, 3);
    }
    return text += 'Z';
}

class SystemClock final : public Clock {
  public:
    Time now() override {
        return {std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count()};
    }
};
}  // namespace

std::string format_time_millis(Time time) {
    return format(time, false);
}
std::string format_time_micros(Time time) {
    return format(time, true);
}

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace comity
