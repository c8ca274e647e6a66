#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace comity::cli {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 1;
    bool valid = false;
};

CodePoint decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return {first, 1, true};
    const std::size_t size = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
    if (size == 0 || at + size > text.size()) return {};
    std::uint32_t value = first & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        value = value << 6 | (byte(i) & 0x3f);
    }
    static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
    return {value, size, true};
}

bool harmful(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c || c == 0x2028 ||
           c == 0x2029 || c == 0xfeff;
}

bool combining(std::uint32_t c) {
    return (c >= 0x300 && c < 0x370) || (c >= 0x610 && c <= 0x61a) || (c >= 0x64b && c <= 0x65f) ||
           (c >= 0x483 && c <= 0x489) || (c >= 0x200b && c <= 0x200d) || (c >= 0xfe00 && c <= 0xfe0f) ||
           (c >= 0x20d0 && c <= 0x20ff);
}

bool wide(std::uint32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1f64f) || (c >= 0x20000 && c <= 0x3fffd);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        if (point.valid && (point.value == '\n' || point.value == '\t' || point.value == '\r')) {
            out += ' ';
        } else if (!point.valid || harmful(point.value)) {
            out += kReplacement;
        } else {
            out += text.substr(at, point.size);
        }
        at += point.size;
    }
    return out;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        if (!point.valid || !combining(point.value)) columns += point.valid && wide(point.value) ? 2 : 1;
        at += point.size;
    }
    return columns;
}

std::string printable_json(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        // Below 0x20 there is only layout: inside texts JSON escapes these itself. All that is harmful fits
        // in four digits.
        if (point.valid && point.value >= 0x20 && harmful(point.value)) {
            out += fmt::format("\\u{:04x}", point.value);
        } else {
            out += text.substr(at, point.size);
        }
        at += point.size;
    }
    return out;
}

void print_json(Context& context, const json::Value& value) {
    context.out << printable_json(context.out_terminal ? json::write_pretty(value)
                                                       : json::write(value) + "\n");
}

void print_table(Context& context, const std::vector<std::string>& heading,
                 const std::vector<std::vector<std::string>>& rows, std::string_view none) {
    if (rows.empty()) {
        context.err << none << '\n';
        return;
    }
    std::vector<std::vector<std::string>> lines;
    lines.reserve(rows.size() + 1);
    lines.push_back(heading);
    for (const auto& row : rows) {
        auto& line = lines.emplace_back();
        for (const std::string& cell : row) line.push_back(printable(cell));
    }
    std::vector<std::size_t> widths(heading.size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size() && i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], columns_of(line[i]));
        }
    }
    for (std::size_t n = 0; n < lines.size(); ++n) {
        std::string text;
        for (std::size_t i = 0; i < lines[n].size(); ++i) {
            text += lines[n][i];
            if (i + 1 < lines[n].size()) text.append(widths[i] - columns_of(lines[n][i]) + 2, ' ');
        }
        if (n == 0 && context.colour) text = std::string(kBold) + text + std::string(kPlain);
        context.out << text << '\n';
    }
}

void print_fields(Context& context, const std::vector<std::pair<std::string, std::string>>& fields) {
    std::size_t width = 0;
    for (const auto& [name, value] : fields) width = std::max(width, columns_of(name));
    for (const auto& [name, value] : fields) {
        context.out << name << ':' << std::string(width - columns_of(name) + 2, ' ') << printable(value)
                    << '\n';
    }
}

void print_error(Context& context, const Error& error) {
    context.out.flush();
    context.err << "comity: " << printable(error.message()) << '\n';
}

}  // namespace comity::cli
