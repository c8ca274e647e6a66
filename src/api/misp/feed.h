// The events of one reader's feed.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "intelligence/misp/write.h"
#include "ledger/ledger.h"
#include "node/node.h"

namespace comity::api::misp {

// The event of a statement, always the same.
std::string event_uuid(const Digest& statement);

// Calls back for each statement that shares something with the reader, oldest first.
using EachEvent = std::function<void(const std::string& uuid, const intelligence::misp::WrittenEvent& event)>;
Result<void> for_each_event(node::Node& node, const ledger::Viewer& viewer, const EachEvent& each);
// One of them; kNotFound.
Result<intelligence::misp::WrittenEvent> find_event(node::Node& node, const ledger::Viewer& viewer,
                                                    const std::string& uuid);

// What the manifest says of an event.
json::Object manifest_entry(const json::Object& event);

}  // namespace comity::api::misp
