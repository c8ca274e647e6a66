#include "api/misp/freshness.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace comity::api::misp {

std::string http_date(Time time) {
    static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto seconds = static_cast<std::time_t>(time.seconds());
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                       kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<std::string> Freshness::last_modified(const std::string& what, std::string_view etag,
                                                    Time now) {
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= kMost && !seen_.contains(what)) seen_.clear();
    auto [known, fresh] = seen_.try_emplace(what, Seen{std::string(etag), now});
    Seen& seen = known->second;
    if (seen.etag != etag) seen = {std::string(etag), now};
    if (now.seconds() - seen.since.seconds() < kSettled) return std::nullopt;
    return http_date(seen.since);
}

}  // namespace comity::api::misp
