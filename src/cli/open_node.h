// The node in the data folder: for what is its operator's business (accounts, serving, checking) and has no
// --node.
#pragma once

#include <memory>

#include "cli/context.h"
#include "node/node.h"

namespace comity::cli {

Result<std::unique_ptr<node::Node>> open_node(Context& context);

}  // namespace comity::cli
