// For other tools: is this value listed?
#pragma once

#include <span>
#include <string>

#include "intelligence/answer/answer.h"
#include "json/value.h"

namespace comity::intelligence {

// What the indicators say, that are valid now and that the reader may read, whose patterns ask for nothing
// more than that one of some values is seen: the value itself; of an address or network also a network that
// holds it; of a name also the names above it; of a URL or an e-mail address also its host.
// {"items":[{"value","listed","indicators":[{"value","id","name","source","confidence","tlp","valid_until"}],"more"}],
// "next":null}, an item for each value, in their order. kInvalid names the value.
Result<json::Object> answer_lookup(const Asking& asking, std::span<const std::string> values);

}  // namespace comity::intelligence
