// Every indicator of a node that its user may read, page by page.
#pragma once

#include <functional>

#include "cli/context.h"
#include "intelligence/match/store.h"

namespace comity::cli {

// In its last version, with who shared it and how far it is believed now; the newest first.
Result<void> each_indicator(
    Context& context, const std::function<Result<void>(const intelligence::match::SharedIndicator&)>& take);

}  // namespace comity::cli
