// Just enough of Unicode for names and notes: reading UTF-8 strictly, and which characters are spaces.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace comity::crypto {

// The character at `at`, which moves behind it; nothing where the bytes there are not UTF-8 (an overlong
// form, a surrogate, a value over U+10FFFF, a sequence cut short). Precondition: at < text.size().
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);

bool is_utf8(std::string_view text);

// Unicode's property White_Space.
bool is_space(char32_t c);

}  // namespace comity::crypto
