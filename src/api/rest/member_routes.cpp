#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "base/text.h"
#include "node/roll_json.h"

namespace comity::api::rest {
namespace {

// A member's id, or a group's: owner/name.
bool is_id(std::string_view text, bool group) {
    const std::size_t slash = text.find('/');
    if (!group || slash == std::string_view::npos)
        return !group && ledger::check_member_id(text, "").has_value();
    return ledger::check_member_id(text.substr(0, slash), "").has_value() &&
           ledger::check_member_id(text.substr(slash + 1), "").has_value();
}

// A page of an ordered map from the key after the cursor on.
template <typename Map, typename Write>
Answer page_of_map(const http::Request& request, const Map& map, bool groups, const Write& write) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    const std::string_view cursor = request.parameter("cursor").value_or("");
    if (request.parameter("cursor") && !is_id(cursor, groups)) return bad_cursor();
    std::vector<std::string> items;
    std::optional<std::string> last;
    auto it = cursor.empty() ? map.begin() : map.upper_bound(cursor);
    for (; it != map.end(); ++it) {
        std::optional<std::string> item = write(*it);
        if (!item) continue;
        if (items.size() == limit) return page_of(items, last);
        items.push_back(std::move(*item));
        last = it->first;
    }
    return page_of(items, std::nullopt);
}

Answer list_members(node::Node& node, const http::Request& request) {
    std::optional<ledger::StakeholderClass> wanted;
    if (const auto text = request.parameter("class")) {
        COMITY_TRY(wanted, ledger::parse_stakeholder_class(*text, "class"));
    }
    const auto roll = node.ledger().roll();
    return page_of_map(request, roll->members, false, [&](const auto& entry) -> std::optional<std::string> {
        if (wanted && entry.second.stakeholder_class != *wanted) return std::nullopt;
        return json::write(node::member_json(entry.second));
    });
}

Answer show_member(node::Node& node, const http::Request& request) {
    const auto roll = node.ledger().roll();
    const ledger::Member* member = roll->find(request.capture("id"));
    if (member == nullptr) {
        return not_found("there is no member '" + shown(request.capture("id"), 64) + "'",
                         "list them: GET /api/v1/members");
    }
    return http::Response::json(200, json::write(node::member_json(*member)));
}

Answer list_groups(node::Node& node, const http::Request& request) {
    const auto roll = node.ledger().roll();
    return page_of_map(request, roll->groups, true, [](const auto& entry) -> std::optional<std::string> {
        json::Array members;
        for (const std::string& member : entry.second) members.emplace_back(member);
        return json::write(json::Object{{"id", entry.first}, {"members", std::move(members)}});
    });
}

}  // namespace

void add_member_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/members", guarded(node, [&node](const http::Request& request, const Caller&) {
                   return list_members(node, request);
               }));
    router.get("/api/v1/members/{id}", guarded(node, [&node](const http::Request& request, const Caller&) {
                   return show_member(node, request);
               }));
    router.get("/api/v1/groups", guarded(node, [&node](const http::Request& request, const Caller&) {
                   return list_groups(node, request);
               }));
}

}  // namespace comity::api::rest
