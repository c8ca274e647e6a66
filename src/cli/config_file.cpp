#include "cli/config_file.h"

#include <filesystem>
#include <system_error>

#include "cli/files.h"

namespace comity::cli {

Result<void> write_config(Context& context, const node::Config& config) {
    std::error_code ignored;
    const auto path = config.data / "comity.toml";
    if (std::filesystem::exists(path, ignored)) return {};
    node::Config written;
    written.name = config.name;
    written.origin = config.origin;
    return write_file(context, path, node::documented_config(written), false);
}

}  // namespace comity::cli
