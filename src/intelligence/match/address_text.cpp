#include "intelligence/match/address_text.h"

#include <algorithm>

#include "intelligence/match/hex_digit.h"

namespace comity::intelligence::match {
std::optional<std::uint32_t> read_address4(std::string_view text) {
    if (text.size() < 7 || text.size() > 15) return std::nullopt;
    std::uint32_t address = 0;
    std::size_t at = 0;
    for (int octet = 0; octet < 4; ++octet) {
        unsigned value = 0;
        const std::size_t begin = at;
        while (at < text.size() && at - begin < 3 && text[at] >= '0' && text[at] <= '9')
            value = value * 10 + static_cast<unsigned>(text[at++] - '0');
        if (at == begin || value > 255 || (at - begin > 1 && text[begin] == '0')) return std::nullopt;
        address = address << 8 | value;
        if (octet == 3) break;
        if (at == text.size() || text[at] != '.') return std::nullopt;
        ++at;
    }
    if (at != text.size()) return std::nullopt;
    return address;
}

std::optional<std::array<std::uint8_t, 16>> read_address6(std::string_view text) {
    std::array<std::uint8_t, 16> out{};
    std::size_t size = 0;        // bytes read
    std::size_t gap = SIZE_MAX;  // where "::" stands
    std::size_t at = 0;
    if (text.starts_with(':')) {
        if (!text.starts_with("::")) return std::nullopt;
        gap = 0;
        at = 2;
    }
    while (at < text.size()) {
        const std::size_t begin = at;
        unsigned value = 0;
        int digit = 0;
        while (at < text.size() && at - begin < 4 && (digit = hex_value(text[at])) >= 0) {
            value = value << 4 | static_cast<unsigned>(digit);
            ++at;
        }
        if (at == begin) return std::nullopt;
        if (at < text.size() && text[at] == '.') {  // its last 32 bits as IPv4
            const auto four = read_address4(text.substr(begin));
            if (!four || size > 12) return std::nullopt;
            for (int shift = 24; shift >= 0; shift -= 8)
                out[size++] = static_cast<std::uint8_t>(*four >> shift);
            break;
        }
        if (size > 14) return std::nullopt;
        out[size++] = static_cast<std::uint8_t>(value >> 8);
        out[size++] = static_cast<std::uint8_t>(value);
        if (at == text.size()) break;
        if (text[at] != ':' || at + 1 == text.size()) return std::nullopt;
        ++at;
        if (text[at] == ':') {
            if (gap != SIZE_MAX) return std::nullopt;
            gap = size;
            ++at;
        }
    }
    if (gap == SIZE_MAX) return size == 16 ? std::optional(out) : std::nullopt;
    if (size == 16) return std::nullopt;
    std::move_backward(out.begin() + static_cast<std::ptrdiff_t>(gap),
                       out.begin() + static_cast<std::ptrdiff_t>(size), out.end());
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(gap), 16 - size, std::uint8_t{0});
    return out;
}

std::optional<std::uint32_t> mapped_address4(const std::array<std::uint8_t, 16>& address) {
    static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!std::equal(kPrefix.begin(), kPrefix.end(), address.begin())) return std::nullopt;
    return std::uint32_t{address[12]} << 24 | std::uint32_t{address[13]} << 16 |
           std::uint32_t{address[14]} << 8 | address[15];
}

}  // namespace comity::intelligence::match
