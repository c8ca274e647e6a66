// Whose an account's name, a token or a session's cookie is: a row by its key, on whichever session is given.
// Nothing where nobody is found: no such row, an expired one, an account that is disabled. What a password
// needs besides is password_check.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts.h"

namespace comity::accounts {

inline constexpr std::string_view kTokenPrefix = "comity_";
inline constexpr std::string_view kAccountColumns = "name, member, staff, disabled, created, password";

struct StoredAccount {
    Account account;
    std::string hash;  // of its password
};
StoredAccount read_account(const db::Row& row);  // of kAccountColumns, from the first
std::vector<Scope> parse_scopes(std::string_view text);
std::optional<Time> read_time(const db::Row& row, int column);

// Disabled ones too.
Result<std::optional<StoredAccount>> find_account(db::Session& session, std::string_view name);

struct FoundToken {
    Principal principal;
    std::string id;
    std::optional<Time> last_used;
};
Result<std::optional<FoundToken>> find_token(db::Session& session, std::string_view secret, Time now);

Principal session_principal(const Account& account, std::string_view cookie);
Result<std::optional<Principal>> find_session(db::Session& session, std::string_view cookie, Time now);

}  // namespace comity::accounts
