// Just enough of Unicode for names and notes: reading UTF-8 strictly, writing it, and which characters are
// spaces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace comity::crypto {

// The character at `at`, which moves behind it; nothing where the bytes there are not UTF-8 (an overlong
// form, a surrogate, a value over U+10FFFF, a sequence cut short). Precondition: at < text.size().
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);

bool is_utf8(std::string_view text);

// Adds the character's UTF-8. Precondition: at most U+10FFFF.
void append_utf8(std::string& out, char32_t c);

// Unicode's property White_Space.
bool is_space(char32_t c);

}  // namespace comity::crypto
