// What the node's operators ask and see: /healthz, /readyz, /metrics, a log line for each request, and the
// headers that keep browsers from making more of an answer than it is.
//
//     api::operators::Metrics metrics(*node);
//     api::operators::add_routes(router, metrics);
//     COMITY_TRY(const auto server, http::Server::start(options, router));
//     metrics.watch(*server);
//
// /healthz   200 while the process answers, from memory
// /readyz    200 when the node can write; else 503 with the reason (a problem, RFC 9457)
// /metrics   Prometheus text format; open to whoever reaches the node (it tells how many, never of what), so
//            keep it from the outside by the proxy where that is too much
#pragma once

#include "api/operators/metrics.h"
#include "http/router.h"

namespace comity::api::operators {

// The three routes, and the filters in their order: headers, counting, access log. The metrics must outlive
// the router's use.
void add_routes(http::Router& router, Metrics& metrics);

// For all answers: no sniffing, no referrer, no framing, for this origin only unless the answer says
// otherwise; under TLS, TLS only from now on. A header that the answer has already stays.
void add_security_headers(http::Router& router);

// One line per request (logging::info, event "request"): request (its id), client, method, path, status,
// bytes (of the body), milliseconds. Never the query, a header or a body: they may tell secrets.
void add_access_log(http::Router& router);

}  // namespace comity::api::operators
