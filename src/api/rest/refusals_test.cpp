// What any route refuses, whatever it is for: held to the document for every operation in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include <future>

#include "federation/peer_source.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using accounts::Scope;
using http::Method;
using ::testing::HasSubstr;
using testing::problem_of;
using testing::RestServer;
using Operation = Document::Operation;

constexpr std::string_view kAccount = "amina@cert-ke";

class Refusals : public ::testing::Test {
  protected:
    explicit Refusals(const testing::ServedNodeOptions& options = {},
                      const testing::ServedNode::AddRoutes& more = {})
        : community_({"cert-ke", "cert-ug"}), server_(options, more) {
        server_.submit(community_.charter());
        server_.add_account(std::string(kAccount));
    }

    // A target that is there.
    std::string target_of(const Operation& operation) {
        std::string target = operation.path;
        const auto put = [&](std::string_view name, std::string_view value) {
            if (const std::size_t at = target.find(name); at != std::string::npos)
                target.replace(at, name.size(), value);
        };
        put("/members/{id}", "/members/cert-ke");
        put("/tokens/{id}", "/tokens/0123456789abcdef");
        put("{id}", community_.id().hex());
        put("{sha256}", community_.id().hex());
        put("{position}", "0");
        put("{package}", "0");
        put("{log}", federation::log_name(server_.node().ledger().identity().key.public_part()).hex());
        put("{format}", "plain");
        put("{number}", "DS-1");
        put("{name}", "ours");
        put("{state}", "1");
        return target;
    }
    std::string body_of(const Operation& operation) {
        if (operation.id == "logIn")
            return R"({"account":"amina@cert-ke","password":"wrong, but long enough"})";
        if (operation.id == "createToken") return R"({"name":"x","scopes":["read"]})";
        if (operation.id == "submitStatement")
            return RestServer::submission(community_.share("cert-ke", {testing::indicator(1)}));
        if (operation.id == "findEarlier")
            return R"({"ids":["indicator--00000000-0000-4000-8000-000000000001"]})";
        if (operation.id == "understandDocument") return "evil.com";
        if (operation.id == "planNetwork") return R"({"places":"id,people,lat,lon","costs":{},"budget":1})";
        if (operation.id == "tellCheckpoints") return R"({"checkpoints":["no note"]})";
        if (operation.id == "addAlertRule" || operation.id == "tryAlertRule")
            return R"({"name":"ours","networks":["198.51.100.0/24"]})";
        if (operation.id == "acknowledgeAlert") return R"({"note":"Seen"})";
        if (operation.id == "addPublicComment") return R"({"name":"A teacher","text":"Who pays?"})";
        if (operation.id == "lookUpValues") return R"({"values":["evil.example"]})";
        if (operation.id == "decideHits") return R"({"decision":"discard"})";
        if (operation.id == "addFeed") return R"({"name":"ours","format":"plain"})";
        if (operation.id == "rollBackFeed") return R"({"state":null})";
        if (operation.id == "setHitPolicy") return R"({"mode":"counted"})";
        if (operation.id == "reportHits")
            return R"({"id":"01234567","items":[{"object":"indicator--00000000-0000-4000-8000-000000000001",)"
                   R"("count":1,"first_seen":"2025-10-01T00:00:00Z","last_seen":"2025-10-01T00:00:00Z"}]})";
        return {};
    }
    http::Response ask(const Operation& operation, http::Client::Headers headers,
                       std::string_view more = {}) {
        const std::string body = body_of(operation);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return server_.ask(operation.method, target_of(operation) + std::string(more), headers, body);
    }
    // Each operation that may answer so.
    template <typename Each>
    void for_each(int status, const Each& each) {
        std::size_t n = 0;
        for (const Operation& operation : Document::instance().operations()) {
            if (!operation.statuses.contains(status)) continue;
            SCOPED_TRACE(operation.id);
            ++n;
            each(operation);
        }
        EXPECT_GT(n, 0u);
    }
    void expect_unchanged() {
        EXPECT_EQ(server_.log_size(), 1u);
        EXPECT_TRUE(server_.node().accounts().tokens(kAccount)->empty());
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(Refusals, OfTargetsThatCannotBeRead) {
    for_each(400, [&](const Operation& operation) {
        for (const std::string more : {"?%zz", "?a=%ff", "?a=%00"}) {
            const http::Response response = ask(operation, {}, more);
            EXPECT_EQ(response.status, 400) << more;
            EXPECT_EQ(problem_of(response).at("kind"), "invalid");
        }
    });
    expect_unchanged();
}

TEST_F(Refusals, OfCredentialsThatAreNotGood) {
    const http::Client::Headers bad[] = {
        {{"Authorization", "Bearer comity_0123456789012345678901234567890123456789012"}},
        {{"Authorization", "Bearer"}},
        {{"Authorization", "Digest x"}},
        {{"Authorization", "Basic !"}},
        {{"Cookie", "comity_session=0123456789012345678901234567890123456789012"}}};
    for (const std::string account : {"amina@cert-ke", "nobody@cert-ke"})
        EXPECT_EQ(
            server_.get("/api/v1/node", testing::ServedNode::basic(account, "wrong, but long enough")).status,
            401);
    for_each(401, [&](const Operation& operation) {
        if (operation.id == "logIn") return;  // asks no one who he is; accounts_test.cpp
        for (const auto& headers : bad) {
            const http::Response response = ask(operation, headers);
            EXPECT_EQ(response.status, 401) << headers.front().second;
            EXPECT_EQ(problem_of(response).at("kind"), "unauthenticated");
        }
    });
    expect_unchanged();
}

TEST_F(Refusals, OfTokensWithoutTheScope) {
    const http::Client::Headers reader = {
        {"Authorization", "Bearer " + server_.token(std::string(kAccount), {Scope::kRead})}};
    const http::Client::Headers submitter = {
        {"Authorization", "Bearer " + server_.token(std::string(kAccount), {Scope::kSubmit})}};
    for_each(403, [&](const Operation& operation) {
        if (operation.id == "logOut") return;
        const bool reads = operation.method == Method::kGet || operation.id == "findEarlier" ||
                           operation.id == "understandDocument" || operation.id == "tryAlertRule" ||
                           operation.id == "lookUpValues" || operation.id == "checkReleases" ||
                           operation.id == "planNetwork";
        const http::Response response = ask(operation, reads ? submitter : reader);
        EXPECT_EQ(response.status, 403);
        EXPECT_EQ(problem_of(response).at("where"), "Authorization");
    });
    EXPECT_EQ(server_.log_size(), 1u);
    EXPECT_EQ(server_.node().accounts().tokens(kAccount)->size(), 2u);
}

TEST_F(Refusals, OfWritingByASessionThatDoesNotShowItsCsrfToken) {
    const RestServer::Session session = server_.log_in(kAccount);
    const RestServer::Session other = server_.log_in(kAccount);
    const http::Client::Headers forged[] = {session.reading(),
                                            {{"Cookie", session.cookie}, {"X-CSRF-Token", ""}},
                                            {{"Cookie", session.cookie}, {"X-CSRF-Token", other.csrf}}};
    std::size_t n = 0;
    for (const Operation& operation : Document::instance().operations()) {
        if (operation.method == Method::kGet || operation.id == "logIn") continue;
        SCOPED_TRACE(operation.id);
        ++n;
        for (const auto& headers : forged) {
            const http::Response response = ask(operation, headers);
            EXPECT_EQ(response.status, 403);
            EXPECT_EQ(problem_of(response).at("where"), "X-CSRF-Token");
        }
    }
    EXPECT_GE(n, 6u);
    expect_unchanged();
    EXPECT_EQ(server_.get_json("/api/v1/session", session.reading()).at("account").as_string(), kAccount);
}

TEST_F(Refusals, OfBodiesThatAreTooLarge) {
    for_each(413, [&](const Operation& operation) {
        std::string body = "x";  // where none is taken
        if (operation.id == "logIn" || operation.id == "createToken") body.assign(16 * 1024 + 1, ' ');
        if (operation.id == "acknowledgeAlert") body.assign(16 * 1024 + 1, ' ');
        if (operation.id == "addPublicComment") body.assign(64 * 1024 + 1, ' ');
        if (operation.id == "addAlertRule" || operation.id == "tryAlertRule" ||
            operation.id == "lookUpValues" || operation.id == "reportHits")
            body.assign((4u << 20) + 1, ' ');
        if (operation.id == "decideHits") body.assign(512 * 1024 + 1, ' ');
        if (operation.id == "addFeed" || operation.id == "rollBackFeed") body.assign(16 * 1024 + 1, ' ');
        if (operation.id == "setHitPolicy") body.assign(64 * 1024 + 1, ' ');
        if (operation.id == "findEarlier") body.assign(256 * 1024 + 1, ' ');
        if (operation.id == "understandDocument" || operation.id == "checkReleases" ||
            operation.id == "planNetwork")
            body.assign((16u << 20) + 1, ' ');
        if (operation.id == "submitStatement") body.assign((96u << 20) + 1, ' ');
        if (operation.id == "tellCheckpoints") body.assign((4u << 20) + 1, ' ');
        const http::Response response =
            server_.ask(operation.method, target_of(operation), {{"Content-Type", "application/json"}}, body);
        EXPECT_EQ(response.status, 413);
        EXPECT_EQ(problem_of(response).at("where"), "body");
    });
    expect_unchanged();
}

TEST_F(Refusals, OfMethodsThatAPathDoesNotKnow) {
    std::map<std::string, std::set<Method>> known;
    for (const Operation& operation : Document::instance().operations()) {
        known[target_of(operation)].insert(operation.method);
        if (operation.method == Method::kGet) known[target_of(operation)].insert(Method::kHead);
    }
    for (const auto& [target, methods] : known) {
        std::string allow;
        for (const Method method : methods) {
            if (!allow.empty()) allow += ", ";
            allow += http::to_string(method);
        }
        for (const Method method :
             {Method::kPost, Method::kPut, Method::kPatch, Method::kDelete, Method::kOptions}) {
            if (methods.contains(method)) continue;
            const http::Response response = server_.ask(method, target);
            EXPECT_EQ(response.status, 405) << http::to_string(method) << " " << target;
            EXPECT_EQ(response.find("Allow"), allow) << target;
        }
    }
    expect_unchanged();
}

TEST_F(Refusals, OfPathsThatThereAreNot) {
    for (const std::string target :
         {"/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/statements/", "/api/v1/members//",
          "/api/v1/statements/00000000/nothing", "/api/v1/node/"}) {
        EXPECT_EQ(server_.get(target).status, 404) << target;
        EXPECT_EQ(server_.ask(Method::kPost, target, {}, "{}").status, 404) << target;
    }
}

TEST_F(Refusals, NeverOfHeadWhereGetIsAnswered) {
    for (const Operation& operation : Document::instance().operations()) {
        if (operation.method != Method::kGet || operation.id == "listenToStatements")
            continue;  // it never ends
        const http::Response get = server_.get(target_of(operation));
        const http::Response head = server_.ask(Method::kHead, target_of(operation));
        EXPECT_EQ(head.status, get.status) << operation.id;
        EXPECT_EQ(head.body, "") << operation.id;
        EXPECT_EQ(head.find("Content-Type"), get.find("Content-Type")) << operation.id;
    }
}

// One failure is all that this node forgives in a minute.
class StrictRefusals : public Refusals {
  protected:
    StrictRefusals() : Refusals({.failures_per_minute = 1}) {}
};

TEST_F(StrictRefusals, OfAnyPasswordAfterTooManyWrongOnes) {
    EXPECT_EQ(server_.try_log_in(kAccount, "wrong, but long enough").status, 401);
    const auto right = testing::ServedNode::basic(std::string(kAccount));
    for_each(429, [&](const Operation& operation) {
        const http::Response response = ask(operation, right);
        EXPECT_EQ(response.status, 429);
        EXPECT_EQ(problem_of(response).at("kind"), "too-many");
    });
    EXPECT_EQ(server_.try_log_in(kAccount).status, 429);
    // Tokens are no guesses, and go on working; and a minute later all is forgiven.
    EXPECT_EQ(server_.get("/api/v1/session", server_.bearer(std::string(kAccount))).status, 200);
    server_.clock().advance_seconds(61);
    EXPECT_EQ(server_.try_log_in(kAccount).status, 200);
    EXPECT_EQ(server_.log_size(), 1u);
}

// One worker, and one place to wait.
class BusyRefusals : public Refusals {
  protected:
    BusyRefusals()
        : Refusals({.http = {.port = 0, .workers = 1, .queue = 1}},
                   [this](http::Router& router, node::Node&) {
                       router.get("/wait", [this](const http::Request&) {
                           if (waiting_++ == 0) entered_.set_value();
                           gate_.wait();
                           return http::Response::text(200, "");
                       });
                   }) {}

    std::atomic<int> waiting_ = 0;
    std::promise<void> entered_;
    std::promise<void> open_;
    std::shared_future<void> gate_ = open_.get_future().share();
};

TEST_F(BusyRefusals, OfEverythingWhileTheNodeIsBusy) {
    const auto wait = [&] {
        http::Client client;
        EXPECT_EQ(server_.send(client, Method::kGet, "/wait").status, 200);
    };
    std::thread first(wait);
    entered_.get_future().wait();
    std::thread second(wait);
    // Until the second has taken the one place in the queue.
    while (server_.server().counts().requests < 2) std::this_thread::yield();
    while (server_.send(Method::kGet, "/api/v1/members/x").status != 503) {
    }
    for_each(503, [&](const Operation& operation) {
        const http::Response response = ask(operation, {});
        EXPECT_EQ(response.status, 503);
        EXPECT_EQ(problem_of(response).at("kind"), "unavailable");
    });
    open_.set_value();
    first.join();
    second.join();
    expect_unchanged();
}

TEST_F(Refusals, OfWhatCannotBeWrittenNow) {
    server_.clock().advance_seconds(-3600);
    const http::Response response = server_.submit_here(community_.share("cert-ke", {testing::indicator(1)}));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(problem_of(response).at("where"), "clock");
    EXPECT_EQ(server_.log_size(), 1u);
    server_.clock().advance_seconds(3600);
    EXPECT_EQ(server_.submit_here(community_.share("cert-ke", {testing::indicator(1)})).status, 201);
}

TEST_F(Refusals, TellNothingOfTheServersOwnFaults) {
    auto tx = server_.node().database().begin();
    ASSERT_TRUE((*tx)->run("DELETE FROM ledger_log"));
    ASSERT_TRUE((*tx)->commit());
    tx->reset();
    const http::Response response = server_.get("/api/v1/log");
    EXPECT_EQ(response.status, 500);
    const json::Object problem = problem_of(response);
    EXPECT_EQ(problem.at("kind"), "corrupt");
    EXPECT_THAT(response.body, ::testing::Not(HasSubstr("ledger_log")));
}

}  // namespace
}  // namespace comity::api::rest
