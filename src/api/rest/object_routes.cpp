#include <fmt/format.h>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "federation/shelf.h"
#include "intelligence/carried.h"
#include "intelligence/queries.h"
#include "ledger/queries.h"
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

// What a mirror asks: of each object that the reader may not read the hash, so that it can make the root.
Answer list_with_holes(db::Session& session, const ledger::Readable& readable, const ledger::Kept& kept,
                       std::uint64_t first, std::size_t limit) {
    COMITY_TRY(const auto list, federation::objects_for(session, readable, kept, first, limit));
    std::vector<std::string> items;
    auto hole = list.holes.begin();
    for (std::size_t i = 0; i < list.data.size(); ++i) {
        const bool lacks = list.data[i].empty() && hole != list.holes.end();
        items.push_back(lacks ? fmt::format(R"({{"position":{},"hash":"{}"}})", first + i, hole++->hash.hex())
                              : fmt::format(R"({{"position":{},"object":{}}})", first + i, list.data[i]));
    }
    const std::uint64_t end = first + list.data.size();
    const bool more = kept.statement.objects && end < kept.statement.objects->count && !list.data.empty();
    return page_of(items, more ? std::optional(std::to_string(end - 1)) : std::nullopt);
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
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Kept kept, ledger::find_statement(*session, caller.viewer, id));
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    if (request.parameter("holes") == "true") return list_with_holes(*session, readable, kept, first, limit);
    COMITY_TRY(const std::uint64_t before,
               number_of(request.parameter("before").value_or(std::to_string(kMaxPosition)), "before",
                         kMaxPosition));
    COMITY_TRY(auto found, intelligence::find_carried(*session, readable, kept, first, limit + 1));
    std::erase_if(found, [&](const auto& object) { return object.position >= before; });
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
    const std::vector<std::string_view> views(objects.data.begin(), objects.data.end());
    COMITY_TRY(const std::vector<Digest> leaves, ledger::leaf_hashes(views, objects.holes));
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
