#include "cli/source.h"

namespace comity::cli {

Result<std::unique_ptr<Source>> Source::open(Context& context) {
    return context.node.empty() ? open_local(context) : open_remote(context);
}

}  // namespace comity::cli
