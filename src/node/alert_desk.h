// What a member does with its rules and alerts on a node: the same from REST and from the command line on a
// data folder. Each is for the member's own people; who asks is the caller's to establish.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"
#include "node/node.h"

namespace comity::node {

// {"items":[...],"next":null}: the member's rules, by name.
Result<json::Object> alert_rules(Node& node, const std::string& member);
// The rule as it is kept. kRefused where this node could not say an alert of it (it holds no key of the
// member's in custody).
Result<json::Object> add_alert_rule(Node& node, const std::string& member, const json::Value& form);
Result<void> remove_alert_rule(Node& node, const std::string& member, std::string_view name);

// What a rule would have met among what was accepted here in the last days, as things stand now. Nothing is
// kept and nothing said.
// {"days","statements","objects","items":[{"statement","object","title","values"}],"more"}
Result<json::Object> try_alert_rule(Node& node, const std::string& member, const json::Value& form,
                                    std::int64_t days);

// Says in the member's name, in custody, that it has heard of the alert, to those who can read that.
Result<json::Object> acknowledge_alert(Node& node, const ledger::Viewer& viewer, std::string_view id,
                                       const std::string& note);

}  // namespace comity::node
