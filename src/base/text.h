// Small things that many do with text.
#pragma once

#include <algorithm>
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

// Only of ASCII; all other bytes stay as they are.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
inline std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

inline bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

// Without what of those characters stands at either end.
constexpr std::string_view trimmed(std::string_view text, std::string_view of = " \t") {
    const std::size_t first = text.find_first_not_of(of);
    if (first == std::string_view::npos) return text.substr(0, 0);
    return text.substr(first, text.find_last_not_of(of) - first + 1);
}

// Without the byte order mark that editors leave before UTF-8.
inline std::string_view without_mark(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    return text;
}

// As XML has it in an element or an attribute in double quotes. No other control character is XML: they go.
inline std::string xml_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
        }
    }
    return out;
}

}  // namespace comity
