#include "cli/context.h"

#include <cstdlib>

namespace comity::cli {

std::filesystem::path data_folder(const Context& context) {
    if (!context.data.empty()) return context.data;
    std::error_code ignored;
    if (std::filesystem::is_directory("comity-data", ignored)) return "comity-data";
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg == '/') {
        return std::filesystem::path(xdg) / "comity";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return std::filesystem::path(home) / ".local/share/comity";
    }
    return "comity-data";
}

}  // namespace comity::cli
