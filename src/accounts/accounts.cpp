#include "accounts/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "accounts/lookup.h"
#include "accounts/name.h"
#include "accounts/password_check.h"
#include "base/encoding.h"
#include "base/logging.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "db/migration.h"

namespace comity::accounts {

namespace {

constexpr std::array kMigrations{
    db::Migration{
        1,
        "CREATE TABLE accounts("
        "  name TEXT NOT NULL PRIMARY KEY, member TEXT NOT NULL, staff INTEGER NOT NULL,"
        "  disabled INTEGER NOT NULL, created INTEGER NOT NULL, password TEXT NOT NULL);"
        "CREATE TABLE tokens("
        "  id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,"
        "  created INTEGER NOT NULL, expires INTEGER, last_used INTEGER, hash BLOB NOT NULL UNIQUE);"
        "CREATE INDEX tokens_by_account ON tokens(account, created);"
        "CREATE TABLE sessions("
        "  hash BLOB NOT NULL PRIMARY KEY, account TEXT NOT NULL, expires INTEGER NOT NULL);"
        "CREATE INDEX sessions_by_account ON sessions(account);"},
};

constexpr std::size_t kSecretBytes = 32;    // of a token and of a cookie
constexpr std::size_t kMaxTokenName = 100;  // bytes
constexpr std::int64_t kMaxTokensOfAccount = 1000;
constexpr std::int64_t kLastUsedMicros = 60'000'000;  // last_used is kept to the minute

std::string scopes_text(const std::vector<Scope>& scopes) {
    std::string text;
    for (const Scope scope : {Scope::kRead, Scope::kSubmit}) {
        if (std::ranges::find(scopes, scope) == scopes.end()) continue;
        if (!text.empty()) text += ' ';
        text += to_string(scope);
    }
    return text;
}

std::optional<std::int64_t> micros_of(const std::optional<Time>& time) {
    if (!time) return std::nullopt;
    return time->micros;
}

Failure wrong_token() {
    return unauthenticated("the token is not valid", "it may have expired or been revoked: make a new one");
}
Failure no_session() {
    return unauthenticated("not logged in", "log in");
}

class StoredAccounts final : public Accounts {
  public:
    StoredAccounts(db::Database& database, AccountsOptions options)
        : database_(database), options_(options), passwords_(options.failures_per_minute, *options.clock) {}

    Result<Account> add(std::string_view name, std::string_view password, bool staff) override {
        COMITY_TRY(const std::string member, member_of(name));
        COMITY_CHECK(check_password(password));
        COMITY_TRY(const std::string hash, passwords_.hash(password));
        Account account{
            .name = std::string(name), .member = member, .staff = staff, .disabled = false, .created = now()};
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(const std::int64_t added,
                   tx->run("INSERT INTO accounts(name, member, staff, disabled, created, password)"
                           " VALUES($1, $2, $3, 0, $4, $5) ON CONFLICT(name) DO NOTHING",
                           account.name, account.member, account.staff, account.created.micros, hash));
        if (added == 0)
            return conflict(account.name, "the account exists already",
                            "comity account password changes its password");
        COMITY_CHECK(tx->commit());
        return account;
    }

    Result<void> set_password(std::string_view name, std::string_view password) override {
        COMITY_CHECK(check_password(password));
        COMITY_TRY(const std::string hash, passwords_.hash(password));
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(const std::int64_t changed,
                   tx->run("UPDATE accounts SET password = $2 WHERE name = $1", name, hash));
        if (changed == 0) return no_account(name);
        COMITY_CHECK(tx->run("DELETE FROM sessions WHERE account = $1", name));
        return tx->commit();
    }

    Result<void> set_disabled(std::string_view name, bool disabled) override {
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(const std::int64_t changed,
                   tx->run("UPDATE accounts SET disabled = $2 WHERE name = $1", name, disabled));
        if (changed == 0) return no_account(name);
        COMITY_CHECK(tx->run("DELETE FROM sessions WHERE account = $1", name));
        return tx->commit();
    }

    Result<void> remove(std::string_view name) override {
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_CHECK(tx->run("DELETE FROM sessions WHERE account = $1", name));
        COMITY_CHECK(tx->run("DELETE FROM tokens WHERE account = $1", name));
        COMITY_TRY(const std::int64_t removed, tx->run("DELETE FROM accounts WHERE name = $1", name));
        if (removed == 0) return no_account(name);
        return tx->commit();
    }

    Result<std::vector<Account>> list() override {
        COMITY_TRY(const auto reader, database_.reader());
        std::vector<Account> accounts;
        COMITY_CHECK(reader->each(fmt::format("SELECT {} FROM accounts ORDER BY name", kAccountColumns), {},
                                  [&](const db::Row& row) {
                                      accounts.push_back(read_account(row).account);
                                      return true;
                                  }));
        return accounts;
    }

    Result<NewSession> log_in(std::string_view name, std::string_view password,
                              std::string_view client) override {
        COMITY_TRY(const StoredAccount stored, check_log_in(name, password, client));
        const Account& account = stored.account;
        const std::string cookie = crypto::random_text(kSecretBytes);
        const Time expires{now().micros + std::int64_t{options_.session_hours} * 3'600'000'000};
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_CHECK(tx->run("DELETE FROM sessions WHERE expires <= $1", now().micros));
        // The account may have been changed while the password was being verified: then its sessions must not
        // outlive that.
        COMITY_TRY(const std::optional<StoredAccount> still, find_account(*tx, account.name));
        if (!still || still->account.disabled || still->hash != stored.hash) return wrong_log_in();
        COMITY_CHECK(tx->run("INSERT INTO sessions(hash, account, expires) VALUES($1, $2, $3)",
                             crypto::sha256(as_bytes(cookie)), account.name, expires.micros));
        COMITY_CHECK(tx->commit());
        return NewSession{session_principal(account, cookie), cookie, expires};
    }

    Result<Principal> by_session(std::string_view cookie) override {
        COMITY_TRY(const auto reader, database_.reader());
        COMITY_TRY(auto found, find_session(*reader, cookie, now()));
        if (!found) return no_session();
        return *std::move(found);
    }
    std::optional<Principal> session_at_once(db::Session& session, std::string_view cookie) override {
        return find_session(session, cookie, now()).value_or(std::nullopt);
    }

    Result<void> log_out(std::string_view cookie) override {
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_CHECK(tx->run("DELETE FROM sessions WHERE hash = $1", crypto::sha256(as_bytes(cookie))));
        return tx->commit();
    }

    Result<Principal> by_password(std::string_view name, std::string_view password,
                                  std::string_view client) override {
        if (password.starts_with(kTokenPrefix)) {
            auto principal = by_token(password);
            if (principal && principal->account.name != name) return wrong_token();
            return principal;
        }
        COMITY_TRY(StoredAccount stored, check_log_in(name, password, client));
        return Principal{std::move(stored.account), {Scope::kRead, Scope::kSubmit}, {}};
    }

    std::optional<Principal> password_at_once(db::Session& session, std::string_view name,
                                              std::string_view password, std::string_view client) override {
        if (password.starts_with(kTokenPrefix)) {
            auto principal = token_at_once(session, password);
            return principal && principal->account.name == name ? std::move(principal) : std::nullopt;
        }
        auto stored = find_account(session, name).value_or(std::nullopt);
        if (!stored || stored->account.disabled || !passwords_.verified(name, stored->hash, password, client))
            return std::nullopt;
        return Principal{std::move(stored->account), {Scope::kRead, Scope::kSubmit}, {}};
    }

    Result<NewToken> create_token(std::string_view account, std::string_view name, std::vector<Scope> scopes,
                                  std::optional<Time> expires) override {
        if (name.empty() || name.size() > kMaxTokenName) {
            return invalid("name", fmt::format("must have 1 to {} bytes", kMaxTokenName),
                           "say what the token is for");
        }
        if (scopes.empty()) return invalid("scopes", "is empty", "give read, submit or both");
        if (expires && *expires <= now()) return invalid("expires", "lies in the past", "give a later time");
        NewToken made{{.id = hex_encode(crypto::random_bytes(8)),
                       .name = std::string(name),
                       .scopes = parse_scopes(scopes_text(scopes)),
                       .created = now(),
                       .expires = expires,
                       .last_used = std::nullopt},
                      std::string(kTokenPrefix) + crypto::random_text(kSecretBytes)};
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(const auto found, find_account(*tx, account));
        if (!found) return no_account(account);
        COMITY_TRY(const auto count,
                   tx->integer("SELECT COUNT(*) FROM tokens WHERE account = $1", {account}));
        if (count.value_or(0) >= kMaxTokensOfAccount) {
            return conflict("tokens", fmt::format("the account has {} already", kMaxTokensOfAccount),
                            "revoke some");
        }
        COMITY_CHECK(
            tx->run("INSERT INTO tokens(id, account, name, scopes, created, expires, last_used, hash)"
                    " VALUES($1, $2, $3, $4, $5, $6, NULL, $7)",
                    made.token.id, account, name, scopes_text(scopes), made.token.created.micros,
                    micros_of(expires), crypto::sha256(as_bytes(made.secret))));
        COMITY_CHECK(tx->commit());
        return made;
    }

    Result<std::vector<Token>> tokens(std::string_view account) override {
        COMITY_TRY(const auto reader, database_.reader());
        COMITY_TRY(const auto found, find_account(*reader, account));
        if (!found) return no_account(account);
        std::vector<Token> list;
        COMITY_CHECK(
            reader->each("SELECT id, name, scopes, created, expires, last_used FROM tokens WHERE account = "
                         "$1 ORDER BY created, id",
                         {account}, [&](const db::Row& row) {
                             list.push_back({.id = std::string(row.text(0)),
                                             .name = std::string(row.text(1)),
                                             .scopes = parse_scopes(row.text(2)),
                                             .created = {row.integer(3)},
                                             .expires = read_time(row, 4),
                                             .last_used = read_time(row, 5)});
                             return true;
                         }));
        return list;
    }

    Result<void> revoke_token(std::string_view account, std::string_view id) override {
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(const std::int64_t removed,
                   tx->run("DELETE FROM tokens WHERE account = $1 AND id = $2", account, id));
        if (removed == 0) {
            return not_found(fmt::format("{} has no token {}", account, id),
                             "comity token list shows what there is");
        }
        return tx->commit();
    }

    Result<Principal> by_token(std::string_view secret) override {
        std::optional<FoundToken> found;
        {
            COMITY_TRY(const auto reader, database_.reader());
            COMITY_TRY(found, find_token(*reader, secret, now()));
        }
        if (!found) return wrong_token();
        note_use(*found);
        return std::move(found->principal);
    }
    std::optional<Principal> token_at_once(db::Session& session, std::string_view secret) override {
        auto found = find_token(session, secret, now()).value_or(std::nullopt);
        if (!found || !noted(*found)) return std::nullopt;
        return std::move(found->principal);
    }

  private:
    Time now() const { return options_.clock->now(); }

    static Failure no_account(std::string_view name) {
        return not_found(fmt::format("there is no account {}", name),
                         "comity account list shows what there is");
    }

    // Name and password belong together and the account is not disabled.
    Result<StoredAccount> check_log_in(std::string_view name, std::string_view password,
                                       std::string_view client) {
        std::optional<StoredAccount> stored;
        {
            COMITY_TRY(const auto reader, database_.reader());
            COMITY_TRY(stored, find_account(*reader, name));
        }
        const bool open = stored && !stored->account.disabled;
        COMITY_CHECK(passwords_.check(name, open ? std::string_view(stored->hash) : std::string_view(),
                                      password, client));
        return *stored;
    }

    bool recent(Time used) const {
        const Time time = now();
        return time >= used && time.micros - used.micros < kLastUsedMicros;
    }
    // Whether the token's use within this minute is kept, or being written.
    bool noted(const FoundToken& token) {
        if (token.last_used && recent(*token.last_used)) return true;
        const std::lock_guard lock(noted_mutex_);
        const auto known = noted_.find(token.id);
        return known != noted_.end() && recent(known->second);
    }
    // Notes that a token was used, to the minute. That it cannot be noted (a full disk) refuses nobody.
    void note_use(const FoundToken& token) {
        if (noted(token)) return;
        const Time time = now();
        {
            const std::lock_guard lock(noted_mutex_);
            std::erase_if(noted_, [&](const auto& entry) { return !recent(entry.second); });
            if (!noted_.try_emplace(token.id, time).second) return;  // another was first
        }
        const auto write = [&]() -> Result<void> {
            COMITY_TRY(const auto tx, database_.begin());
            COMITY_CHECK(tx->run("UPDATE tokens SET last_used = $2 WHERE id = $1", token.id, time.micros));
            return tx->commit();
        };
        if (const auto written = write(); !written) {
            logging::warning("token-use-not-noted", {{"cause", written.error().message()}});
        }
    }

    db::Database& database_;
    const AccountsOptions options_;
    PasswordCheck passwords_;
    std::mutex noted_mutex_;                       // guards noted_; nothing else is taken while it is held
    std::unordered_map<std::string, Time> noted_;  // tokens whose use was noted within the last minute
};

}  // namespace

std::string_view to_string(Scope scope) {
    return scope == Scope::kRead ? "read" : "submit";
}

Result<Scope> parse_scope(std::string_view text) {
    if (text == "read") return Scope::kRead;
    if (text == "submit") return Scope::kSubmit;
    return invalid("scope", fmt::format("\"{}\" is none", text), "write read or submit");
}

bool Principal::has(Scope scope) const {
    return std::ranges::find(scopes, scope) != scopes.end();
}

Result<std::unique_ptr<Accounts>> Accounts::open(db::Database& database, AccountsOptions options) {
    COMITY_CHECK(db::migrate(database, "accounts", kMigrations));
    return std::make_unique<StoredAccounts>(database, options);
}

}  // namespace comity::accounts
