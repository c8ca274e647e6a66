#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "testing/accounts_store.h"

namespace comity::accounts {
namespace {

using testing::AccountsStore;
constexpr auto kPassword = testing::kAccountPassword;
constexpr auto kWrong = testing::kWrongPassword;
constexpr auto kClient = testing::kClientAddress;

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(AccountsStore, KeepsWhatItIsGiven) {
    add("brian@cert-ke", false);
    add();
    const auto list = accounts_->list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 2u);
    EXPECT_EQ((*list)[0].name, "amina@cert-ke");
    EXPECT_EQ((*list)[0].member, "cert-ke");
    EXPECT_TRUE((*list)[0].staff);
    EXPECT_FALSE((*list)[0].disabled);
    EXPECT_EQ((*list)[0].created, clock_.now());
    EXPECT_FALSE((*list)[1].staff);
}

TEST_P(AccountsStore, RefusesASecondOfTheSameNameABadNameAndAWeakPassword) {
    add();
    EXPECT_EQ(kind_of(accounts_->add("amina@cert-ke", kPassword, true)), ErrorKind::kConflict);
    EXPECT_EQ(kind_of(accounts_->add("amina", kPassword, true)), ErrorKind::kInvalid);
    EXPECT_EQ(kind_of(accounts_->add("b@cert-ke", "short", true)), ErrorKind::kInvalid);
    EXPECT_EQ(accounts_->list()->size(), 1u);
}

TEST_P(AccountsStore, NeitherPasswordNorTokenNorCookieStandsInTheDatabase) {
    add();
    const auto token = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    ASSERT_TRUE(token);
    ASSERT_TRUE(session);
    const auto reader = database_->reader();
    ASSERT_TRUE(reader);
    for (const auto& [table, columns] : {std::pair{"accounts", 6}, {"tokens", 8}, {"sessions", 3}}) {
        ASSERT_TRUE(
            (*reader)->each(std::string("SELECT * FROM ") + table, {}, [&, n = columns](const db::Row& row) {
                for (int i = 0; i < n; ++i) {
                    const std::string bytes = std::string(row.text(i)) + std::string(as_text(row.blob(i)));
                    EXPECT_THAT(bytes, ::testing::Not(HasSubstr(std::string(kPassword))));
                    EXPECT_THAT(bytes, ::testing::Not(HasSubstr(token->secret)));
                    EXPECT_THAT(bytes, ::testing::Not(HasSubstr(session->cookie)));
                }
                return true;
            }));
    }
    EXPECT_THAT((*reader)->text("SELECT password FROM accounts").value().value(), HasSubstr("$argon2id$"));
}

TEST_P(AccountsStore, ALogInGivesASessionThatEnds) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    ASSERT_TRUE(session) << session.error().message();
    EXPECT_EQ(session->cookie.size(), 43u);
    EXPECT_EQ(session->expires.seconds(), clock_.now().seconds() + 12 * 3600);
    const auto principal = accounts_->by_session(session->cookie);
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->account.name, "amina@cert-ke");
    EXPECT_TRUE(principal->has(Scope::kRead));
    EXPECT_TRUE(principal->has(Scope::kSubmit));
    EXPECT_EQ(principal->csrf, session->principal.csrf);
    EXPECT_EQ(principal->csrf.size(), 43u);
    EXPECT_NE(principal->csrf, session->cookie);
    EXPECT_EQ(principal->account.member, "cert-ke");
    EXPECT_EQ(principal->account.name, "amina@cert-ke");
    EXPECT_TRUE(principal->account.staff);
    clock_.advance_seconds(12 * 3600 - 1);
    EXPECT_TRUE(accounts_->by_session(session->cookie));
    clock_.advance_seconds(1);
    EXPECT_EQ(kind_of(accounts_->by_session(session->cookie)), ErrorKind::kUnauthenticated);
}

TEST_P(AccountsStore, ALogOutEndsThatSessionAlone) {
    add();
    const auto one = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    const auto two = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    ASSERT_TRUE(one && two);
    EXPECT_NE(one->cookie, two->cookie);
    EXPECT_TRUE(accounts_->log_out(one->cookie));
    EXPECT_FALSE(accounts_->by_session(one->cookie));
    EXPECT_TRUE(accounts_->by_session(two->cookie));
    EXPECT_TRUE(accounts_->log_out("no such cookie"));
}

TEST_P(AccountsStore, ForgedCookiesAndTokensAreRefused) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    const auto token = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(session && token);
    for (std::size_t i = 0; i < session->cookie.size(); ++i) {
        std::string forged = session->cookie;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(accounts_->by_session(forged));
        EXPECT_FALSE(accounts_->by_session(session->cookie.substr(0, i)));
        EXPECT_FALSE(accounts_->by_token(token->secret.substr(0, i)));
    }
    EXPECT_FALSE(accounts_->by_session(session->cookie + "A"));
    EXPECT_FALSE(accounts_->by_token(token->secret + "A"));
    EXPECT_FALSE(accounts_->by_token(session->cookie)) << "a cookie is no token";
    EXPECT_FALSE(accounts_->by_session(token->secret)) << "nor a token a cookie";
    EXPECT_FALSE(accounts_->by_session(std::string(1'000'000, 'A')));
    EXPECT_FALSE(accounts_->by_token("comity_' OR 1=1 --"));
    EXPECT_FALSE(accounts_->log_in("' OR 1=1 --", kPassword, kClient));
}

TEST_P(AccountsStore, UnknownNamesAndWrongPasswordsAreAnsweredAlike) {
    add();
    const auto unknown = accounts_->log_in("nobody@cert-ke", kPassword, kClient);
    const auto wrong = accounts_->log_in("amina@cert-ke", kWrong, kClient);
    ASSERT_TRUE(accounts_->set_disabled("amina@cert-ke", true));
    const auto disabled = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    ASSERT_FALSE(unknown || wrong || disabled);
    EXPECT_EQ(unknown.error(), wrong.error());
    EXPECT_EQ(unknown.error(), disabled.error());
    EXPECT_EQ(unknown.error().kind, ErrorKind::kUnauthenticated);
    EXPECT_FALSE(accounts_->log_in("amina@cert-ke", "", kClient));
    EXPECT_FALSE(accounts_->log_in("amina@cert-ke", std::string(1'000'000, 'x'), kClient));
    EXPECT_FALSE(accounts_->log_in(std::string(1'000'000, 'x'), kPassword, kClient));
}

TEST_P(AccountsStore, TooManyFailuresCloseTheAccountForAMinute) {
    accounts_ = open_accounts(*database_, 3);
    add();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(kind_of(accounts_->log_in("amina@cert-ke", kWrong, "192.0.2." + std::to_string(i))),
                  ErrorKind::kUnauthenticated);
    }
    EXPECT_EQ(kind_of(accounts_->log_in("amina@cert-ke", kPassword, "198.51.100.1")), ErrorKind::kTooMany)
        << "the right password must not tell itself by getting through";
    EXPECT_EQ(kind_of(accounts_->by_password("amina@cert-ke", kPassword, "198.51.100.1")),
              ErrorKind::kTooMany);
    clock_.advance_seconds(59);
    EXPECT_EQ(kind_of(accounts_->log_in("amina@cert-ke", kPassword, "198.51.100.1")), ErrorKind::kTooMany);
    clock_.advance_seconds(1);
    EXPECT_TRUE(accounts_->log_in("amina@cert-ke", kPassword, "198.51.100.1"));
}

TEST_P(AccountsStore, OneAddressThatTriesManyNamesIsClosedToo) {
    accounts_ = open_accounts(*database_, 3);
    add();
    for (const char* name : {"a@x", "b@x", "c@x"}) {
        EXPECT_EQ(kind_of(accounts_->by_password(name, kWrong, "2001:db8::1")), ErrorKind::kUnauthenticated);
    }
    EXPECT_EQ(kind_of(accounts_->log_in("amina@cert-ke", kPassword, "2001:db8::2")), ErrorKind::kTooMany);
    EXPECT_TRUE(accounts_->log_in("amina@cert-ke", kPassword, kClient));
}

TEST_P(AccountsStore, ARememberedPasswordDoesNotLiftTheLimit) {
    accounts_ = open_accounts(*database_, 2);
    add();
    EXPECT_TRUE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(accounts_->by_password("amina@cert-ke", kWrong, "192.0.2.7"));
    EXPECT_EQ(kind_of(accounts_->by_password("amina@cert-ke", kPassword, kClient)), ErrorKind::kTooMany);
}

TEST_P(AccountsStore, ParallelGuessesDoNotGetMoreTries) {
    accounts_ = open_accounts(*database_, 3);
    add();
    std::atomic<int> tried = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                const auto answer =
                    accounts_->log_in("amina@cert-ke", kWrong, "192.0.2." + std::to_string(i));
                if (!answer && answer.error().kind == ErrorKind::kUnauthenticated) ++tried;
            });
        }
    }
    EXPECT_GE(tried, 3);
    EXPECT_LE(tried, 4) << "one more may be under way when the limit is reached";
}

TEST_P(AccountsStore, AChangedPasswordEndsSessionsAndIsNotRemembered) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    ASSERT_TRUE(session);
    EXPECT_TRUE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    ASSERT_TRUE(accounts_->set_password("amina@cert-ke", "another good password"));
    EXPECT_FALSE(accounts_->by_session(session->cookie));
    EXPECT_FALSE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    EXPECT_TRUE(accounts_->by_password("amina@cert-ke", "another good password", kClient));
    EXPECT_EQ(kind_of(accounts_->set_password("nobody@cert-ke", kPassword)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(accounts_->set_password("amina@cert-ke", "short")), ErrorKind::kInvalid);
}

TEST_P(AccountsStore, AChangeByAnotherProcessCountsAtOnce) {
    add();
    EXPECT_TRUE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    const auto other_database = database().open();
    const auto other = open_accounts(*other_database);
    ASSERT_TRUE(other->set_disabled("amina@cert-ke", true));
    EXPECT_FALSE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    ASSERT_TRUE(other->set_disabled("amina@cert-ke", false));
    ASSERT_TRUE(other->set_password("amina@cert-ke", "another good password"));
    EXPECT_FALSE(accounts_->by_password("amina@cert-ke", kPassword, kClient));
    ASSERT_TRUE(other->remove("amina@cert-ke"));
    EXPECT_FALSE(accounts_->by_password("amina@cert-ke", "another good password", kClient));
}

TEST_P(AccountsStore, ADisabledAccountOpensNothing) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    const auto token = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(session && token);
    ASSERT_TRUE(accounts_->set_disabled("amina@cert-ke", true));
    EXPECT_FALSE(accounts_->by_session(session->cookie));
    EXPECT_FALSE(accounts_->by_token(token->secret));
    EXPECT_FALSE(accounts_->by_password("amina@cert-ke", token->secret, kClient));
    ASSERT_TRUE(accounts_->set_disabled("amina@cert-ke", false));
    EXPECT_FALSE(accounts_->by_session(session->cookie)) << "its sessions have ended";
    EXPECT_TRUE(accounts_->by_token(token->secret)) << "its tokens have not";
    EXPECT_EQ(kind_of(accounts_->set_disabled("nobody@cert-ke", true)), ErrorKind::kNotFound);
}

TEST_P(AccountsStore, ARemovedAccountComesBackWithNothing) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    const auto token = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(session && token);
    ASSERT_TRUE(accounts_->remove("amina@cert-ke"));
    EXPECT_EQ(kind_of(accounts_->remove("amina@cert-ke")), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(accounts_->tokens("amina@cert-ke")), ErrorKind::kNotFound);
    add();
    EXPECT_FALSE(accounts_->by_session(session->cookie));
    EXPECT_FALSE(accounts_->by_token(token->secret));
    EXPECT_THAT(*accounts_->tokens("amina@cert-ke"), IsEmpty());
}

TEST_P(AccountsStore, TokensAreShownOnceScopedAndRevocable) {
    add();
    add("brian@cert-ke");
    const Time later{clock_.now().micros + 90ll * 86'400 * 1'000'000};
    const auto made = accounts_->create_token("amina@cert-ke", "SIEM", {Scope::kRead, Scope::kRead}, later);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_TRUE(made->secret.starts_with("comity_"));
    EXPECT_EQ(made->secret.size(), 50u);
    const auto principal = accounts_->by_token(made->secret);
    ASSERT_TRUE(principal);
    EXPECT_TRUE(principal->has(Scope::kRead));
    EXPECT_FALSE(principal->has(Scope::kSubmit));
    EXPECT_THAT(principal->csrf, IsEmpty());
    const auto list = accounts_->tokens("amina@cert-ke");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1u);
    EXPECT_EQ((*list)[0].id, made->token.id);
    EXPECT_EQ((*list)[0].name, "SIEM");
    EXPECT_EQ((*list)[0].scopes, std::vector{Scope::kRead});
    EXPECT_EQ((*list)[0].expires, later);
    EXPECT_EQ(kind_of(accounts_->revoke_token("brian@cert-ke", made->token.id)), ErrorKind::kNotFound)
        << "nobody revokes another's token";
    EXPECT_TRUE(accounts_->by_token(made->secret));
    ASSERT_TRUE(accounts_->revoke_token("amina@cert-ke", made->token.id));
    EXPECT_EQ(kind_of(accounts_->by_token(made->secret)), ErrorKind::kUnauthenticated);
    EXPECT_EQ(kind_of(accounts_->revoke_token("amina@cert-ke", made->token.id)), ErrorKind::kNotFound);
}

TEST_P(AccountsStore, ATokenStandsForThePasswordOfItsOwnAccountOnly) {
    add();
    add("brian@cert-ke");
    const auto made = accounts_->create_token("amina@cert-ke", "t", {Scope::kSubmit}, std::nullopt);
    ASSERT_TRUE(made);
    const auto principal = accounts_->by_password("amina@cert-ke", made->secret, kClient);
    ASSERT_TRUE(principal);
    EXPECT_TRUE(principal->has(Scope::kSubmit));
    EXPECT_FALSE(principal->has(Scope::kRead)) << "the token's scopes, not the account's";
    EXPECT_FALSE(accounts_->by_password("brian@cert-ke", made->secret, kClient));
}

TEST_P(AccountsStore, ATokenEndsWhenItSays) {
    add();
    const auto made =
        accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, Time{clock_.now().micros + 10'000'000});
    ASSERT_TRUE(made);
    clock_.advance_seconds(9);
    EXPECT_TRUE(accounts_->by_token(made->secret));
    clock_.advance_seconds(1);
    EXPECT_FALSE(accounts_->by_token(made->secret));
    EXPECT_EQ(kind_of(accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, clock_.now())),
              ErrorKind::kInvalid);
    EXPECT_EQ(kind_of(accounts_->create_token("amina@cert-ke", "t", {}, std::nullopt)), ErrorKind::kInvalid);
    EXPECT_EQ(kind_of(accounts_->create_token("amina@cert-ke", "", {Scope::kRead}, std::nullopt)),
              ErrorKind::kInvalid);
    EXPECT_EQ(kind_of(accounts_->create_token("nobody@x", "t", {Scope::kRead}, std::nullopt)),
              ErrorKind::kNotFound);
}

TEST_P(AccountsStore, TheLastUseOfATokenIsKeptToTheMinute) {
    add();
    const auto made = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(made);
    const auto last_used = [&] { return accounts_->tokens("amina@cert-ke")->at(0).last_used; };
    EXPECT_EQ(last_used(), std::nullopt);
    const Time first = clock_.now();
    EXPECT_TRUE(accounts_->by_token(made->secret));
    EXPECT_EQ(last_used(), first);
    clock_.advance_seconds(59);
    EXPECT_TRUE(accounts_->by_token(made->secret));
    EXPECT_EQ(last_used(), first) << "not written again within the minute";
    clock_.advance_seconds(1);
    EXPECT_TRUE(accounts_->by_token(made->secret));
    EXPECT_EQ(last_used(), clock_.now());
}

TEST_P(AccountsStore, SurvivesARestart) {
    add();
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, kClient);
    const auto token = accounts_->create_token("amina@cert-ke", "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(session && token);
    accounts_.reset();
    database_ = database().open();
    accounts_ = open_accounts(*database_);
    const auto principal = accounts_->by_session(session->cookie);
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->csrf, session->principal.csrf);
    EXPECT_TRUE(accounts_->by_token(token->secret));
    EXPECT_TRUE(accounts_->log_in("amina@cert-ke", kPassword, kClient));
}

TEST(Scope, ReadsBackWhatItWrites) {
    EXPECT_EQ(parse_scope(to_string(Scope::kRead)).value(), Scope::kRead);
    EXPECT_EQ(parse_scope(to_string(Scope::kSubmit)).value(), Scope::kSubmit);
    EXPECT_FALSE(parse_scope("admin"));
    EXPECT_FALSE(parse_scope(""));
}

INSTANTIATE_TEST_SUITE_P(Engines, AccountsStore, comity::testing::each_engine(),
                         comity::testing::engine_name);

}  // namespace
}  // namespace comity::accounts
