// Answers to what is asked of alerts, as JSON: the same from REST and from the command line. Law 4: alerts
// and acknowledgements that the reader may not read take part in nothing.
#pragma once

#include <string_view>

#include "intelligence/answer/answer.h"
#include "json/value.h"

namespace comity::intelligence {

// The newest first.
//     severity      at least
//     open          "true": those alone that nobody has acknowledged
//     drill         "true" or "false": drills alone, or none
//     limit, cursor
// {"items":[...],"next":"..."|null}; an item as answer_alert has it.
Result<json::Object> answer_alerts(const Asking& asking, const Parameters& parameters);

// One alert, by its id or a beginning of it, with who has acknowledged it or one that escalates it, and how
// many milliseconds after, by the time that this node accepted both. Of a drill also "awaited": who was
// warned and has not answered. kNotFound, also where several begin so.
Result<json::Object> answer_alert(const Asking& asking, std::string_view id);

}  // namespace comity::intelligence
