#include "http/parse.h"

#include <fmt/format.h>

namespace comity::http {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

bool has_dot_segment(std::string_view path) {
    for (std::size_t start = 0; start < path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view segment = path.substr(start, end - start);
        if (segment == "." || segment == "..") return true;
        start = end + 1;
    }
    return false;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

bool is_token(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos))
            return false;
    }
    return true;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) {
            return at < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at])) : 0u;
        };
        const unsigned first = byte(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        std::size_t length = 0;
        unsigned code = 0;
        unsigned least = 0;
        if (first >= 0xc2 && first <= 0xdf) {
            length = 2, code = first & 0x1f, least = 0x80;
        } else if (first >= 0xe0 && first <= 0xef) {
            length = 3, code = first & 0x0f, least = 0x800;
        } else if (first >= 0xf0 && first <= 0xf4) {
            length = 4, code = first & 0x07, least = 0x10000;
        } else {
            return false;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xc0) != 0x80) return false;
            code = code << 6 | (byte(i + k) & 0x3f);
        }
        if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
        i += length;
    }
    return true;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    bool ascii = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return invalid(
                    {}, fmt::format("the \"%\" at byte {} is not followed by two hexadecimal digits", i),
                    "write a percent sign as %25");
            }
            c = static_cast<char>(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == ' ') {
            return invalid({}, "a space is not encoded", "write it as %20");
        }
        if (is_control(c)) return invalid({}, "it holds a control character");
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
        out.push_back(c);
    }
    if (!ascii && !is_utf8(out)) return invalid({}, "it is not UTF-8");
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return out;
}

Result<Target> parse_target(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const std::size_t end = target.find_first_of("/?", scheme.size());
        if (end == std::string_view::npos) return Target{"/", {}, {}};
        if (target[end] == '?') return invalid("path", "the address has a query and no path");
        target.remove_prefix(end);
        break;
    }
    if (target.empty() || target.front() != '/') return invalid("path", "it does not start with \"/\"");
    if (target.find('#') != std::string_view::npos) {
        return invalid("path", "a fragment (\"#\") has no place in a request");
    }
    const std::size_t mark = target.find('?');
    Target out;
    auto path = percent_decode(target.substr(0, mark));
    if (!path) return within("path", std::move(path).error());
    out.path = *std::move(path);
    if (has_dot_segment(out.path)) return invalid("path", "it holds a \".\" or \"..\" segment");
    if (mark != std::string_view::npos) {
        out.raw_query = std::string(target.substr(mark + 1));
        COMITY_TRY(out.query, parse_query(out.raw_query));
    }
    return out;
}

Result<Pairs> parse_query(std::string_view raw) {
    Pairs out;
    for (std::size_t start = 0; start < raw.size();) {
        const std::size_t end = std::min(raw.find('&', start), raw.size());
        const std::string_view piece = raw.substr(start, end - start);
        start = end + 1;
        if (piece.empty()) continue;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        auto name = percent_decode(piece.substr(0, equals), true);
        if (!name) return within("query", std::move(name).error());
        auto value =
            percent_decode(equals == piece.size() ? std::string_view() : piece.substr(equals + 1), true);
        if (!value) return within("query", within(*name, std::move(value).error()).error());
        out.emplace_back(*std::move(name), *std::move(value));
    }
    return out;
}

}  // namespace comity::http
