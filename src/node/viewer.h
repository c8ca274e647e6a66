// Who asks: from a request's credentials to a viewer. Shared by all doors of the node that speak HTTP.
//
//     COMITY_TRY(const auto principal, authenticate(node, request));
//     const ledger::Viewer viewer = viewer_of(node, principal);
//
// Taken are, in this order: `Authorization: Bearer <token>` (RFC 6750) or `Token <token>`, `Authorization:
// Basic` (RFC 7617; the account's name, and its password or a token), and the cookie `comity_session`.
#pragma once

#include <optional>

#include "accounts/accounts.h"
#include "http/message.h"
#include "ledger/ledger.h"
#include "node/node.h"

namespace comity::node {

inline constexpr std::string_view kSessionCookie = "comity_session";
inline constexpr std::string_view kCsrfHeader = "X-CSRF-Token";

// Nothing where the request carries no credentials. kUnauthenticated where it carries some that are not good,
// or in a scheme that is not known; kTooMany after too many failures; kRefused where a request other than
// GET, HEAD or OPTIONS comes with a cookie alone and its X-CSRF-Token is not the session's. Scopes are the
// caller's to check. Thread-safe.
Result<std::optional<accounts::Principal>> authenticate(accounts::Accounts& accounts,
                                                        const http::Request& request);
inline Result<std::optional<accounts::Principal>> authenticate(Node& node, const http::Request& request) {
    return authenticate(node.accounts(), request);
}

// The same for a thread that may wait for nobody, on a session of db::Database::reader_at_once(); for
// requests that change nothing. Nothing where it takes longer to tell, or they are not good: authenticate()
// then.
struct Asker {
    std::optional<accounts::Principal> principal;  // nothing: the public
};
std::optional<Asker> authenticate_at_once(accounts::Accounts& accounts, db::Session& session,
                                          const http::Request& request);

// With the groups that the roll has the principal's member in. The public without a principal, and where its
// member is none, or no longer: an account outlives its member's leaving.
ledger::Viewer viewer_of(const ledger::Roll& roll, const std::optional<accounts::Principal>& principal);
inline ledger::Viewer viewer_of(Node& node, const std::optional<accounts::Principal>& principal) {
    return viewer_of(*node.ledger().roll(), principal);
}

}  // namespace comity::node
