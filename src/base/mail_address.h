// What letters are sent to and from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace comity {

inline constexpr std::size_t kMaxMailAddress = 254;  // bytes (RFC 5321 section 4.5.3.1.3)

// "name@host", in ASCII, with nothing that could end its line or its brackets.
inline bool is_mail_address(std::string_view text) {
    const std::size_t at = text.rfind('@');
    return text.size() <= kMaxMailAddress && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           std::ranges::all_of(text, [](char c) {
               return c > 0x20 && c < 0x7f && !std::string_view("<>()[],;:\\\"").contains(c);
           });
}

}  // namespace comity
