#include "accounts/lookup.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace comity::accounts {

namespace {

constexpr std::size_t kSecretCharacters = 43;  // 32 bytes as base64url

// What a session's writing requests must show. Derived, so that it need not be stored; the cookie does not
// follow from it.
std::string csrf_of(std::string_view cookie) {
    return base64url_encode(crypto::hmac_sha256(as_bytes(cookie), as_bytes("comity csrf")).view());
}

}  // namespace

StoredAccount read_account(const db::Row& row) {
    return {.account = {.name = std::string(row.text(0)),
                        .member = std::string(row.text(1)),
                        .staff = row.integer(2) != 0,
                        .disabled = row.integer(3) != 0,
                        .created = {row.integer(4)}},
            .hash = std::string(row.text(5))};
}

std::vector<Scope> parse_scopes(std::string_view text) {
    std::vector<Scope> scopes;
    for (const Scope scope : {Scope::kRead, Scope::kSubmit}) {
        if (text.find(to_string(scope)) != std::string_view::npos) scopes.push_back(scope);
    }
    return scopes;
}

std::optional<Time> read_time(const db::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return Time{row.integer(column)};
}

Result<std::optional<StoredAccount>> find_account(db::Session& session, std::string_view name) {
    static const std::string by_name =
        fmt::format("SELECT {} FROM accounts WHERE name = $1", kAccountColumns);
    std::optional<StoredAccount> found;
    COMITY_CHECK(session.each(by_name, {name}, [&](const db::Row& row) {
        found = read_account(row);
        return false;
    }));
    return found;
}

Result<std::optional<FoundToken>> find_token(db::Session& session, std::string_view secret, Time now) {
    std::optional<FoundToken> found;
    if (!secret.starts_with(kTokenPrefix) || secret.size() != kTokenPrefix.size() + kSecretCharacters)
        return found;
    COMITY_CHECK(
        session.each("SELECT a.name, a.member, a.staff, a.disabled, a.created, a.password, t.id, "
                     "t.scopes, t.last_used"
                     " FROM tokens t JOIN accounts a ON a.name = t.account"
                     " WHERE t.hash = $1 AND (t.expires IS NULL OR t.expires > $2)",
                     {crypto::sha256(as_bytes(secret)), now.micros}, [&](const db::Row& row) {
                         found = FoundToken{{read_account(row).account, parse_scopes(row.text(7)), {}, true},
                                            std::string(row.text(6)),
                                            read_time(row, 8)};
                         return false;
                     }));
    if (found && found->principal.account.disabled) found.reset();
    return found;
}

Principal session_principal(const Account& account, std::string_view cookie) {
    return {account, {Scope::kRead, Scope::kSubmit}, csrf_of(cookie)};
}

Result<std::optional<Principal>> find_session(db::Session& session, std::string_view cookie, Time now) {
    std::optional<Principal> found;
    if (cookie.size() != kSecretCharacters) return found;
    COMITY_CHECK(
        session.each("SELECT a.name, a.member, a.staff, a.disabled, a.created, a.password FROM sessions s"
                     " JOIN accounts a ON a.name = s.account WHERE s.hash = $1 AND s.expires > $2",
                     {crypto::sha256(as_bytes(cookie)), now.micros}, [&](const db::Row& row) {
                         const Account account = read_account(row).account;
                         if (!account.disabled) found = session_principal(account, cookie);
                         return false;
                     }));
    return found;
}

}  // namespace comity::accounts
