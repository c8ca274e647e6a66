// One value at a time by REST: from asking on a kept connection until the answer is there, client and server
// on the same cores.
#include <fmt/format.h>

#include "api/rest/rest.h"
#include "bench/load.h"
#include "bench/must.h"
#include "bench/report.h"
#include "http/client.h"
#include "http/server.h"
#include "json/value.h"

namespace comity::bench {
namespace {

constexpr std::size_t kShared = 100'000;  // indicators of the node
constexpr std::size_t kOneShare = 1000;
constexpr std::size_t kAsked = 20'000;  // lookups; half of what is asked is listed
constexpr double kToReach = 1.0;        // milliseconds at the 99th percentile

}  // namespace

void lookup_by_rest(const Report& report) {
    Bed bed;
    submit_all(bed.ledger(), bed.make_large_shares(kShared / kOneShare, kOneShare), 4);
    http::Router router;
    api::rest::add_routes(router, bed.node());
    const auto server = must(http::Server::start({.port = 0}, router));
    http::Client client(http::ClientOptions{});
    const std::string base = fmt::format("http://127.0.0.1:{}/api/v1/intel/lookup?value=", server->port());
    const auto ask = [&](const std::string& value) {
        const http::Response answer = must(client.send(http::Method::kGet, base + value));
        const json::Value said = must(json::parse(answer.body));
        return said.at("items").at(0).at("listed").as_bool();
    };
    (void)ask("198.51.7.7");  // the index is made at the first
    std::vector<double> times;
    std::size_t listed = 0;
    for (std::size_t i = 0; i < kAsked; ++i) {
        const std::size_t n = i * 7919;
        const std::string value = fmt::format("{}.51.{}.{}", i % 2 == 0 ? 198 : 197, n / 256 % 256, n % 256);
        times.push_back(1000 * seconds_of([&] { listed += ask(value) ? 1 : 0; }));
    }
    if (listed < kAsked / 2 - kAsked / 50 || listed > kAsked / 2)
        give_up(fmt::format("lookups by REST: {} of {} were listed", listed, kAsked));
    std::ranges::sort(times);
    const auto of = [&](std::size_t percent) { return times[times.size() * percent / 100]; };
    for (const std::size_t percent : {std::size_t{50}, std::size_t{99}}) {
        report.add({.name = "lookup",
                    .variant = fmt::format("by REST, {} thousand indicators, {}th percentile", kShared / 1000,
                                           percent),
                    .value = of(percent),
                    .unit = "ms",
                    .limit = "to reach at the 99th percentile",
                    .limit_value = kToReach});
    }
}

}  // namespace comity::bench
