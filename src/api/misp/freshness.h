// Last-Modified for answers that have no time of their own: when this process first saw the answer as it is
// now. Thread-safe.
//
// Another process on the same database may have seen it at another time, and an answer may become again what
// it was. So If-Modified-Since is held to the very time that was given out (as nginx does), and that is given
// out only once the answer has stood for some seconds: two answers of one second can't be taken for each
// other.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace comity::api::misp {

class Freshness {
  public:
    // `what` is asked for, `etag` is what it is now. Nothing where that is too new to have a time.
    std::optional<std::string> last_modified(const std::string& what, std::string_view etag, Time now);

  private:
    static constexpr std::size_t kMost = 10'000;
    static constexpr std::int64_t kSettled = 2;  // seconds
    struct Seen {
        std::string etag;
        Time since;
    };
    std::mutex mutex_;  // guards seen_
    std::map<std::string, Seen> seen_;
};

}  // namespace comity::api::misp
