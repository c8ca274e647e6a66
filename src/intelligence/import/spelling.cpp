#include "intelligence/import/spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "base/text.h"
#include "intelligence/indicator/disarmed.h"

namespace comity::intelligence {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<std::uint8_t>(c) >= 0x80;
}

// The code point at `at` and its bytes; 0 bytes where there is none.
std::pair<char32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
    const std::size_t size = byte(0) < 0x80             ? 1
                             : (byte(0) & 0xe0) == 0xc0 ? 2
                             : (byte(0) & 0xf0) == 0xe0 ? 3
                                                        : 0;
    if (size == 0 || at + size > text.size()) return {0, 0};
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    }
    if (size == 1) return {byte(0), 1};
    if (size == 2) return {static_cast<char32_t>((byte(0) & 0x1f) << 6 | (byte(1) & 0x3f)), 2};
    return {static_cast<char32_t>((byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f)), 3};
}

bool is_unseen(char32_t point) {
    return point == 0xad || point == 0x34f || point == 0x61c || point == 0x180e ||
           (point >= 0x200b && point <= 0x200f) || (point >= 0x202a && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}
bool is_other_space(char32_t point) {
    return point == 0x85 || point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) ||
           point == 0x2028 || point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}
// Quotes, brackets, bullets and marks of sentences, of any script: they part words.
bool parts_words(char32_t point) {
    return point == 0xab || point == 0xbb || (point >= 0x2018 && point <= 0x201f) || point == 0x2022 ||
           point == 0x2026 || point == 0x2039 || point == 0x203a || (point >= 0x2190 && point <= 0x21ff) ||
           (point >= 0x2013 && point <= 0x2015) || point == 0x3001 || (point >= 0x3008 && point <= 0x3011) ||
           point == 0x60c || point == 0x61b;
}

// Of one side alone, or a stroke: in running text only a person who disarms writes them between letters.
constexpr std::array kHalfMarks = {
    Disarmed{"\\.", "."}, Disarmed{"[.", "."}, Disarmed{".]", "."}, Disarmed{"(.", "."}, Disarmed{".)", "."},
};

// A disarmed mark at the place, which stands between two words' letters. Brackets of one side alone must have
// letters right behind or before them, as `evil[.com`.
const Disarmed* disarmed_at(std::string_view line, std::size_t at) {
    const auto is_here = [&](const Disarmed& each) {
        if (!starts_with_word(line.substr(at), each.spelling)) return false;
        const std::size_t end = at + each.spelling.size();
        const bool before = at > 0 && (is_word(line[at - 1]) || line[at - 1] == '-' || line[at - 1] == '/' ||
                                       line[at - 1] == ']');
        const bool behind = end < line.size() && (is_word(line[end]) || line[end] == '/' || line[end] == '[');
        return before && behind;
    };
    for (const std::span<const Disarmed> marks : {disarmed_marks(), std::span<const Disarmed>(kHalfMarks)}) {
        const auto found = std::ranges::find_if(marks, is_here);
        if (found != marks.end()) return &*found;
    }
    return nullptr;
}

// A line whose disarmed marks are as they were meant; `marked` tells for each of its bytes whether it came of
// one.
struct Rearmed {
    std::string text;
    std::vector<bool> marked;
};

Rearmed rearm(std::string_view line) {
    Rearmed out;
    const auto put = [&](std::string_view text, bool marked) {
        out.text += text;
        out.marked.insert(out.marked.end(), text.size(), marked);
    };
    bool in_path = false;  // behind a URL's host, brackets are the URL's own
    for (std::size_t at = 0; at < line.size();) {
        if (is_space(line[at])) in_path = false;
        // " [.] ", " (dot) ": with spaces around.
        std::size_t from = at;
        while (from < line.size() && line[from] == ' ') ++from;
        if (from > at && from < line.size() && at > 0 && is_word(line[at - 1])) {
            bool joined = false;
            for (const Disarmed& each : disarmed_marks()) {
                if (!starts_with_word(line.substr(from), each.spelling)) continue;
                std::size_t to = from + each.spelling.size();
                const std::size_t mark_end = to;
                while (to < line.size() && line[to] == ' ') ++to;
                if (to == line.size() || !is_word(line[to]) || to == mark_end) continue;
                put(each.meant, true);
                at = to;
                joined = true;
                break;
            }
            if (joined) continue;
        }
        if (const Disarmed* mark = in_path ? nullptr : disarmed_at(line, at)) {
            put(mark->meant, true);
            at += mark->spelling.size();
            in_path = mark->meant == "/";
            continue;
        }
        const bool word_begins = at == 0 || !is_word(line[at - 1]);
        if (word_begins) {
            const auto schemes = disarmed_schemes();
            const auto scheme = std::ranges::find_if(schemes, [&](const Disarmed& each) {
                const std::string_view rest = line.substr(at);
                if (!starts_with_word(rest, each.spelling)) return false;
                const std::string_view after = rest.substr(each.spelling.size());
                return after.starts_with("://") || after.starts_with("[:]//") || after.starts_with("[://]") ||
                       after.starts_with("(:)//") || after.starts_with(":\\\\");
            });
            if (scheme != schemes.end()) {
                put(scheme->meant, true);
                at += scheme->spelling.size();
                if (line.substr(at).starts_with(":\\\\")) {
                    put("://", true);
                    at += 3;
                }
                continue;
            }
        }
        // The scheme's own slashes are no path.
        if (line[at] == '/' && at > 0 && line[at - 1] != ':' && line[at - 1] != '/' && line[at - 1] != ']')
            in_path = true;
        put(line.substr(at, 1), false);
        ++at;
    }
    return out;
}

// ASCII that stands in no indicator where it begins or ends one, or in none at all.
constexpr std::string_view kParting = " \t\r\n\f\v<>\"'`|;,\x01\x02\x03\x04\x05\x06\x07\x08";
constexpr std::string_view kAround = ".,;:!?*_=~^&()[]{}-+/\\#$%";

bool worth_looking_at(std::string_view word) {
    if (word.size() < 4) return false;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        const bool between = i > 0 && i + 1 < word.size() && is_word(word[i - 1]) && is_word(word[i + 1]);
        if ((c == '.' || c == '@') && between) return true;
        if (c == ':') return true;
        digits += (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f') ? 1 : 0;
    }
    return digits == word.size() && word.size() >= 32;
}

std::string_view without_brackets(std::string_view word) {
    // A bracket that the word itself opens is its own.
    const auto opened = [&](char close) {
        const char open = close == ')' ? '(' : close == ']' ? '[' : '{';
        return std::ranges::count(word, open) >= std::ranges::count(word, close);
    };
    while (!word.empty() && kAround.find(word.front()) != std::string_view::npos &&
           !(word.front() == '[' && word.find(']') != std::string_view::npos &&
             word.find("::") != std::string_view::npos) &&
           !word.starts_with("::"))
        word.remove_prefix(1);
    while (!word.empty() && kAround.find(word.back()) != std::string_view::npos) {
        const char last = word.back();
        const bool is_url = word.find("://") != std::string_view::npos;
        if ((last == ')' || last == ']' || last == '}') && is_url && opened(last)) break;
        if (is_url && (last == '/' || last == '=' || last == '-' || last == '_' || last == '&' ||
                       last == '#' || last == '%'))
            break;
        if (last == ':' && word.ends_with("::")) break;
        word.remove_suffix(1);
    }
    return word;
}

}  // namespace

std::string plain_letters(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto [point, size] = code_point(text, at);
        if (size == 0) {
            out.push_back(text[at++]);
            continue;
        }
        if (point >= 0xff01 && point <= 0xff5e) {
            out.push_back(static_cast<char>(point - 0xff01 + 0x21));
        } else if (point == 0x3002 || point == 0xff61 || point == 0x2024 || point == 0xfe52) {
            out.push_back('.');
        } else if (point == 0x2044 || point == 0x2215 || point == 0x29f8) {
            out.push_back('/');
        } else if (point == 0x2236 || point == 0xa789 || point == 0xfe55) {
            out.push_back(':');
        } else if (point == 0xfe6b) {
            out.push_back('@');
        } else if (is_other_space(point)) {
            out.push_back(' ');
        } else if (!is_unseen(point)) {
            out.append(text.substr(at, size));
        }
        at += size;
    }
    return out;
}

std::vector<Word> read_words(std::string_view line) {
    const Rearmed rearmed = rearm(plain_letters(line));
    const std::string_view text = rearmed.text;
    std::vector<Word> words;
    std::size_t begin = 0;
    const auto take = [&](std::size_t end) {
        std::string_view word = without_brackets(text.substr(begin, end - begin));
        // "C2: evil.example", "url=http://..", "(http://..)": what leads up to a URL is none of it.
        for (const std::string_view lead : {"=", "(", "[", ":", "]"}) {
            const std::size_t scheme = word.find("://");
            if (scheme == std::string_view::npos) break;
            const std::size_t at = word.substr(0, scheme).rfind(lead);
            if (at != std::string_view::npos) word.remove_prefix(at + 1);
        }
        if (!worth_looking_at(word)) return;
        const auto offset = static_cast<std::size_t>(word.data() - text.data());
        const bool disarmed =
            std::any_of(rearmed.marked.begin() + static_cast<std::ptrdiff_t>(offset),
                        rearmed.marked.begin() + static_cast<std::ptrdiff_t>(offset + word.size()),
                        [](bool marked) { return marked; });
        words.push_back({std::string(word), disarmed});
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto [point, size] = code_point(text, at);
        const bool parts = size == 1   ? kParting.find(text[at]) != std::string_view::npos
                           : size == 0 ? false
                                       : parts_words(point);
        // [text](address), as Markdown has it
        const bool markdown = text[at] == ']' && text.substr(at).starts_with("](");
        if (parts || markdown) {
            if (at > begin) take(at);
            begin = at + (markdown ? 2 : size);
            at = begin;
        } else {
            at += std::max<std::size_t>(size, 1);
        }
    }
    if (begin < text.size()) take(text.size());
    return words;
}

}  // namespace comity::intelligence
