#include "intelligence/pattern/scan.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/text.h"
#include "crypto/unicode.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxTokenShown = 40;

enum : std::uint8_t { kLetter = 1, kDigit = 2, kHyphen = 4, kSpace = 8 };

// What each ASCII character may be a part of.
constexpr std::array<std::uint8_t, 256> kCharacterClass = [] {
    std::array<std::uint8_t, 256> all{};
    for (int c = 'a'; c <= 'z'; ++c) all[static_cast<std::size_t>(c)] = kLetter;
    for (int c = 'A'; c <= 'Z'; ++c) all[static_cast<std::size_t>(c)] = kLetter;
    for (int c = '0'; c <= '9'; ++c) all[static_cast<std::size_t>(c)] = kDigit;
    all['_'] = kLetter;
    all['-'] = kHyphen;
    for (const char c : {' ', '\t', '\r', '\n', '\v', '\f'}) all[static_cast<unsigned char>(c)] = kSpace;
    return all;
}();

constexpr bool belongs(char c, unsigned classes) {
    return (kCharacterClass[static_cast<unsigned char>(c)] & classes) != 0;
}

struct Named {
    std::string_view text;
    Keyword keyword;
};
constexpr Named kKeywords[] = {
    {"AND", Keyword::kAnd},
    {"OR", Keyword::kOr},
    {"NOT", Keyword::kNot},
    {"IN", Keyword::kIn},
    {"LIKE", Keyword::kLike},
    {"MATCHES", Keyword::kMatches},
    {"FOLLOWEDBY", Keyword::kFollowedBy},
    {"ISSUPERSET", Keyword::kIsSuperset},
    {"ISSUBSET", Keyword::kIsSubset},
    {"EXISTS", Keyword::kExists},
    {"LAST", Keyword::kLast},
    {"START", Keyword::kStart},
    {"STOP", Keyword::kStop},
    {"SECONDS", Keyword::kSeconds},
    {"WITHIN", Keyword::kWithin},
    {"REPEATS", Keyword::kRepeats},
    {"TIMES", Keyword::kTimes},
};

}  // namespace

std::string Scanner::place(std::size_t offset) const {
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i < offset && i < text_.size(); ++i) {
        if (text_[i] == '\n') {
            ++line;
            column = 1;
        } else if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) {
            ++column;  // one a character, however many bytes it has
        }
    }
    if (line == 1) return fmt::format("column {}", column);
    return fmt::format("line {} column {}", line, column);
}

std::string Scanner::found() const {
    if (word_ == Word::kEnd) return "the end of the pattern";
    return fmt::format("\"{}\"", shown(text(), kMaxTokenShown));
}

Failure Scanner::unreadable() const {
    std::size_t end = begin_;
    if (!crypto::next_code_point(text_, end)) return invalid(place(begin_), "the text is not UTF-8");
    return invalid(place(begin_), fmt::format("found \"{}\", which begins nothing that a pattern may hold",
                                              text_.substr(begin_, end - begin_)));
}

Result<void> Scanner::skip_space() {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (belongs(c, kSpace)) {
            ++at_;
        } else if (c == '/' && text_.substr(at_, 2) == "/*") {
            const std::size_t end = text_.find("*/", at_ + 2);
            if (end == std::string_view::npos)
                return invalid(place(at_), "the comment that begins here has no end", "close it with */");
            at_ = end + 2;
        } else if (c == '/' && text_.substr(at_, 2) == "//") {
            at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
        } else if (static_cast<unsigned char>(c) >= 0x80) {
            std::size_t after = at_;
            const auto point = crypto::next_code_point(text_, after);
            if (!point || !crypto::is_space(*point)) return {};
            at_ = after;
        } else {
            return {};
        }
    }
    return {};
}

// From the quote behind `opening` characters to the one that closes.
Result<void> Scanner::quoted(Word word, std::size_t opening) {
    word_ = word;
    has_escapes_ = false;
    at_ += opening + 1;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '\'') {
            ++at_;
            return {};
        }
        if (c != '\\') {
            ++at_;
            continue;
        }
        has_escapes_ = true;
        if (at_ + 1 >= text_.size() || (text_[at_ + 1] != '\'' && text_[at_ + 1] != '\\')) {
            std::size_t end = std::min(at_ + 1, text_.size());
            if (end < text_.size() && !crypto::next_code_point(text_, end)) end = at_ + 1;
            return invalid(place(at_),
                           fmt::format("found \"{}\", which is no escape", text_.substr(at_, end - at_)),
                           R"(in a string write \' for a quote and \\ for a backslash)");
        }
        at_ += 2;
    }
    return invalid(place(begin_), "the string that begins here has no end", "close it with '");
}

// A number as the grammar has it: an optional sign, no leading zeros, digits behind the point.
bool Scanner::number() {
    std::size_t at = at_;
    if (text_[at] == '+' || text_[at] == '-') ++at;
    const std::size_t digits = at;
    while (at < text_.size() && belongs(text_[at], kDigit)) ++at;
    const bool whole = at > digits;
    if (at + 1 < text_.size() && text_[at] == '.' && belongs(text_[at + 1], kDigit)) {
        ++at;
        while (at < text_.size() && belongs(text_[at], kDigit)) ++at;
        word_ = Word::kReal;
        at_ = at;
        return true;
    }
    if (!whole) return false;
    word_ = Word::kInteger;
    // "007" is three words, of which no pattern has use.
    at_ = text_[digits] == '0' ? digits + 1 : at;
    return true;
}

void Scanner::name() {
    bool hyphen = false;
    std::size_t at = at_;
    while (at < text_.size() && belongs(text_[at], kLetter | kDigit | kHyphen)) hyphen |= text_[at++] == '-';
    at_ = at;
    word_ = hyphen ? Word::kHyphenatedName : Word::kName;
    if (hyphen) return;
    const std::string_view word = text();
    if (word.front() >= 'a') {
        if (word == "true" || word == "false") word_ = Word::kBoolean;
        return;
    }
    for (const Named& named : kKeywords) {
        if (named.text != word || (named.keyword == Keyword::kExists && !exists_)) continue;
        word_ = Word::kKeyword;
        keyword_ = named.keyword;
        return;
    }
}

Result<void> Scanner::next() {
    COMITY_CHECK(skip_space());
    begin_ = at_;
    if (at_ == text_.size()) {
        word_ = Word::kEnd;
        return {};
    }
    const char c = text_[at_];
    const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const auto sign = [&](Word word, std::size_t size) -> Result<void> {
        word_ = word;
        at_ += size;
        return {};
    };
    switch (c) {
        case '\'':
            return quoted(Word::kString, 0);
        case ':':
            return sign(Word::kColon, 1);
        case ',':
            return sign(Word::kComma, 1);
        case '(':
            return sign(Word::kOpen, 1);
        case ')':
            return sign(Word::kClose, 1);
        case '[':
            return sign(Word::kOpenBracket, 1);
        case ']':
            return sign(Word::kCloseBracket, 1);
        case '*':
            return sign(Word::kStar, 1);
        case '=':
            return sign(Word::kEqual, following == '=' ? 2 : 1);
        case '!':
            if (following == '=') return sign(Word::kNotEqual, 2);
            return unreadable();
        case '<':
            if (following == '>') return sign(Word::kNotEqual, 2);
            return following == '=' ? sign(Word::kLessOrEqual, 2) : sign(Word::kLess, 1);
        case '>':
            return following == '=' ? sign(Word::kGreaterOrEqual, 2) : sign(Word::kGreater, 1);
        case 'h':
            if (following == '\'') return quoted(Word::kHex, 1);
            break;
        case 'b':
            if (following == '\'') return quoted(Word::kBinary, 1);
            break;
        case 't':
            if (following == '\'') return quoted(Word::kTime, 1);
            break;
        default:
            break;
    }
    if (belongs(c, kLetter)) {
        name();
        return {};
    }
    if ((belongs(c, kDigit) || c == '+' || c == '-' || c == '.') && number()) return {};
    if (c == '.') return sign(Word::kDot, 1);
    return unreadable();
}

}  // namespace comity::intelligence
