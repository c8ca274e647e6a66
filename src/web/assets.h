// The page, built into the program: what web/dist held when it was built (cmake/Web.cmake), each file
// compressed once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace comity::web {

// All views are into the program itself and last as long as it.
struct Asset {
    std::string_view path;  // as a browser asks for it: "/" (index.html), "/assets/index-B7x2.js"
    std::string_view type;  // the media type
    std::string_view etag;  // by content, with its quotes
    std::span<const std::uint8_t> gzip;
    std::size_t plain_size = 0;  // bytes when decompressed
    bool immutable = false;      // its name changes with its content
};

// In the order of their files' names. Never empty: "/" is always there.
std::span<const Asset> assets();

}  // namespace comity::web
