// How witnesses, groups and quorums are told to people: of a served log's JSON ("Log"), and of a verdict made
// here.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "log/policy.h"

namespace comity::cli {

// The objects of a list in such a form; none where it is absent.
std::vector<json::Object> list_field(const json::Object& object, std::string_view name);

// "governments: 2 of 3, since 2026-11-24T10:00:00Z", "civil: 0 of 1, waits for ngo-1, ngo-2"
std::string group_text(const json::Object& group);
// "community: met, 3 entries behind", "community: not met, waits for ngo-1"; empty where nobody is asked for.
std::string quorum_text(const json::Object& log);

// The same forms out of a verdict.
json::Object quorum_json(const log::Policy& policy, const log::PolicyVerdict& verdict);
json::Array groups_json(const log::PolicyVerdict& verdict);

}  // namespace comity::cli
