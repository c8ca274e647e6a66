// One page from a remote source, whatever that source answers.
//
// The remote is not trusted: answers are bounded in size and time, redirects are not followed, pages that
// lead nowhere (a `next` twice, more without a way to it, an empty page with more behind it) end the walk
// with an error, objects that break STIX's rules are rejected one by one.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "http/client.h"
#include "intelligence/import/understanding.h"
#include "intelligence/pull/pulls.h"

namespace comity::intelligence::pull {

inline constexpr std::size_t kMaxPage = 16u << 20;  // bytes of one answer

struct Page {
    std::vector<std::string> objects;
    InputKind kind = InputKind::kStix;
    std::string title;
    PullState state;    // to be kept once the objects are durable
    bool more = false;  // ask again at once
};

// The client should have a limit of kMaxPage on what it takes. `secret`: the password or token, or empty.
// Errors name what the remote did.
Result<Page> fetch_page(http::Client& client, const PullConfig& config, const std::string& secret,
                        const PullState& state);

}  // namespace comity::intelligence::pull
