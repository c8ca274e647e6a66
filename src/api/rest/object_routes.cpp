#include <fmt/format.h>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/carried.h"
#include "intelligence/queries.h"
#include "log/tree.h"

namespace comity::api::rest {
namespace {

// Positions beyond any statement's are numbers all the same.
constexpr std::uint64_t kMaxPosition = 1u << 30;
static_assert(kMaxPosition > ledger::kMaxObjects);

// A cursor is the time of the page's last object, which TAXII shows to every reader too.
Answer list_objects(node::Node& node, const http::Request& request, const Caller& caller) {
    intelligence::ObjectFilter filter;
    filter.versions.all = true;
    if (const auto type = request.parameter("type")) filter.types.emplace_back(*type);
    intelligence::PageRequest page;
    COMITY_TRY(page.limit, limit_of(request));
    if (const auto cursor = request.parameter("cursor")) {
        auto after = parse_time(*cursor);
        if (!after) return bad_cursor();
        page.after = *after;
    }
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(const auto found, intelligence::find_objects(*session, readable, filter, page));
    std::vector<std::string> items;
    for (const intelligence::FoundObject& object : found.objects) {
        COMITY_TRY(const auto carrier, intelligence::find_carrier(*session, readable, object.row.added));
        items.push_back(fmt::format(R"({{"statement":{},"position":{},"added":"{}","object":{}}})",
                                    carrier ? '"' + carrier->statement.hex() + '"' : "null",
                                    carrier ? std::to_string(carrier->position) : "null",
                                    format_time_micros(object.row.added), object.data));
    }
    std::optional<std::string> next;
    if (found.more) next = format_time_micros(found.objects.back().row.added);
    return page_of(items, next);
}

Answer list_carried(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    std::uint64_t first = 0;
    if (const auto cursor = request.parameter("cursor")) {
        const auto last = number_of(*cursor, "cursor", kMaxPosition);
        if (!last) return bad_cursor();
        first = *last + 1;
    }
    COMITY_TRY(const Digest id, node.ledger().resolve(caller.viewer, request.capture("id")));
    COMITY_TRY(const ledger::Kept kept, node.ledger().find(caller.viewer, id));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(auto found, intelligence::find_carried(*session, readable, kept, first, limit + 1));
    const bool more = found.size() > limit;
    if (more) found.pop_back();
    std::vector<std::string> items;
    for (const auto& object : found) {
        items.push_back(fmt::format(R"({{"position":{},"object":{}}})", object.position, object.data));
    }
    return page_of(items, more ? std::optional(std::to_string(found.back().position)) : std::nullopt);
}

Answer prove_object(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::uint64_t position,
               number_of(request.capture("position"), "position", kMaxPosition));
    COMITY_TRY(const Digest id, node.ledger().resolve(caller.viewer, request.capture("id")));
    COMITY_TRY(const ledger::Kept kept, node.ledger().find(caller.viewer, id));
    {
        COMITY_TRY(const auto session, node.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
        COMITY_TRY(const auto object, intelligence::find_carried(*session, readable, kept, position, 1));
        if (object.empty() || object.front().position != position) {
            return not_found(fmt::format("the statement has no object {} that you may read", position));
        }
    }
    COMITY_TRY(const auto objects, node.ledger().objects(id));
    std::vector<Digest> leaves;
    for (const std::string& object : objects) leaves.push_back(log::leaf_hash(as_bytes(object)));
    const log::HashReader read = [&](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
        std::vector<Digest> hashes;
        for (const log::Node& node_asked : nodes) {
            const std::size_t count = std::size_t{1} << node_asked.level;
            hashes.push_back(log::root_of(std::span(leaves).subspan(node_asked.index * count, count)));
        }
        return hashes;
    };
    COMITY_TRY(const auto proof, log::inclusion_proof(position, leaves.size(), read));
    json::Array hashes;
    for (const Digest& hash : proof) hashes.emplace_back(hash.hex());
    return http::Response::json(200, json::write(json::Object{{"position", position},
                                                              {"count", leaves.size()},
                                                              {"root", log::root_of(leaves).hex()},
                                                              {"hashes", std::move(hashes)}}));
}

}  // namespace

void add_object_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern,
                           Answer (*handler)(node::Node&, const http::Request&, const Caller&)) {
        router.get(pattern,
                   guarded(node, [&node, handler](const http::Request& request, const Caller& caller) {
                       return handler(node, request, caller);
                   }));
    };
    route("/api/v1/objects", list_objects);
    route("/api/v1/statements/{id}/objects", list_carried);
    route("/api/v1/statements/{id}/objects/{position}/proof", prove_object);
}

}  // namespace comity::api::rest
