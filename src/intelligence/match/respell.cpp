#include "intelligence/match/respell.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/unicode.h"
#include "intelligence/indicator/disarmed.h"
#include "intelligence/match/hex_digit.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

class Writer {
  public:
    explicit Writer(std::size_t size) {
        out.text.reserve(size);
        out.places.reserve(size + 1);
    }
    void add(std::string_view text, std::size_t place) {
        out.text += text;
        out.places.insert(out.places.end(), text.size(), static_cast<std::uint32_t>(place));
    }
    Respelled out;
    bool changed = false;
};

// The UTF-16 unit of "\uXXXX".
std::optional<char32_t> unit_at(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    char32_t unit = 0;
    for (const char c : text.substr(2, 4)) {
        const int digit = hex_value(c);
        if (digit < 0) return std::nullopt;
        unit = unit << 4 | static_cast<char32_t>(digit);
    }
    return unit;
}

// A line of JSON: what "\n" means is certain there, and a folder's name in a path elsewhere.
bool is_json_line(std::string_view line) {
    const std::string_view trim = trimmed(line.substr(line.starts_with("\xef\xbb\xbf") ? 3 : 0), " \t,");
    return trim.starts_with('{') || trim.starts_with('[') || trim.starts_with('"');
}

// The byte of "\xHH"; -1: it is none.
int byte_at(std::string_view text) {
    if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return -1;
    const int high = hex_value(text[2]), low = hex_value(text[3]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// nginx and Apache write so what is no plain ASCII, byte by byte. What would be half a character is taken for
// a path: C:\xebay.com.
std::size_t read_bytes(std::string_view text, std::string& meant) {
    const int first = byte_at(text);
    if (first < 0) return 0;
    meant.assign(1, first < 0x20 ? ' ' : static_cast<char>(first));
    if (first < 0x80) return 4;
    const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    for (std::size_t i = 1; i <= more; ++i) {
        const int next = byte_at(text.substr(std::min(4 * i, text.size())));
        if (next < 0) return 0;
        meant += static_cast<char>(next);
    }
    return crypto::is_utf8(meant) ? 4 * meant.size() : 0;
}

// How many bytes of an escape are read, and what they mean; 0: it stays as it is.
std::size_t read_escape(std::string_view text, bool json, std::string& meant) {
    if (text.starts_with("\\/")) {
        meant.assign(1, '/');
        return 2;
    }
    if (json && text.size() > 1 && std::string_view("nrtbf").contains(text[1])) {
        meant.assign(1, ' ');
        return 2;
    }
    if (const std::size_t bytes = read_bytes(text, meant); bytes > 0) return bytes;
    const auto unit = unit_at(text);
    if (!unit) return 0;
    char32_t c = *unit;
    std::size_t size = 6;
    if (c >= 0xd800 && c < 0xdc00) {
        const auto low = unit_at(text.substr(6));
        if (!low || *low < 0xdc00 || *low >= 0xe000) return 0;
        c = 0x10000 + ((c - 0xd800) << 10) + (*low - 0xdc00);
        size = 12;
    } else if ((c >= 0xdc00 && c < 0xe000) || (c < 0x20 && !json)) {
        return 0;
    }
    if (c < 0x20) c = ' ';
    meant.clear();
    crypto::append_utf8(meant, c);
    return size;
}

// First escapes and disarmed marks, which are ASCII.
Respelled unescaped(std::string_view line, bool& changed) {
    Writer writer(line.size());
    std::string meant;
    const bool json = is_json_line(line);
    for (std::size_t at = 0; at < line.size();) {
        const char c = line[at];
        if (c == '\\') {
            if (const std::size_t size = read_escape(line.substr(at), json, meant); size > 0) {
                writer.add(meant, at);
                writer.changed = true;
                at += size;
                continue;
            }
            // An escaped backslash escapes nothing more.
            const std::size_t pair = std::min<std::size_t>(2, line.size() - at);
            for (std::size_t i = 0; i < pair; ++i) writer.add(line.substr(at + i, 1), at + i);
            at += pair;
            continue;
        }
        if (c == '[' || c == '(' || c == '{' || c == '<') {
            const auto marks = disarmed_marks();
            const auto found = std::ranges::find_if(marks, [&](const Disarmed& each) {
                return starts_with_word(line.substr(at), each.spelling);
            });
            if (found != marks.end()) {
                writer.add(found->meant, at);
                writer.changed = true;
                at += found->spelling.size();
                continue;
            }
        }
        writer.add(line.substr(at, 1), at);
        ++at;
    }
    writer.out.places.push_back(static_cast<std::uint32_t>(line.size()));
    changed = writer.changed;
    return std::move(writer.out);
}

bool in_any_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || (c & '\x80') != 0;
}

// Then what is beyond ASCII: signs become spaces, the full stops of IDNA dots, full-width forms the letters
// and marks that they are (UTS 46 takes them for the same).
Respelled without_signs(const Respelled& in) {
    Writer writer(in.text.size());
    for (std::size_t at = 0; at < in.text.size();) {
        const std::size_t begin = at;
        if ((in.text[at] & '\x80') == 0) {
            writer.add(std::string_view(in.text).substr(at, 1), in.places[at]);
            ++at;
            continue;
        }
        const auto c = crypto::next_code_point(in.text, at);
        if (!c) {
            at = begin + 1;
            writer.add(" ", in.places[begin]);
            continue;
        }
        const std::string_view one = std::string_view(in.text).substr(begin, at - begin);
        if (*c == 0x3002 || *c == 0xff0e || *c == 0xff61) {
            writer.add(".", in.places[begin]);
        } else if (*c > 0xff00 && *c < 0xff5f) {
            const char plain = static_cast<char>(*c - 0xff00 + 0x20);
            writer.add({&plain, 1}, in.places[begin]);
        } else if (*c == 0xfeff || *c == 0xfffd || search::words_of(one).empty()) {
            writer.add(" ", in.places[begin]);
        } else {
            writer.add(one, in.places[begin]);
        }
    }
    writer.out.places.push_back(in.places.back());
    return std::move(writer.out);
}

// Last, names in their own script, in punycode.
Respelled in_punycode(const Respelled& in) {
    Writer writer(in.text.size());
    for (std::size_t at = 0; at < in.text.size();) {
        std::size_t end = at;
        bool beyond = false;
        for (; end < in.text.size() && in_any_name(in.text[end]); ++end)
            beyond = beyond || (in.text[end] & '\x80') != 0;
        if (end == at) ++end;
        const std::string_view run = std::string_view(in.text).substr(at, end - at);
        std::string_view name = run;
        while (!name.empty() && std::string_view(".-_").contains(name.back())) name.remove_suffix(1);
        if (beyond && name.size() <= 1000 && name.contains('.')) {
            const auto terms = search::value_terms(name);
            if (!terms.empty() && terms.front().front() == static_cast<char>(search::Kind::kDomain) &&
                terms.front().size() < search::kMaxTerm) {
                writer.add(std::string_view(terms.front()).substr(1), in.places[at]);
                at += name.size();
                continue;
            }
        }
        for (std::size_t i = at; i < end; ++i)
            writer.add(std::string_view(in.text).substr(i, 1), in.places[i]);
        at = end;
    }
    writer.out.places.push_back(in.places.back());
    return std::move(writer.out);
}

}  // namespace

std::optional<Respelled> respell(std::string_view line) {
    bool changed = false;
    Respelled out = unescaped(line, changed);
    if (std::ranges::any_of(out.text, [](char c) { return (c & '\x80') != 0; })) {
        out = in_punycode(without_signs(out));
        changed = changed || out.text != line;
    }
    if (!changed) return std::nullopt;
    return out;
}

}  // namespace comity::intelligence::match
