#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ::testing::HasSubstr;
using testing::problem_of;
using testing::RestServer;

class RestAccounts : public ::testing::Test {
  protected:
    RestAccounts() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        server_.add_account("amina@cert-ke");
    }

    json::Object session(const http::Client::Headers& headers = {}) {
        return server_.get_json("/api/v1/session", headers).as_object();
    }
    http::Response create_token(const http::Client::Headers& headers, std::string_view body) {
        return server_.post("/api/v1/tokens", body, headers);
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(RestAccounts, OpenASessionByPasswordAndCloseIt) {
    EXPECT_EQ(session(), (json::Object{{"account", nullptr}}));
    const http::Response response = server_.try_log_in("amina@cert-ke");
    ASSERT_EQ(response.status, 200);
    const std::string cookie(response.find("Set-Cookie").value_or(""));
    EXPECT_THAT(cookie,
                ::testing::MatchesRegex(
                    "comity_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"));
    EXPECT_EQ(response.find("Cache-Control"), "no-store");

    const RestServer::Session open = server_.log_in("amina@cert-ke");
    const json::Object expected{{"account", "amina@cert-ke"},
                                {"member", "cert-ke"},
                                {"staff", true},
                                {"scopes", json::Array{"read", "submit"}},
                                {"csrf", open.csrf}};
    EXPECT_EQ(session(open.reading()), expected);
    const http::Response closed = server_.ask(Method::kDelete, "/api/v1/session", open.writing());
    EXPECT_EQ(closed.status, 204);
    EXPECT_THAT(std::string(closed.find("Set-Cookie").value_or("")), HasSubstr("Max-Age=0"));
    EXPECT_EQ(server_.get("/api/v1/session", open.reading()).status, 401);
}

TEST_F(RestAccounts, ForgetASessionWhenItsTimeHasCome) {
    const RestServer::Session open = server_.log_in("amina@cert-ke");
    server_.clock().advance_seconds(12 * 3600 - 1);
    EXPECT_EQ(server_.get("/api/v1/session", open.reading()).status, 200);
    server_.clock().advance_seconds(1);
    EXPECT_EQ(server_.get("/api/v1/session", open.reading()).status, 401);
    EXPECT_EQ(server_.get("/api/v1/node", open.reading()).status, 401);
    const http::Response late =
        server_.submit_here(community_.share("cert-ke", {testing::indicator(1)}), open.writing());
    EXPECT_EQ(late.status, 401);
    EXPECT_EQ(server_.log_size(), 1u);
}

TEST_F(RestAccounts, DoNotTellWhetherNameOrPasswordWasWrong) {
    const http::Response name = server_.try_log_in("nobody@cert-ke");
    const http::Response password = server_.try_log_in("amina@cert-ke", "another password");
    EXPECT_EQ(name.status, 401);
    EXPECT_EQ(problem_of(name), problem_of(password));
    EXPECT_FALSE(name.find("Set-Cookie"));
}

TEST_F(RestAccounts, NameTheFieldOfALogInThatIsWrong) {
    const std::pair<std::string_view, std::string_view> bodies[] = {
        {"", "body"},
        {"{", "body"},
        {"{}x", "body"},
        {"[]", ""},
        {"{}", "account"},
        {R"({"account":"amina@cert-ke"})", "password"},
        {R"({"account":7,"password":"x"})", "account"},
        {R"({"account":"","password":"x"})", "account"},
        {R"({"account":"a@b","password":"x","remember":true})", "remember"},
        {R"({"account":"a@b","account":"c@d","password":"x"})", "body"}};
    for (const auto& [body, where] : bodies) {
        const http::Response response = server_.post("/api/v1/session", body);
        EXPECT_EQ(response.status, 400) << body;
        if (where.empty()) continue;
        const json::Object problem = problem_of(response);
        ASSERT_TRUE(problem.contains("where")) << body;
        EXPECT_THAT(std::string(problem.at("where").as_string()), ::testing::StartsWith(std::string(where)))
            << body;
        EXPECT_FALSE(response.find("Set-Cookie"));
    }
}

// A form of another site's can send these without being asked, and JSON not.
TEST_F(RestAccounts, LogNobodyInByAForm) {
    const std::string body = R"({"account":"amina@cert-ke","password":"a password of tests"})";
    for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded",
                                   "multipart/form-data", "application/jsonx", "text/json"}) {
        const http::Response response =
            server_.ask(Method::kPost, "/api/v1/session", {{"Content-Type", type}}, body);
        EXPECT_EQ(response.status, 415) << type;
        EXPECT_EQ(problem_of(response).at("where"), "Content-Type");
        EXPECT_FALSE(response.find("Set-Cookie"));
    }
    EXPECT_EQ(server_
                  .ask(Method::kPost, "/api/v1/session",
                       {{"Content-Type", "Application/JSON; charset=utf-8"}}, body)
                  .status,
              200);
}

TEST_F(RestAccounts, KeepTheCookieToTlsWhereTheNodeIsReachedByIt) {
    node::Config config = server_.node().config();
    http::Router router;
    testing::TemporaryFolder folder;
    config.data = folder.path() / "node";
    config.database_url = "sqlite:" + (folder / "node/comity.db");
    config.public_url = "https://cert-ke.example";
    auto node = node::Node::create(config, server_.clock());
    ASSERT_TRUE(node);
    ASSERT_TRUE((*node)->accounts().add("amina@cert-ke", testing::ServedNode::kPassword, true));
    add_routes(router, **node);
    auto server = http::Server::start({.port = 0}, router);
    ASSERT_TRUE(server);
    http::Client client;
    const auto response =
        client.send(Method::kPost, fmt::format("http://127.0.0.1:{}/api/v1/session", (*server)->port()),
                    {{"Content-Type", "application/json"}},
                    R"({"account":"amina@cert-ke","password":"a password of tests"})");
    ASSERT_TRUE(response);
    EXPECT_THAT(std::string(response->find("Set-Cookie").value_or("")), ::testing::EndsWith("; Secure"));
}

TEST_F(RestAccounts, MakeListAndRevokeTokens) {
    const RestServer::Session open = server_.log_in("amina@cert-ke");
    const http::Response forever = create_token(open.writing(), R"({"name":"SIEM","scopes":["read"]})");
    ASSERT_EQ(forever.status, 201);
    const json::Value first = RestServer::json_of(forever, 201);
    EXPECT_EQ(first.at("expires"), nullptr);
    server_.clock().advance_seconds(1);
    const http::Response short_lived =
        create_token(testing::ServedNode::basic("amina@cert-ke"),
                     R"({"name":"é","scopes":["submit","read","read"],"days":1})");
    EXPECT_EQ(short_lived.status, 400);  // three scopes
    const json::Value second =
        RestServer::json_of(create_token(testing::ServedNode::basic("amina@cert-ke"),
                                         R"({"name":"é","scopes":["submit","read"],"days":1})"),
                            201);
    EXPECT_EQ(second.at("expires"), "2025-10-10T08:53:21Z");

    const http::Client::Headers bearer{
        {"Authorization", "Bearer " + std::string(second.at("token").as_string())}};
    json::Object who = session(bearer);
    EXPECT_EQ(who["scopes"], (json::Array{"read", "submit"}));
    EXPECT_FALSE(who.contains("csrf"));
    const json::Value list = server_.get_json("/api/v1/tokens", open.reading());
    ASSERT_EQ(list.at("items").as_array().size(), 2u);
    EXPECT_EQ(list.at("items").at(0), json::Value(json::Object{{"id", first.at("id")},
                                                               {"name", "SIEM"},
                                                               {"scopes", json::Array{"read"}},
                                                               {"created", "2025-10-09T08:53:20Z"},
                                                               {"expires", nullptr},
                                                               {"last_used", nullptr}}));
    EXPECT_EQ(list.at("items").at(1).at("last_used"), "2025-10-09T08:53:21Z");
    EXPECT_EQ(list.at("next"), nullptr);

    const std::string target = "/api/v1/tokens/" + std::string(second.at("id").as_string());
    EXPECT_EQ(server_.ask(Method::kDelete, target, open.writing()).status, 204);
    EXPECT_EQ(server_.get("/api/v1/session", bearer).status, 401);
    EXPECT_EQ(server_.ask(Method::kDelete, target, open.writing()).status, 404);
    EXPECT_EQ(server_.get_json("/api/v1/tokens", open.reading()).at("items").as_array().size(), 1u);
}

TEST_F(RestAccounts, LetNoTokenOutliveItself) {
    const RestServer::Session open = server_.log_in("amina@cert-ke");
    const json::Value made = RestServer::json_of(
        create_token(open.writing(), R"({"name":"x","scopes":["read","submit"],"days":1})"), 201);
    const std::string secret(made.at("token").as_string());
    const http::Client::Headers shown[] = {{{"Authorization", "Bearer " + secret}},
                                           {{"Authorization", "Token " + secret}},
                                           testing::ServedNode::basic("amina@cert-ke", secret)};
    for (const auto& headers : shown) {
        EXPECT_EQ(create_token(headers, R"({"name":"y","scopes":["read"]})").status, 403);
        EXPECT_EQ(server_.get("/api/v1/tokens", headers).status, 403);
        EXPECT_EQ(
            server_.ask(Method::kDelete, "/api/v1/tokens/" + std::string(made.at("id").as_string()), headers)
                .status,
            403);
        EXPECT_EQ(session(headers).at("account"), "amina@cert-ke");
    }
    EXPECT_EQ(server_.node().accounts().tokens("amina@cert-ke")->size(), 1u);
    server_.clock().advance_seconds(86'400);
    for (const auto& headers : shown) EXPECT_EQ(server_.get("/api/v1/session", headers).status, 401);
}

TEST_F(RestAccounts, KeepTokensToTheirOwners) {
    server_.add_account("okello@cert-ug");
    const RestServer::Session amina = server_.log_in("amina@cert-ke");
    const RestServer::Session okello = server_.log_in("okello@cert-ug");
    const json::Value made =
        RestServer::json_of(create_token(amina.writing(), R"({"name":"x","scopes":["read"]})"), 201);
    EXPECT_TRUE(server_.get_json("/api/v1/tokens", okello.reading()).at("items").as_array().empty());
    const http::Response other = server_.ask(
        Method::kDelete, "/api/v1/tokens/" + std::string(made.at("id").as_string()), okello.writing());
    EXPECT_EQ(other.status, 404);
    EXPECT_EQ(server_.get_json("/api/v1/tokens", amina.reading()).at("items").as_array().size(), 1u);
}

TEST_F(RestAccounts, NameTheFieldOfATokenThatIsWrong) {
    const RestServer::Session open = server_.log_in("amina@cert-ke");
    const std::pair<std::string_view, std::string_view> bodies[] = {
        {"nonsense", "body"},
        {R"({"scopes":["read"]})", "name"},
        {R"({"name":"","scopes":["read"]})", "name"},
        {R"({"name":"x"})", "scopes"},
        {R"({"name":"x","scopes":[]})", "scopes"},
        {R"({"name":"x","scopes":["read","all"]})", "scopes[1]"},
        {R"({"name":"x","scopes":["read"],"days":0})", "days"},
        {R"({"name":"x","scopes":["read"],"days":3661})", "days"},
        {R"({"name":"x","scopes":["read"],"days":1.5})", "days"},
        {R"({"name":"x","scopes":["read"],"expires":null})", "expires"}};
    for (const auto& [body, where] : bodies) {
        const http::Response response = create_token(open.writing(), body);
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_THAT(std::string(problem_of(response).at("where").as_string()),
                    ::testing::StartsWith(std::string(where)));
        EXPECT_NE(Document::instance().body_fault("createToken", body), "") << body;
    }
    EXPECT_EQ(create_token({}, R"({"name":"x","scopes":["read"]})").status, 401);
    EXPECT_EQ(server_.get("/api/v1/tokens").status, 401);
    EXPECT_TRUE(server_.node().accounts().tokens("amina@cert-ke")->empty());
}

TEST_F(RestAccounts, RefuseOneTokenTooMany) {
    {
        auto tx = server_.node().database().begin();
        for (int i = 0; i < 1000; ++i) {
            const std::string id = std::to_string(i);
            ASSERT_TRUE(
                (*tx)->run("INSERT INTO tokens(id, account, name, scopes, created, hash)"
                           " VALUES($1, 'amina@cert-ke', 'x', 'read', 0, $2)",
                           id, as_bytes(id)));
        }
        ASSERT_TRUE((*tx)->commit());
    }
    const http::Response response =
        create_token(testing::ServedNode::basic("amina@cert-ke"), R"({"name":"x","scopes":["read"]})");
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(problem_of(response).at("where"), "tokens");
}

TEST_F(RestAccounts, LetADisabledAccountInByNothing) {
    const RestServer::Session open = server_.log_in("amina@cert-ke");
    const http::Client::Headers bearer = server_.bearer("amina@cert-ke");
    ASSERT_TRUE(server_.node().accounts().set_disabled("amina@cert-ke", true));
    EXPECT_EQ(server_.try_log_in("amina@cert-ke").status, 401);
    EXPECT_EQ(server_.get("/api/v1/session", open.reading()).status, 401);
    EXPECT_EQ(server_.get("/api/v1/session", bearer).status, 401);
    EXPECT_EQ(server_.get("/api/v1/session", testing::ServedNode::basic("amina@cert-ke")).status, 401);
}

}  // namespace
}  // namespace comity::api::rest
