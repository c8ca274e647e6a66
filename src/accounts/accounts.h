// Accounts: the persons who use this node, for members whose home it is. Local to the node's database, no
// statements. An account's name is the person, "amina@cert-ke": what follows the @ is its member.
//
// Passwords are kept as Argon2id, tokens and session cookies as SHA-256 of random texts: what is in the
// database lets nobody in. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"

namespace comity::accounts {

enum class Scope { kRead, kSubmit };
std::string_view to_string(Scope scope);  // "read", "submit"
Result<Scope> parse_scope(std::string_view text);

struct Account {
    std::string name;  // "amina@cert-ke"
    std::string member;
    bool staff = true;  // the member's own people; false: a client of it
    bool disabled = false;
    Time created;
};

// Who stands behind a request, once that is established.
struct Principal {
    Account account;
    std::vector<Scope> scopes;
    std::string csrf;       // of a cookie session: what its writing requests must show; empty otherwise
    bool by_token = false;  // a token was shown, not the password or a session that it opened
    bool has(Scope scope) const;
};

struct Token {
    std::string id;
    std::string name;
    std::vector<Scope> scopes;
    Time created;
    std::optional<Time> expires;
    std::optional<Time> last_used;  // to the minute
};
struct NewToken {
    Token token;
    std::string secret;  // "comity_" and 43 characters: shown once
};
struct NewSession {
    Principal principal;
    std::string cookie;
    Time expires;
};

struct AccountsOptions {
    unsigned failures_per_minute = 10;  // by account, and by address
    unsigned session_hours = 12;
    Clock* clock = &system_clock();
};

class Accounts {
  public:
    static Result<std::unique_ptr<Accounts>> open(db::Database& database, AccountsOptions options);
    virtual ~Accounts() = default;

    // kConflict where it exists; kInvalid for a bad name or a password under 12 characters.
    virtual Result<Account> add(std::string_view name, std::string_view password, bool staff) = 0;
    virtual Result<void> set_password(std::string_view name,
                                      std::string_view password) = 0;             // ends its sessions
    virtual Result<void> set_disabled(std::string_view name, bool disabled) = 0;  // ends its sessions
    virtual Result<void> remove(std::string_view name) = 0;  // its tokens and sessions too
    virtual Result<std::vector<Account>> list() = 0;

    // kUnauthenticated without saying whether name or password was wrong, and as slow for either; kTooMany
    // after too many failures. `client` is the address that asks.
    virtual Result<NewSession> log_in(std::string_view name, std::string_view password,
                                      std::string_view client) = 0;
    virtual Result<Principal> by_session(std::string_view cookie) = 0;
    virtual Result<void> log_out(std::string_view cookie) = 0;
    // HTTP Basic: the account's password, or a token in its place. Verified passwords are remembered for a
    // few minutes (as a keyed hash, in memory), so that a client that sends them with each request does not
    // pay Argon2id each time.
    virtual Result<Principal> by_password(std::string_view name, std::string_view password,
                                          std::string_view client) = 0;

    virtual Result<NewToken> create_token(std::string_view account, std::string_view name,
                                          std::vector<Scope> scopes, std::optional<Time> expires) = 0;
    virtual Result<std::vector<Token>> tokens(std::string_view account) = 0;
    virtual Result<void> revoke_token(std::string_view account, std::string_view id) = 0;
    virtual Result<Principal> by_token(std::string_view secret) = 0;

    // The same for a thread that may wait for nobody, on a session of db::Database::reader_at_once(). Nothing
    // where nobody is found, where a password would have to be computed, or where the use of a token is to be
    // written down: then the functions above say who it is, or what is wrong.
    virtual std::optional<Principal> session_at_once(db::Session& session, std::string_view cookie) = 0;
    virtual std::optional<Principal> password_at_once(db::Session& session, std::string_view name,
                                                      std::string_view password, std::string_view client) = 0;
    virtual std::optional<Principal> token_at_once(db::Session& session, std::string_view secret) = 0;
};

}  // namespace comity::accounts
