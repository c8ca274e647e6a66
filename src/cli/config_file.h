// The configuration that a new node's operator finds.
#pragma once

#include "cli/context.h"
#include "node/config.h"

namespace comity::cli {

// Writes comity.toml where there is none, with every key in its place, and name and origin as given.
Result<void> write_config(Context& context, const node::Config& config);

}  // namespace comity::cli
