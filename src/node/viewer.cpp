#include "node/viewer.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/sha256.h"

namespace comity::node {
namespace {

constexpr std::size_t kMaxCredentials = 4096;

Result<accounts::Principal> by_header(accounts::Accounts& accounts, std::string_view header,
                                      const std::string& client) {
    const std::size_t space = header.find(' ');
    if (space == std::string_view::npos || header.size() > kMaxCredentials) {
        return unauthenticated("the Authorization header is malformed",
                               "send \"Bearer\" and a token, or HTTP Basic");
    }
    const std::string_view scheme = header.substr(0, space);
    std::string_view credentials = header.substr(space);
    while (credentials.starts_with(' ')) credentials.remove_prefix(1);
    while (credentials.ends_with(' ')) credentials.remove_suffix(1);
    if (same_word(scheme, "Bearer") || same_word(scheme, "Token")) return accounts.by_token(credentials);
    if (!same_word(scheme, "Basic")) {
        return unauthenticated("the Authorization header's scheme is not known",
                               "Bearer, Token and Basic are");
    }
    const auto decoded = base64_decode(credentials);
    if (!decoded) return unauthenticated("the Authorization header's Basic credentials are not base64");
    const std::string_view pair = as_text(*decoded);
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos)
        return unauthenticated("the Authorization header's Basic credentials have no colon");
    return accounts.by_password(pair.substr(0, colon), pair.substr(colon + 1), client);
}

bool changes_nothing(http::Method method) {
    return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

}  // namespace

Result<std::optional<accounts::Principal>> authenticate(accounts::Accounts& accounts,
                                                        const http::Request& request) {
    if (const auto header = request.header("Authorization")) {
        COMITY_TRY(accounts::Principal principal, by_header(accounts, *header, request.client));
        return principal;
    }
    const auto cookie = request.cookie(kSessionCookie);
    if (!cookie || cookie->empty()) return std::nullopt;
    COMITY_TRY(accounts::Principal principal, accounts.by_session(*cookie));
    if (!changes_nothing(request.method)) {
        // A page elsewhere can make the browser send the cookie, but cannot read what the session must show
        // (CSRF).
        const std::string_view shown = request.header(kCsrfHeader).value_or("");
        if (principal.csrf.empty() ||
            !crypto::equal_in_constant_time(as_bytes(shown), as_bytes(principal.csrf))) {
            return refused(std::string(kCsrfHeader), "is missing or not this session's",
                           "send the session's csrf value in it");
        }
    }
    return principal;
}

ledger::Viewer viewer_of(const ledger::Roll& roll, const std::optional<accounts::Principal>& principal) {
    if (!principal) return {};
    const accounts::Account& account = principal->account;
    return ledger::viewer_of(roll, account.member, account.name, account.staff);
}

}  // namespace comity::node
