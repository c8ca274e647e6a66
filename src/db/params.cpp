#include "db/params.h"

#include <fmt/format.h>
#include <cmath>
#include <cstring>

namespace comity::db {
namespace {

// How many bytes the character at the front takes, 0 where it is none (overlong, surrogate, beyond U+10FFFF,
// cut short).
std::size_t character_size(ByteView text) {
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xbf) {
        return i < text.size() && text[i] >= low && text[i] <= high;
    };
    const std::uint8_t lead = text[0];
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return continues(1) ? 2 : 0;
    if (lead < 0xf0) {
        const std::uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;
        const std::uint8_t high = lead == 0xed ? 0x9f : 0xbf;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead > 0xf4) return 0;
    const std::uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
}

bool is_utf8(ByteView text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    while (!text.empty()) {
        // Most texts are ASCII: eight at a time.
        if (text.size() >= 8) {
            std::uint64_t eight;
            std::memcpy(&eight, text.data(), 8);
            if ((eight & kHighBits) == 0) {
                text = text.subspan(8);
                continue;
            }
        }
        const std::size_t size = character_size(text);
        if (size == 0) return false;
        text = text.subspan(size);
    }
    return true;
}

}  // namespace

Result<void> check_params(std::span<const Param> params) {
    for (std::size_t i = 0; i < params.size(); ++i) {
        if (const auto* text = std::get_if<std::string_view>(&params[i].value())) {
            if (!text->empty() && std::memchr(text->data(), 0, text->size()) != nullptr) {
                return invalid(fmt::format("${}", i + 1), "a text with a NUL character in it",
                               "keep it as bytes");
            }
            if (!is_utf8(as_bytes(*text))) {
                return invalid(fmt::format("${}", i + 1), "a text that is not UTF-8", "keep it as bytes");
            }
        } else if (const auto* real = std::get_if<double>(&params[i].value()); real && std::isnan(*real)) {
            return invalid(fmt::format("${}", i + 1), "a number that is none (NaN)", "keep it as NULL");
        }
    }
    return {};
}

}  // namespace comity::db
