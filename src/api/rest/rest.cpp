#include "api/rest/rest.h"

#include "api/rest/routes.h"

namespace comity::api::rest {

void add_routes(http::Router& router, node::Node& node) {
    add_node_routes(router, node);
    add_account_routes(router, node);
    add_member_routes(router, node);
    add_statement_routes(router, node);
    add_event_routes(router, node);
    add_object_routes(router, node);
    add_intel_routes(router, node);
    add_collection_routes(router, node);
    add_search_routes(router, node);
    add_lookup_routes(router, node);
    add_export_routes(router, node);
    add_pull_routes(router, node);
    add_alert_routes(router, node);
    add_alert_feed_routes(router, node);
    add_hit_routes(router, node);
    add_feed_routes(router, node);
    add_divide_routes(router, node);
    add_clearing_routes(router, node);
    add_market_routes(router, node);
    add_network_routes(router, node);
    add_governance_routes(router, node);
    add_consultation_routes(router, node);
    add_rule_routes(router, node);
    add_forum_routes(router, node);
    add_submit_routes(router, node);
    add_evidence_routes(router, node);
    add_federation_routes(router, node);
}

}  // namespace comity::api::rest
