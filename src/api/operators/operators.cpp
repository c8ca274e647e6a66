#include "api/operators/operators.h"

#include <fmt/format.h>

#include "base/logging.h"
#include "base/text.h"

namespace comity::api::operators {
namespace {

constexpr std::size_t kLoggedPath = 512;  // bytes

void add_where_missing(http::Response& response, std::string_view name, std::string_view value) {
    if (!response.find(name)) response.header(name, value);
}

}  // namespace

void add_routes(http::Router& router, Metrics& metrics) {
    router.get_fast("/healthz", [](const http::Request&) {
        return std::move(http::Response::text(200, "ok\n").header("Cache-Control", "no-store"));
    });
    router.get("/readyz", [&metrics](const http::Request& request) {
        if (auto ready = metrics.node().ledger().ready(); !ready)
            return http::problem(ready.error(), request);
        return std::move(http::Response::text(200, "ready\n").header("Cache-Control", "no-store"));
    });
    router.get("/metrics", [&metrics](const http::Request&) {
        return std::move(
            http::Response::text(200, metrics.write(), "text/plain; version=0.0.4; charset=utf-8")
                .header("Cache-Control", "no-store"));
    });
    add_security_headers(router);
    router.after([&metrics](const http::Request& request, http::Response& response) {
        metrics.count(request, response.status);
    });
    add_access_log(router);
}

void add_security_headers(http::Router& router) {
    router.after([](const http::Request& request, http::Response& response) {
        add_where_missing(response, "X-Content-Type-Options", "nosniff");
        add_where_missing(response, "Referrer-Policy", "no-referrer");
        // The page brings its own policy; whatever else is opened in a browser shall load and do nothing.
        add_where_missing(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        add_where_missing(response, "X-Frame-Options", "DENY");
        if (!response.find("Access-Control-Allow-Origin"))
            add_where_missing(response, "Cross-Origin-Resource-Policy", "same-origin");
        if (request.tls) add_where_missing(response, "Strict-Transport-Security", "max-age=31536000");
    });
}

void add_access_log(http::Router& router) {
    router.after([](const http::Request& request, http::Response& response) {
        const std::chrono::duration<double, std::milli> taken =
            std::chrono::steady_clock::now() - request.received;
        logging::routine("request", {{"request", request.id},
                                     {"client", request.client},
                                     {"method", std::string(http::to_string(request.method))},
                                     {"path", shown(request.path, kLoggedPath)},
                                     {"status", std::to_string(response.status)},
                                     {"bytes", std::to_string(response.bytes().size())},
                                     {"milliseconds", fmt::format("{:.3f}", taken.count())}});
    });
}

}  // namespace comity::api::operators
