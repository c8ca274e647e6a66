// The routes of /api/v1, a file each group. All take the router that they add to and the node that they speak
// for.
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::rest {

void add_node_routes(http::Router& router, node::Node& node);        // /node, /log, /openapi.json
void add_account_routes(http::Router& router, node::Node& node);     // /session, /tokens
void add_member_routes(http::Router& router, node::Node& node);      // /members, /groups
void add_statement_routes(http::Router& router, node::Node& node);   // /statements, /envelopes
void add_event_routes(http::Router& router, node::Node& node);       // /events
void add_object_routes(http::Router& router, node::Node& node);      // /objects, /statements/{id}/objects
void add_intel_routes(http::Router& router, node::Node& node);       // POST /intel/understand, /intel/earlier
void add_submit_routes(http::Router& router, node::Node& node);      // POST /statements
void add_evidence_routes(http::Router& router, node::Node& node);    // /checkpoints, /evidence
void add_federation_routes(http::Router& router, node::Node& node);  // /nodes, /logs, /log/wait
void add_collection_routes(http::Router& router, node::Node& node);  // /collections
void add_search_routes(http::Router& router, node::Node& node);      // /intel/search, /intel/objects
void add_lookup_routes(http::Router& router, node::Node& node);      // /intel/lookup
void add_export_routes(http::Router& router, node::Node& node);      // /intel/export/{format}
void add_governance_routes(http::Router& router, node::Node& node);  // /procedures, /proposals, /votes
void add_divide_routes(http::Router& router, node::Node& node);      // /divide
void add_clearing_routes(http::Router& router, node::Node& node);    // /clearing
void add_market_routes(http::Router& router, node::Node& node);      // /market
void add_network_routes(http::Router& router, node::Node& node);     // POST /network/plan
void add_consultation_routes(http::Router& router, node::Node& node);  // /proposals/{id}/..., /calendar
void add_rule_routes(http::Router& router, node::Node& node);          // /rules, /proposals/{id}/impact
void add_forum_routes(http::Router& router, node::Node& node);         // /bodies, /consultations, ...
void add_pull_routes(http::Router& router, node::Node& node);          // /pulls
void add_hit_routes(http::Router& router, node::Node& node);           // /hits, /hit-policy, .../sightings
void add_feed_routes(http::Router& router, node::Node& node);          // /feeds
void add_alert_feed_routes(http::Router& router, node::Node& node);    // /alert-feed
void add_alert_routes(http::Router& router, node::Node& node);         // /alerts, /alert-rules, /alert-trials

}  // namespace comity::api::rest
