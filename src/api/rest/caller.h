// What every handler needs: who calls, and errors as problems.
#pragma once

#include <functional>

#include "http/router.h"
#include "node/node.h"
#include "node/viewer.h"

namespace comity::api::rest {

struct Caller {
    std::optional<accounts::Principal> principal;
    ledger::Viewer viewer;
};

using Answer = Result<http::Response>;
using Handler = std::function<Answer(const http::Request&, const Caller&)>;

// Establishes the caller (reading needs the scope `read` where there are credentials), and turns errors into
// problems; what depends on the caller is not to be cached by others.
http::Router::Handler guarded(node::Node& node, Handler handler);

// The caller who must be logged in: an account's own business.
Result<const accounts::Principal*> logged_in(const Caller& caller);

// ?limit=, 1 to 1000; 100 where it is not given.
Result<std::size_t> limit_of(const http::Request& request);
// The body as a JSON object. kInvalid.
Result<json::Value> body_of(const http::Request& request);
// {"items":[...],"next":...}
http::Response page_of(const std::vector<std::string>& items, const std::optional<std::string>& next);

std::string time_of(ledger::Witnessed seconds);  // "2026-11-24T10:00:00Z"
json::Value end_of(ledger::Witnessed seconds);   // the same, null for kNever

}  // namespace comity::api::rest
