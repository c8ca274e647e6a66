#include "intelligence/indicator/domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace comity::intelligence {
namespace {

constexpr std::array<std::string_view, 10> kNobodys = {
    "arpa", "example", "home", "internal", "invalid", "lan", "local", "localdomain", "localhost", "test"};

// The code point at `at`, which moves behind it; nothing where the bytes are no UTF-8.
bool next_code_point(std::string_view text, std::size_t& at, char32_t& out) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(at);
    const int more = lead < 0x80             ? 0
                     : (lead & 0xe0) == 0xc0 ? 1
                     : (lead & 0xf0) == 0xe0 ? 2
                     : (lead & 0xf8) == 0xf0 ? 3
                                             : -1;
    if (more < 0 || at + static_cast<std::size_t>(more) >= text.size() + (more == 0 ? 1 : 0)) return false;
    char32_t point = more == 0 ? lead : lead & (0x3f >> more);
    for (int i = 1; i <= more; ++i) {
        const std::uint8_t next = byte(at + static_cast<std::size_t>(i));
        if ((next & 0xc0) != 0x80) return false;
        point = point << 6 | (next & 0x3fu);
    }
    static constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (point < kLeast[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    at += static_cast<std::size_t>(more) + 1;
    out = point;
    return true;
}

bool misleads(char32_t point) {
    return (point >= 0x80 && point <= 0xa0) || point == 0xad || point == 0x61c || point == 0x1680 ||
           point == 0x180e || (point >= 0x2000 && point <= 0x200f) || (point >= 0x2028 && point <= 0x202f) ||
           (point >= 0x205f && point <= 0x206f) || point == 0x3000 || point == 0xfeff ||
           (point >= 0xfff0 && point <= 0xffff) || (point >= 0xe000 && point <= 0xf8ff) || point >= 0xe0000;
}

Result<void> check_label(std::string_view label) {
    if (label.empty()) return invalid({}, "a domain name has no empty label");
    if (label.size() > 63) return invalid({}, "a label of a domain name has at most 63 bytes");
    if (label.front() == '-' || label.back() == '-')
        return invalid({}, "a label of a domain name neither begins nor ends with a hyphen");
    for (const char c : label) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                          static_cast<std::uint8_t>(c) >= 0x80;
        if (!fine) return invalid({}, fmt::format("'{}' does not stand in a domain name", c));
    }
    return {};
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
    char32_t point = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (!next_code_point(text, at, point) || point < 0x20 || point == 0x7f || misleads(point))
            return false;
    }
    return true;
}

bool is_nobodys(std::string_view last_label) {
    return std::ranges::find(kNobodys, last_label) != kNobodys.end();
}

Result<std::string> normal_domain(std::string_view text) {
    std::string name = lowered(text);
    if (name.ends_with('.')) name.pop_back();
    if (name.empty() || name.size() > 253) return invalid({}, "a domain name has 1 to 253 bytes");
    if (!is_plain_utf8(name)) return invalid({}, "a domain name is plain UTF-8");
    std::size_t labels = 0;
    std::string_view last;
    for (std::string_view rest = name;;) {
        const std::size_t dot = rest.find('.');
        last = rest.substr(0, dot);
        COMITY_CHECK(check_label(last));
        ++labels;
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    if (labels < 2) return invalid({}, "is one word: neither address, domain, URL nor sum");
    const bool ascii = std::ranges::all_of(last, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
    const bool letters = std::ranges::all_of(last, [](char c) { return c >= 'a' && c <= 'z'; });
    if (ascii && !letters && !last.starts_with("xn--"))
        return invalid({}, fmt::format("\"{}\" is no top-level domain", last));
    if (ascii && last.size() < 2) return refused({}, "no top-level domain has one letter");
    if (is_nobodys(last)) return refused({}, fmt::format(".{} is in nobody's DNS", last));
    return name;
}

}  // namespace comity::intelligence
