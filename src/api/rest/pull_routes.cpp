// What this node fetches from elsewhere, for the people in whose name it is shared.
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/pull/pulls.h"

namespace comity::api::rest {
namespace {

Answer list_pulls(node::Node& node, const Caller& caller) {
    COMITY_TRY(const accounts::Principal* principal, logged_in(caller));
    if (!caller.viewer.staff || caller.viewer.member.empty())
        return refused("account", "pulls are shown to a member's own people");
    COMITY_CHECK(intelligence::pull::Pulls::prepare(node.database()));
    COMITY_TRY(const auto pulls, intelligence::pull::Pulls(node.database()).list());
    std::vector<std::string> items;
    for (const auto& pull : pulls) {
        if (pull.config.member != principal->account.member) continue;
        json::Object item = intelligence::pull::pull_json(pull, node.clock().now());
        item.erase("secret_file");  // where things lie on this machine is its operator's business
        item.erase("ca_file");
        item.erase("holder");
        items.push_back(json::write(item));
    }
    return page_of(items, std::nullopt);
}

}  // namespace

void add_pull_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/pulls", guarded(node, [&node](const http::Request&, const Caller& caller) {
                   return list_pulls(node, caller);
               }));
}

}  // namespace comity::api::rest
