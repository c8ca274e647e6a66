// The client's side of an answer that goes on, as server-sent events do (event_stream.h): one line, as long
// as it lasts.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "http/client.h"

namespace comity::http {

struct LineOptions {
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::seconds silence{45};  // a line on which nothing comes for so long is given up
    std::string ca_file{};             // as ClientOptions has it
};

// Gives the answer's bytes to `take` as they come, until that returns false or the server ends it. Of another
// status than 200 nothing is given: the answer is as Client::send has it. kUnavailable where there is no
// line, or it breaks off or is silent.
Result<Response> follow_line(const std::string& url, const Client::Headers& headers,
                             const LineOptions& options, const std::function<bool(std::string_view)>& take);

}  // namespace comity::http
