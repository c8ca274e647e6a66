#include "api/operators/operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <set>
#include <thread>

#include <future>

#include "base/logging.h"
#include "json/value.h"
#include "testing/served_node.h"

namespace comity::api::operators {
namespace {

using http::Method;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Operators : public ::testing::Test {
  protected:
    explicit Operators(const http::ServerOptions& options = {.port = 0})
        : served_(
              [this](http::Router& router, node::Node& node) {
                  metrics_ = std::make_unique<Metrics>(node);
                  add_routes(router, *metrics_);
                  router.get("/api/v1/example", [this](const http::Request&) {
                      if (wait_) entered_.set_value(), go_on_.get_future().wait();
                      return http::Response::json(200, "{}");
                  });
                  router.get("/log/example", [](const http::Request&) {
                      http::Response response = http::Response::text(200, "open to all");
                      response.header("Access-Control-Allow-Origin", "*");
                      return std::move(response.header("Referrer-Policy", "origin"));
                  });
              },
              {.http = options}) {
        metrics_->watch(served_.server());
    }

    std::string metrics() { return served_.send(Method::kGet, "/metrics").body; }
    // The value behind a series' name, or -1.
    static double value_of(const std::string& text, const std::string& series) {
        const std::size_t at = ("\n" + text).find("\n" + series + " ");
        return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + series.size(), nullptr);
    }

    std::unique_ptr<Metrics> metrics_;
    std::atomic<bool> wait_ = false;
    std::promise<void> entered_;
    std::promise<void> go_on_;
    testing::ServedNode served_;
};

TEST_F(Operators, SayThatTheProcessLivesAndCanWrite) {
    const http::Response alive = served_.send(Method::kGet, "/healthz");
    EXPECT_EQ(alive.status, 200);
    EXPECT_EQ(alive.body, "ok\n");
    const http::Response ready = served_.send(Method::kGet, "/readyz");
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(ready.body, "ready\n");
    EXPECT_EQ(value_of(metrics(), "comity_ready"), 1);
}

TEST_F(Operators, SayWhyTheNodeCannotWrite) {
    served_.clock().advance_seconds(-3600);
    const http::Response response = served_.send(Method::kGet, "/readyz");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.find("Content-Type"), "application/problem+json");
    EXPECT_TRUE(response.find("Retry-After"));
    EXPECT_THAT(response.body, HasSubstr("3600 seconds behind the log's newest checkpoint"));
    EXPECT_EQ(value_of(metrics(), "comity_ready"), 0);
    EXPECT_EQ(served_.send(Method::kGet, "/healthz").status, 200);
}

TEST_F(Operators, CountAnswersByDoorMethodAndStatus) {
    for (int i = 0; i < 3; ++i) served_.send(Method::kGet, "/api/v1/example");
    served_.send(Method::kGet, "/api/v1/nothing");
    served_.send(Method::kPost, "/api/v1/example", {}, "x");
    served_.send(Method::kDelete, "/taxii2/anything");
    served_.send(Method::kGet, "/made/up/by/whoever/asks");
    const std::string text = metrics();
    const auto requests = [&](const std::string& labels) {
        return value_of(text, "comity_http_requests_total{" + labels + "}");
    };
    EXPECT_EQ(requests(R"(door="rest",method="GET",status="200")"), 3);
    EXPECT_EQ(requests(R"(door="rest",method="GET",status="404")"), 1);
    EXPECT_EQ(requests(R"(door="rest",method="POST",status="405")"), 1);
    EXPECT_EQ(requests(R"(door="taxii",method="DELETE",status="404")"), 1);
    EXPECT_EQ(requests(R"(door="page",method="GET",status="404")"), 1);
    EXPECT_THAT(text, Not(HasSubstr("whoever")));
    EXPECT_EQ(value_of(text, R"(comity_http_request_duration_seconds_count{door="rest",method="GET"})"), 4);
    EXPECT_EQ(
        value_of(text, R"(comity_http_request_duration_seconds_bucket{door="rest",method="GET",le="+Inf"})"),
        4);
    EXPECT_GT(value_of(text, R"(comity_http_request_duration_seconds_sum{door="rest",method="GET"})"), 0);
    EXPECT_GE(value_of(text, "comity_http_connections"), 1);
    EXPECT_EQ(value_of(text, "comity_http_refused_busy_total"), 0);
}

TEST_F(Operators, TellOfTheLog) {
    testing::Community community({"cert-ke", "cert-ug"});
    served_.submit(community.charter());
    served_.clock().advance_seconds(60);
    served_.submit(community.share("cert-ke", {testing::indicator(1)}));
    EXPECT_FALSE(served_.node().ledger().submit({"{}", {}, {}}));
    const crypto::Envelope stranger = community.statement("nobody", "intelligence.share", {});
    EXPECT_FALSE(served_.node().ledger().submit({stranger.write(), {}, {}}));
    served_.clock().advance_seconds(-3600);
    EXPECT_FALSE(served_.node().ledger().submit(community.share("cert-ug", {testing::indicator(2)})));
    const std::string text = metrics();
    EXPECT_EQ(value_of(text, "comity_log_entries"), 2);
    EXPECT_EQ(value_of(text, "comity_log_checkpoint_timestamp_seconds"), 1'760'000'060);
    EXPECT_EQ(value_of(text, R"(comity_submissions_total{outcome="accepted"})"), 2);
    EXPECT_EQ(value_of(text, R"(comity_submissions_total{outcome="refused"})"), 2);
    EXPECT_EQ(value_of(text, R"(comity_submissions_total{outcome="failed"})"), 1);
    EXPECT_GE(value_of(text, "comity_submissions_waiting"), 0);
}

TEST_F(Operators, TellOfTheProcess) {
    const http::Response response = served_.send(Method::kGet, "/metrics");
    EXPECT_EQ(response.find("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    const double start = value_of(response.body, "process_start_time_seconds");
    const auto now = static_cast<double>(system_clock().now().seconds());
    EXPECT_LE(start, now + 1);
    EXPECT_GT(start, now - 24.0 * 3600);
    EXPECT_GT(value_of(response.body, "process_resident_memory_bytes"), 1 << 20);
    EXPECT_GT(value_of(response.body, "process_cpu_seconds_total"), 0);
    EXPECT_GT(value_of(response.body, "process_open_fds"), 5);
    EXPECT_GT(value_of(response.body, "process_max_fds"), 5);
    EXPECT_THAT(response.body, HasSubstr("comity_build_info{version=\""));
}

// Prometheus' text format 0.0.4: each family has its HELP and TYPE before its series, once.
TEST_F(Operators, WriteWhatPrometheusReads) {
    served_.send(Method::kGet, "/api/v1/example");
    std::istringstream lines(metrics());
    std::set<std::string> families;
    std::string family;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) {
            family = line.substr(7, line.find(' ', 7) - 7);
            EXPECT_TRUE(families.insert(family).second) << line;
            EXPECT_TRUE(family.starts_with("comity_") || family.starts_with("process_")) << line;
        } else if (line.starts_with("# TYPE ")) {
            EXPECT_TRUE(line.starts_with("# TYPE " + family + " ")) << line;
            EXPECT_EQ(line.ends_with(" counter"), family.ends_with("_total")) << line;
        } else {
            EXPECT_TRUE(line.starts_with(family)) << line;
            EXPECT_THAT(line, ContainsRegex(R"(^[a-z_]+(\{[^}]*\})? [-+.0-9eInfNa]+$)"));
        }
    }
    EXPECT_GT(families.size(), 10u);
}

TEST_F(Operators, GiveEveryAnswerItsHeaders) {
    for (const std::string path : {"/healthz", "/metrics", "/api/v1/example", "/api/v1/nothing"}) {
        const http::Response response = served_.send(Method::kGet, path);
        EXPECT_EQ(response.find("X-Content-Type-Options"), "nosniff") << path;
        EXPECT_EQ(response.find("Referrer-Policy"), "no-referrer") << path;
        EXPECT_EQ(response.find("X-Frame-Options"), "DENY") << path;
        EXPECT_EQ(response.find("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
        EXPECT_EQ(response.find("Cross-Origin-Resource-Policy"), "same-origin") << path;
        EXPECT_FALSE(response.find("Strict-Transport-Security")) << path;
    }
    const http::Response open = served_.send(Method::kGet, "/log/example");
    EXPECT_EQ(open.find("Referrer-Policy"), "origin");
    EXPECT_FALSE(open.find("Cross-Origin-Resource-Policy"));
    EXPECT_EQ(std::ranges::count_if(open.headers, [](const auto& h) { return h.first == "Referrer-Policy"; }),
              1);
}

TEST_F(Operators, LogEachRequestWithoutItsSecrets) {
    logging::start(logging::Level::kInfo, logging::Form::kJson);
    ::testing::internal::CaptureStderr();
    served_.send(Method::kGet, "/api/v1/example?token=query-secret",
                 {{"Authorization", "Bearer header-secret"}, {"Cookie", "comity_session=cookie-secret"}});
    served_.send(Method::kPost, "/api/v1/%22event%5C%C3%A9", {}, "body-secret");
    served_.send(Method::kGet, "/" + std::string(511, 'a') + "%C3%A9");
    logging::flush();
    const std::string text = ::testing::internal::GetCapturedStderr();
    logging::start(logging::Level::kWarning, logging::Form::kText);
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    std::istringstream lines(text);
    std::vector<json::Object> logged;
    for (std::string line; std::getline(lines, line);) {
        const auto value = json::parse(line);
        ASSERT_TRUE(value) << line;
        logged.push_back(value->as_object());
    }
    ASSERT_EQ(logged.size(), 3u) << text;
    EXPECT_EQ(logged[0]["event"], "request");
    EXPECT_EQ(logged[0]["method"], "GET");
    EXPECT_EQ(logged[0]["path"], "/api/v1/example");
    EXPECT_EQ(logged[0]["status"], "200");
    EXPECT_EQ(logged[0]["bytes"], "2");
    EXPECT_EQ(logged[0]["client"], "127.0.0.1");
    EXPECT_GE(std::stod(std::string(logged[0]["milliseconds"].as_string())), 0);
    EXPECT_NE(logged[0]["request"], logged[1]["request"]);
    EXPECT_EQ(logged[1]["path"], "/api/v1/\"event\\\u00e9");
    EXPECT_EQ(logged[1]["status"], "404");
    EXPECT_EQ(logged[2]["path"].as_string(), "/" + std::string(511, 'a') + "...");
}

class BusyOperators : public Operators {
  protected:
    BusyOperators() : Operators({.port = 0, .workers = 1, .queue = 1}) {}
};

TEST_F(BusyOperators, CountWhatIsRefusedBecauseTheNodeIsBusy) {
    wait_ = true;
    std::thread first([&] {
        http::Client client;
        served_.send(client, Method::kGet, "/api/v1/example");
    });
    entered_.get_future().wait();
    wait_ = false;
    // The one worker is taken. Of two more, one takes the one place in the queue, the other is refused.
    std::atomic<int> refused = 0;
    const auto ask = [&] {
        http::Client client;
        if (served_.send(client, Method::kGet, "/api/v1/example").status == 503) {
            ++refused;
            go_on_.set_value();
        }
    };
    std::thread second(ask);
    std::thread third(ask);
    first.join();
    second.join();
    third.join();
    EXPECT_EQ(refused, 1);
    const std::string text = metrics();
    EXPECT_EQ(value_of(text, "comity_http_refused_busy_total"), 1);
    EXPECT_EQ(value_of(text, R"(comity_http_requests_total{door="rest",method="GET",status="503"})"), 1);
}

}  // namespace
}  // namespace comity::api::operators
