#include "cli/election/secrets.h"

#include <fmt/format.h>

namespace comity::cli {

Result<std::filesystem::path> election_secret(Context& context, const std::string& uuid,
                                              const std::string& member, const std::string& ending) {
    const std::filesystem::path folder = data_folder(context) / "elections";
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return unavailable(folder.string(), "cannot be made: " + failed.message());
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    return folder / fmt::format("{}.{}.{}", uuid, member, ending);
}

}  // namespace comity::cli
