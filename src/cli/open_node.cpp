#include "cli/open_node.h"

namespace comity::cli {

Result<std::unique_ptr<node::Node>> open_node(Context& context) {
    COMITY_TRY(node::Config config, node::load_config(data_folder(context)));
    return node::Node::open(std::move(config), *context.clock);
}

}  // namespace comity::cli
