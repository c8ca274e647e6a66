#include "node/viewer.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "testing/clock.h"
#include "testing/folder.h"

namespace comity::node {
namespace {

constexpr std::string_view kPassword = "a password: with a colon";

class Viewers : public ::testing::Test {
  protected:
    void SetUp() override {
        database_ = *db::Database::open({.url = "sqlite:" + (folder_ / "accounts.db")});
        auto opened = accounts::Accounts::open(*database_, {.clock = &clock_});
        ASSERT_TRUE(opened) << opened.error().message();
        accounts_ = *std::move(opened);
        ASSERT_TRUE(accounts_->add("amina@cert-ke", kPassword, true));
    }
    Result<std::optional<accounts::Principal>> ask(std::vector<std::pair<std::string, std::string>> headers,
                                                   http::Method method = http::Method::kGet) {
        http::Request request;
        request.method = method;
        request.headers = std::move(headers);
        request.client = "127.0.0.1";
        return authenticate(*accounts_, request);
    }
    static std::string basic(std::string_view pair) { return "Basic " + base64_encode(as_bytes(pair)); }
    std::string token() {
        return accounts_->create_token("amina@cert-ke", "t", {accounts::Scope::kRead}, std::nullopt)->secret;
    }

    testing::TemporaryFolder folder_;
    testing::TestClock clock_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<accounts::Accounts> accounts_;
};

TEST_F(Viewers, AreThePublicWithoutCredentials) {
    const auto nobody = ask({});
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(*nobody);
    EXPECT_FALSE(viewer_of(ledger::Roll{}, *nobody).known());
    EXPECT_FALSE(*ask({{"Cookie", "other=1; comity_session="}}));
}

TEST_F(Viewers, ComeByTokenInEitherScheme) {
    const std::string secret = token();
    for (const std::string scheme : {"Bearer ", "Token ", "bearer ", "TOKEN  "}) {
        const auto principal = ask({{"Authorization", scheme + secret}});
        ASSERT_TRUE(principal) << principal.error().message();
        EXPECT_EQ((*principal)->account.name, "amina@cert-ke");
    }
}

TEST_F(Viewers, ComeByPasswordWhateverItHolds) {
    const auto principal = ask({{"Authorization", basic("amina@cert-ke:" + std::string(kPassword))}});
    ASSERT_TRUE(principal) << principal.error().message();
    EXPECT_EQ((*principal)->account.name, "amina@cert-ke");
    EXPECT_TRUE(ask({{"authorization", basic("amina@cert-ke:" + token())}}));  // a token in its place
}

TEST_F(Viewers, AreRefusedWithCredentialsThatAreNotGood) {
    for (const std::string& header :
         {std::string("Bearer"), std::string("Bearer "), std::string("Bearer x"), std::string(""),
          std::string("Digest abc"), std::string("Basic ?"), basic("amina@cert-ke"), basic(":"),
          basic("amina@cert-ke:wrong"), basic("nobody@cert-ke:wrong"), "Bearer " + std::string(5000, 'a')}) {
        const auto principal = ask({{"Authorization", header}});
        ASSERT_FALSE(principal) << header;
        EXPECT_EQ(principal.error().kind, ErrorKind::kUnauthenticated) << header;
    }
    const auto stale = ask({{"Cookie", "comity_session=nonsense"}});
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().kind, ErrorKind::kUnauthenticated);
}

TEST_F(Viewers, ShowTheSessionsValueToChangeSomething) {
    const auto session = accounts_->log_in("amina@cert-ke", kPassword, "127.0.0.1");
    ASSERT_TRUE(session) << session.error().message();
    const std::pair<std::string, std::string> cookie{"Cookie", "a=b; comity_session=" + session->cookie};
    const std::string csrf = session->principal.csrf;
    EXPECT_TRUE(*ask({cookie}));
    EXPECT_TRUE(*ask({cookie}, http::Method::kHead));
    for (const auto method :
         {http::Method::kPost, http::Method::kPut, http::Method::kPatch, http::Method::kDelete}) {
        EXPECT_TRUE(ask({cookie, {"X-CSRF-Token", csrf}}, method));
        for (const std::string& wrong : {std::string(), csrf + "x", csrf.substr(1)}) {
            const auto refusal = ask({cookie, {"X-CSRF-Token", wrong}}, method);
            ASSERT_FALSE(refusal);
            EXPECT_EQ(refusal.error().kind, ErrorKind::kRefused);
        }
        EXPECT_FALSE(ask({cookie}, method));
    }
    // A header is no cookie: no other page can make a browser send it.
    EXPECT_TRUE(ask({cookie, {"Authorization", "Bearer " + token()}}, http::Method::kPost));
    // And one that is not good is not made up for by a cookie.
    EXPECT_FALSE(ask({cookie, {"Authorization", "Bearer x"}}));
}

TEST_F(Viewers, HaveTheGroupsThatTheRollSays) {
    ledger::Roll roll;
    roll.members["cert-ke"].id = "cert-ke";
    roll.groups["cert-ug/responders"] = {"cert-ke", "cert-ug"};
    roll.groups["cert-ug/others"] = {"cert-ug"};
    const auto principal = ask({{"Authorization", "Bearer " + token()}});
    ASSERT_TRUE(principal);
    const ledger::Viewer viewer = viewer_of(roll, *principal);
    EXPECT_EQ(viewer.member, "cert-ke");
    EXPECT_EQ(viewer.person, "amina@cert-ke");
    EXPECT_TRUE(viewer.staff);
    EXPECT_EQ(viewer.groups, std::vector<std::string>{"cert-ug/responders"});
}

TEST_F(Viewers, AreThePublicWhereTheirMemberIsNoneOrHasLeft) {
    ledger::Roll roll;
    roll.groups["cert-ug/responders"] = {"cert-ke"};
    const auto principal = ask({{"Authorization", "Bearer " + token()}});
    ASSERT_TRUE(principal);
    EXPECT_FALSE(viewer_of(roll, *principal).known());
    roll.members["cert-ke"].left = 5;
    EXPECT_FALSE(viewer_of(roll, *principal).known());
    EXPECT_TRUE(viewer_of(roll, *principal).groups.empty());
}

}  // namespace
}  // namespace comity::node
