// Text as it is shown in errors and logs.
#pragma once

#include <string>
#include <string_view>

namespace comity {

// The text, or where it is longer than that many bytes its beginning and "...". Never a part of a character:
// what was UTF-8 stays so, and can stand in JSON.
inline std::string shown(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string(text);
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "...";
}

}  // namespace comity
