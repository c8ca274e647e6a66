#include "api/misp/freshness.h"

#include "http/date.h"

namespace comity::api::misp {

std::optional<std::string> Freshness::last_modified(const std::string& what, std::string_view etag,
                                                    Time now) {
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= kMost && !seen_.contains(what)) seen_.clear();
    auto [known, fresh] = seen_.try_emplace(what, Seen{std::string(etag), now});
    Seen& seen = known->second;
    if (seen.etag != etag) seen = {std::string(etag), now};
    if (now.seconds() - seen.since.seconds() < kSettled) return std::nullopt;
    return http::http_date(seen.since);
}

}  // namespace comity::api::misp
