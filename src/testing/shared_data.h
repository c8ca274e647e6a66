// Real data that tests read: the folder shared/data beside the checkout, or where COMITY_SHARED_DATA says it
// is.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace comity::testing {

// The folder; nothing where it is absent: then the test skips and says so. Tests run in the source folder.
inline std::optional<std::filesystem::path> shared_data() {
    const char* named = std::getenv("COMITY_SHARED_DATA");
    const std::filesystem::path folder = named != nullptr ? named : "../shared/data";
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) return std::nullopt;
    return folder;
}

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace comity::testing

// Skips the test where the folder is absent; else `name` is its path.
#define COMITY_SHARED_DATA_OR_SKIP(name)                                                                     \
    const auto name##_found = comity::testing::shared_data();                                                \
    if (!name##_found)                                                                                       \
        GTEST_SKIP() << "no ../shared/data beside the checkout (or COMITY_SHARED_DATA): real data untested"; \
    const std::filesystem::path& name = *name##_found
