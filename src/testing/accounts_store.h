// What the tests of accounts share: accounts on a database of each engine, and a clock to set.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "accounts/accounts.h"
#include "testing/clock.h"
#include "testing/database.h"

namespace comity::testing {

inline constexpr std::string_view kAccountPassword = "correct horse battery";
inline constexpr std::string_view kWrongPassword = "incorrect horse battery";
inline constexpr std::string_view kClientAddress = "192.0.2.1";

class AccountsStore : public DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        database_ = database().open();
        accounts_ = open_accounts(*database_);
    }

    std::unique_ptr<accounts::Accounts> open_accounts(db::Database& database, unsigned failures = 10) {
        auto opened = accounts::Accounts::open(
            database, {.failures_per_minute = failures, .session_hours = 12, .clock = &clock_});
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? *std::move(opened) : nullptr;
    }

    accounts::Account add(std::string_view name = "amina@cert-ke", bool staff = true) {
        auto added = accounts_->add(name, kAccountPassword, staff);
        EXPECT_TRUE(added) << added.error().message();
        return added.value_or(accounts::Account{});
    }

    template <typename T>
    static ErrorKind kind_of(const Result<T>& result) {
        EXPECT_FALSE(result);
        return result ? ErrorKind::kInternal : result.error().kind;
    }

    TestClock clock_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<accounts::Accounts> accounts_;
};

}  // namespace comity::testing
