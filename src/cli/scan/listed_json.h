// What an index file says, as JSON.
#pragma once

#include <string>

#include "cli/scan/watch_list.h"
#include "json/value.h"

namespace comity::cli {

// One indicator: {"id"?,"source","name"?,"confidence"?,"tlp"?,"valid_until"?}
json::Object about_json(const intelligence::match::About& about);

// What a catalogue lists of a value, in the form of node/lookups.h.
json::Object listed_json(const intelligence::match::Catalog& catalog, const std::string& value, Time now);

}  // namespace comity::cli
