// Whether anything that logs tell of could ever match a pattern.
#pragma once

#include "base/error.h"
#include "intelligence/pattern/pattern.h"

namespace comity::intelligence::match {

// kRefused names the first property that it needs and that no record of a log has (record_objects.h): a
// process, a registry key. Of what OR joins one side is enough.
Result<void> check_watchable(const Pattern& pattern);

}  // namespace comity::intelligence::match
