// Which handler answers which path.
//
//     router.get("/api/v1/statements/{id}", [&](const Request& request) { return show(request); });
//     router.add_later(Method::kPost, "/api/v1/statements", {.max_body = 64 << 20}, [&](Request request,
//     Respond respond) { ... });
//
// A pattern's segments are literal or {name} (one non-empty segment); a last segment {name*} takes the rest,
// slashes and all. Literal segments win over {name}, {name} over {name*}. HEAD is answered by GET's handler
// without the body; an unknown path is a 404 problem, a known path with another method a 405 with Allow.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace comity::http {

struct RouteOptions {
    std::size_t max_body = 0;  // bytes; a larger body is answered 413 before it is read. 0: no body is taken
    // Tried before the request goes to a worker, on the server's own thread, which all its connections wait
    // for: it answers what it can in microseconds, waiting for nobody. Nothing: the handler answers.
    std::function<std::optional<Response>(const Request&)> at_once{};
};

class Router {
  public:
    // Run on a worker thread (never on the server's own): they may wait for the disk.
    using Handler = std::function<Response(const Request&)>;
    using LaterHandler = std::function<void(Request, Respond)>;

    Router();
    ~Router();
    void get(std::string_view pattern, Handler handler);
    // For answers that come from memory in microseconds: run on the server's own thread, as compressing them
    // is (set `compressible` to false, or answer with bytes that are compressed already).
    void get_fast(std::string_view pattern, Handler handler);
    void add(Method method, std::string_view pattern, RouteOptions options, Handler handler);
    void add_later(Method method, std::string_view pattern, RouteOptions options, LaterHandler handler);

    // Wraps every answer's last step: headers for all (security), metrics, access log. Called once per
    // request in the order added, on the thread that answered; what a filter throws is logged. After a later
    // handler the request's body is empty: it was given away. What is too malformed to be a request (no Host,
    // no such version of HTTP) is refused before any filter.
    using Filter = std::function<void(const Request&, Response&)>;
    void after(Filter filter);
    // What an unrouted path below this prefix is answered with, instead of the 404 problem (TAXII's own
    // errors, the page). The longest prefix counts, here and below. The handler sees no body: it is dropped.
    void fallback(std::string_view prefix, Handler handler);
    // How errors found before a handler runs (404, 405, 413, 400) are answered below this prefix; default:
    // problem().
    using ErrorForm = std::function<Response(const Error&, int status, const Request&)>;
    void error_form(std::string_view prefix, ErrorForm form);

    struct Route;
    struct Match;  // used by the server
    struct Listed {
        Method method;
        std::string pattern;
    };
    std::vector<Listed> list() const;  // every route, for the test that holds them to the OpenAPI document

    struct Table;
    const Table& table() const { return *table_; }

  private:
    std::unique_ptr<Table> table_;
};

}  // namespace comity::http
