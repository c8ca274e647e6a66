// A hexadecimal digit in running text.
#pragma once

namespace comity::intelligence::match {

// In either case; -1 where it is none.
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace comity::intelligence::match
