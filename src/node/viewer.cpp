#include "node/viewer.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/sha256.h"

namespace comity::node {
namespace {

constexpr std::size_t kMaxCredentials = 4096;

// What a request shows, taken apart.
struct Credentials {
    enum class Kind { kNone, kToken, kPassword, kCookie };
    Kind kind = Kind::kNone;
    std::string name;  // of a password's account
    std::string secret;
};

Result<Credentials> read_header(std::string_view header) {
    const std::size_t space = header.find(' ');
    if (space == std::string_view::npos || header.size() > kMaxCredentials) {
        return unauthenticated("the Authorization header is malformed",
                               "send \"Bearer\" and a token, or HTTP Basic");
    }
    const std::string_view scheme = header.substr(0, space);
    std::string_view credentials = header.substr(space);
    while (credentials.starts_with(' ')) credentials.remove_prefix(1);
    while (credentials.ends_with(' ')) credentials.remove_suffix(1);
    if (same_word(scheme, "Bearer") || same_word(scheme, "Token"))
        return Credentials{Credentials::Kind::kToken, {}, std::string(credentials)};
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
    return Credentials{Credentials::Kind::kPassword, std::string(pair.substr(0, colon)),
                       std::string(pair.substr(colon + 1))};
}

Result<Credentials> read_credentials(const http::Request& request) {
    if (const auto header = request.header("Authorization")) return read_header(*header);
    const auto cookie = request.cookie(kSessionCookie);
    if (!cookie || cookie->empty()) return Credentials{};
    return Credentials{Credentials::Kind::kCookie, {}, std::string(*cookie)};
}

bool changes_nothing(http::Method method) {
    return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

}  // namespace

Result<std::optional<accounts::Principal>> authenticate(accounts::Accounts& accounts,
                                                        const http::Request& request) {
    COMITY_TRY(const Credentials shown, read_credentials(request));
    std::optional<accounts::Principal> principal;
    switch (shown.kind) {
        case Credentials::Kind::kNone:
            break;
        case Credentials::Kind::kToken: {
            COMITY_TRY(principal, accounts.by_token(shown.secret));
            break;
        }
        case Credentials::Kind::kPassword: {
            COMITY_TRY(principal, accounts.by_password(shown.name, shown.secret, request.client));
            break;
        }
        case Credentials::Kind::kCookie: {
            COMITY_TRY(principal, accounts.by_session(shown.secret));
            if (changes_nothing(request.method)) break;
            // A page elsewhere can make the browser send the cookie, but cannot read what the session must
            // show (CSRF).
            const std::string_view token = request.header(kCsrfHeader).value_or("");
            if (principal->csrf.empty() ||
                !crypto::equal_in_constant_time(as_bytes(token), as_bytes(principal->csrf))) {
                return refused(std::string(kCsrfHeader), "is missing or not this session's",
                               "send the session's csrf value in it");
            }
        }
    }
    return principal;
}

std::optional<Asker> authenticate_at_once(accounts::Accounts& accounts, db::Session& session,
                                          const http::Request& request) {
    const auto shown = read_credentials(request);
    if (!shown || !changes_nothing(request.method)) return std::nullopt;
    std::optional<accounts::Principal> principal;
    switch (shown->kind) {
        case Credentials::Kind::kNone:
            return Asker{};
        case Credentials::Kind::kToken:
            principal = accounts.token_at_once(session, shown->secret);
            break;
        case Credentials::Kind::kPassword:
            principal = accounts.password_at_once(session, shown->name, shown->secret, request.client);
            break;
        case Credentials::Kind::kCookie:
            principal = accounts.session_at_once(session, shown->secret);
    }
    if (!principal) return std::nullopt;
    return Asker{std::move(principal)};
}

ledger::Viewer viewer_of(const ledger::Roll& roll, const std::optional<accounts::Principal>& principal) {
    if (!principal) return {};
    const accounts::Account& account = principal->account;
    return ledger::viewer_of(roll, account.member, account.name, account.staff);
}

}  // namespace comity::node
