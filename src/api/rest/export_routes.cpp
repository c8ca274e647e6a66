// Exports for what defends: what `comity intel export` writes, fetched by the sensors themselves.
#include <fmt/format.h>

#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "crypto/sha256.h"
#include "intelligence/export/formats.h"

namespace comity::api::rest {
namespace {

constexpr std::uint64_t kMaxDays = 36'500;
constexpr std::uint64_t kMaxMembers = 1'000'000;

// What warning lists hold back is never in it: who lets it through signs for that (comity intel export).
Answer show_export(node::Node& node, const http::Request& request, const Caller& caller) {
    const auto format = intelligence::parse_export_format(request.capture("format"), "format");
    if (!format) return not_found(format.error().message());
    intelligence::ActiveQuery query{.now = node.clock().now()};
    COMITY_TRY(query.kinds, intelligence::parse_kinds(request.parameter("type").value_or(""), "type"));
    if (const auto text = request.parameter("min_confidence")) {
        COMITY_TRY(const std::uint64_t number, number_of(*text, "min_confidence", 100));
        query.min_confidence = static_cast<int>(number);
    }
    const auto read = [&](std::string_view name, std::uint64_t most,
                          std::optional<std::int64_t>& into) -> Result<void> {
        const auto text = request.parameter(name);
        if (!text) return {};
        COMITY_TRY(const std::uint64_t number, number_of(*text, std::string(name), most));
        into = static_cast<std::int64_t>(number);
        return {};
    };
    COMITY_CHECK(read("max_age", kMaxDays, query.max_age_days));
    COMITY_CHECK(read("sighted_within", kMaxDays, query.sighted_within_days));
    COMITY_CHECK(read("min_sightings", kMaxMembers, query.min_sighted_by));
    COMITY_CHECK(read("max_false_reports", kMaxMembers, query.max_false_by));
    COMITY_TRY(const auto lists, intelligence::WarningLists::load(node.config().data / "warninglists"));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(auto active, intelligence::find_active(*session, readable, query));
    const intelligence::Gated gated = intelligence::gate(std::move(active.values), lists);
    COMITY_TRY(auto exported, intelligence::write_export(*format, gated.values));
    const std::string etag = fmt::format("\"{}\"", crypto::sha256(as_bytes(exported.text)).hex());
    http::Response response =
        http::Response::text(200, std::move(exported.text), intelligence::media_type(*format));
    response.header("X-Comity-Values", std::to_string(exported.values));
    response.header("X-Comity-Held-Back", std::to_string(gated.listed.size()));
    response.header("X-Comity-Left-Out", std::to_string(active.left.size() + exported.left.size()));
    response.header("ETag", etag);
    response.header("Cache-Control", "private, no-cache");
    return response;
}

}  // namespace

void add_export_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/intel/export/{format}",
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   return show_export(node, request, caller);
               }));
}

}  // namespace comity::api::rest
