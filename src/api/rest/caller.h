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

// problem(), and with 401 what RFC 9110 asks for.
http::Response refusal(const Error& error, const http::Request& request);

// The caller who must be logged in: an account's own business. kUnauthenticated.
Result<const accounts::Principal*> logged_in(const Caller& caller);

// The member whose own people ask for what is theirs alone; `what` names it. The scope is asked of tokens.
Result<std::string> own_people(const Caller& caller, accounts::Scope scope, std::string_view what);

// ?limit=, 1 to 1000; 100 where it is not given.
Result<std::size_t> limit_of(const http::Request& request);
// The body as JSON. kInvalid.
Result<json::Value> body_of(const http::Request& request);
Failure bad_cursor();
// A decimal number without sign. kInvalid.
Result<std::uint64_t> number_of(std::string_view text, std::string where, std::uint64_t max);
// {"items":[...],"next":...}
http::Response page_of(const std::vector<std::string>& items, const std::optional<std::string>& next);

std::string time_of(ledger::Witnessed seconds);  // "2026-11-24T10:00:00Z"
json::Value end_of(ledger::Witnessed seconds);   // the same, null for kNever

}  // namespace comity::api::rest
