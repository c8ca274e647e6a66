// The warning lists that commands go by: the built-in ones and those in DATA/warninglists.
#pragma once

#include "cli/context.h"
#include "intelligence/export/warning_lists.h"

namespace comity::cli {

Result<intelligence::WarningLists> warning_lists(const Context& context);

}  // namespace comity::cli
