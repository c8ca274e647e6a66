// Reading texts that were written by this program, without building a value: piece by piece, as they must
// stand there. What does not is read by parse().
#pragma once

#include <algorithm>
#include <string_view>

namespace comity::json {

// Takes `head` off the front of `text`.
inline bool take(std::string_view& text, std::string_view head) {
    if (!text.starts_with(head)) return false;
    text.remove_prefix(head.size());
    return true;
}

// Takes what stands before the next quotation mark, and the mark; escapes are left as they are.
inline std::string_view take_quoted(std::string_view& text) {
    const std::size_t end = std::min(text.find('"'), text.size());
    const std::string_view quoted = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return quoted;
}

}  // namespace comity::json
