// The words of a STIX pattern (STIX 2.1 section 9.2; the longest word wins): keywords, names, literals,
// signs. White space, /* comments */ and // comments to the line's end stand between words.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace comity::intelligence {

enum class Word : std::uint8_t {
    kEnd,
    kKeyword,
    kName,            // letters, digits and underscores
    kHyphenatedName,  // with a hyphen too: object types only
    kInteger,
    kReal,
    kString,  // quotes included
    kHex,     // h'..'
    kBinary,  // b'..'
    kTime,    // t'..'
    kBoolean,
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kColon,
    kDot,
    kComma,
    kOpen,          // (
    kClose,         // )
    kOpenBracket,   // [
    kCloseBracket,  // ]
    kStar,
};

enum class Keyword : std::uint8_t {
    kNone,
    kAnd,
    kOr,
    kNot,
    kFollowedBy,
    kLike,
    kMatches,
    kIsSuperset,
    kIsSubset,
    kExists,
    kLast,  // reserved, and used nowhere
    kIn,
    kStart,
    kStop,
    kSeconds,
    kWithin,
    kRepeats,
    kTimes,
};

class Scanner {
  public:
    // `text` must outlive it. With `exists` the word EXISTS is a keyword (2.1), without it is a name (2.0).
    Scanner(std::string_view text, bool exists) : text_(text), exists_(exists) {}

    // Moves on to the next word. kInvalid where there is none: an unknown character, a string without its
    // end.
    Result<void> next();

    Word word() const { return word_; }
    Keyword keyword() const { return keyword_; }
    std::string_view text() const { return text_.substr(begin_, at_ - begin_); }  // of the word
    bool has_escapes() const { return has_escapes_; }                             // of a string
    bool is(Keyword keyword) const { return word_ == Word::kKeyword && keyword_ == keyword; }
    std::size_t begin() const { return begin_; }
    // "column 14", or "line 2 column 3"; of the byte at that offset.
    std::string place(std::size_t offset) const;
    // The word as errors show it: "\"]\"", "the end of the pattern".
    std::string found() const;

  private:
    Result<void> skip_space();
    Result<void> quoted(Word word, std::size_t opening);
    bool number();
    void name();
    Failure unreadable() const;

    std::string_view text_;
    bool exists_;
    std::size_t begin_ = 0;
    std::size_t at_ = 0;
    Word word_ = Word::kEnd;
    Keyword keyword_ = Keyword::kNone;
    bool has_escapes_ = false;
};

}  // namespace comity::intelligence
