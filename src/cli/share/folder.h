// A folder shared: a MISP feed's (manifest.json and an event a file), or one of bundles, events, tables and
// lists.
#pragma once

#include "cli/share/document.h"

namespace comity::cli {

// Everything is understood before anything is said: where something is not, nothing is shared (unless
// options.skip says so). What stood in an earlier file, to the byte, is not said again.
Result<void> share_folder(Context& context, const ShareOptions& options);

}  // namespace comity::cli
