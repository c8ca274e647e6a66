// Who somebody is, told to those that may wait for nobody.
#include "testing/accounts_store.h"

namespace comity::accounts {
namespace {

using testing::AccountsStore;
constexpr auto kPassword = testing::kAccountPassword;
constexpr auto kWrong = testing::kWrongPassword;
constexpr auto kClient = testing::kClientAddress;

class AccountsAtOnce : public AccountsStore {};
INSTANTIATE_TEST_SUITE_P(Engines, AccountsAtOnce, comity::testing::each_engine(),
                         comity::testing::engine_name);

// What is told at once is what is told otherwise, or nothing.
TEST_P(AccountsAtOnce, TellsAtOnceWhatNeedsNoWaiting) {
    const auto session = database_->reader();  // one that may wait does as well
    const std::string name = add().name;
    const auto by_password = [&](std::string_view password) {
        return accounts_->password_at_once(**session, name, password, kClient).has_value();
    };
    EXPECT_FALSE(by_password(kPassword)) << "it would have to be computed";
    ASSERT_TRUE(accounts_->by_password(name, kPassword, kClient));
    EXPECT_TRUE(by_password(kPassword));
    EXPECT_FALSE(by_password(kWrong));
    EXPECT_FALSE(accounts_->password_at_once(**session, "nobody@cert-ke", kPassword, kClient));

    const auto token = accounts_->create_token(name, "t", {Scope::kRead}, std::nullopt);
    ASSERT_TRUE(token);
    const auto by_token = [&] { return accounts_->token_at_once(**session, token->secret); };
    EXPECT_FALSE(by_token()) << "its use is to be noted";
    EXPECT_FALSE(by_password(token->secret));
    ASSERT_TRUE(accounts_->by_token(token->secret));
    ASSERT_TRUE(by_token());
    EXPECT_EQ(by_token()->account.name, name);
    EXPECT_EQ(by_token()->scopes, std::vector{Scope::kRead});
    EXPECT_TRUE(by_token()->by_token);
    EXPECT_TRUE(by_password(token->secret));
    EXPECT_FALSE(accounts_->password_at_once(**session, "brian@cert-ke", token->secret, kClient));
    EXPECT_FALSE(accounts_->token_at_once(**session, token->secret + "x"));
    clock_.advance_seconds(61);
    EXPECT_FALSE(by_token()) << "its use is to be noted again";
    ASSERT_TRUE(accounts_->by_token(token->secret));
    EXPECT_TRUE(by_token());

    const auto opened = accounts_->log_in(name, kPassword, kClient);
    ASSERT_TRUE(opened);
    const auto by_session = [&] { return accounts_->session_at_once(**session, opened->cookie); };
    ASSERT_TRUE(by_session());
    EXPECT_EQ(by_session()->csrf, opened->principal.csrf);
    EXPECT_FALSE(accounts_->session_at_once(**session, "x"));

    ASSERT_TRUE(accounts_->set_disabled(name, true));
    EXPECT_FALSE(by_password(kPassword));
    EXPECT_FALSE(by_token());
    EXPECT_FALSE(by_session());
    ASSERT_TRUE(accounts_->set_disabled(name, false));
    EXPECT_TRUE(by_token());
    ASSERT_TRUE(accounts_->set_password(name, "another long password"));
    EXPECT_FALSE(by_password(kPassword));
    ASSERT_TRUE(accounts_->revoke_token(name, token->token.id));
    EXPECT_FALSE(by_token());
}

TEST_P(AccountsAtOnce, AFailedLogInTooManyIsNotPassedOverAtOnce) {
    const auto strict = open_accounts(*database_, 2);
    const auto session = database_->reader();
    const std::string name = add().name;
    ASSERT_TRUE(strict->by_password(name, kPassword, kClient));
    EXPECT_TRUE(strict->password_at_once(**session, name, kPassword, kClient));
    for (int i = 0; i < 2; ++i) EXPECT_FALSE(strict->by_password(name, kWrong, kClient));
    EXPECT_EQ(kind_of(strict->by_password(name, kPassword, kClient)), ErrorKind::kTooMany);
    EXPECT_FALSE(strict->password_at_once(**session, name, kPassword, kClient));
}

}  // namespace
}  // namespace comity::accounts
