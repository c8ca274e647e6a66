// STIX patterns (STIX 2.1 section 9) as values: what a pattern says, ready to be evaluated any number of
// times.
//
//     COMITY_TRY(const Pattern pattern, parse_pattern("[ipv4-addr:value = '198.51.100.7'] REPEATS 3 TIMES"));
//     COMITY_TRY(const bool seen, matches(pattern, observations));   // match.h
//
// A pattern is kept flat: its parts stand in vectors and refer to each other by index, children before
// parents, so that copying is copying vectors, walking is a loop, and no pattern is deep enough to exhaust a
// stack.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace comity::intelligence {

inline constexpr std::size_t kMaxPatternSize =
    256 * 1024;                                      // bytes; a list of some thousand hashes has as many
inline constexpr std::size_t kMaxPatternDepth = 64;  // parentheses within one another
inline constexpr std::size_t kMaxPatternObservations = 256;  // observation expressions and what joins them

// The grammar's version: 2.0 has neither EXISTS nor the rule that a qualifier stands once, and writes the
// times of START and STOP as plain strings too.
enum class PatternGrammar { k20, k21 };

// A part of Pattern::pool.
struct Slice {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
};

// A run of elements of one of the vectors.
struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct Literal {
    enum class Kind {
        kInteger,
        kReal,    // also an integer that 64 bits do not hold
        kString,  // without its quotes and escapes
        kBinary,  // the bytes that h'..' or b'..' stand for
        kTime,
        kBoolean,
    };
    Kind kind = Kind::kInteger;
    bool boolean = false;
    std::int64_t integer = 0;
    double real = 0;
    Time time{};
    Slice text{};  // of kString and kBinary
};

// One step of an object path: ".name", ".'a name'", "[3]", "[*]". Names that end in _ref or _refs lead on to
// the objects referred to.
struct Step {
    enum class Kind { kKey, kIndex, kAny };
    Kind kind = Kind::kKey;
    std::int64_t index = 0;
    Slice key{};
};

enum class Comparator {
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIn,
    kLike,
    kMatches,
    kIsSubset,
    kIsSuperset,
    kExists,
};
std::string_view to_string(Comparator comparator);  // "=", "IN", "MATCHES", ...

struct Comparison {
    Slice type{};  // of the objects that it looks at: "file"
    Range path{};  // in steps; at least one
    Comparator comparator = Comparator::kEqual;
    bool negated = false;
    Range literals{};  // one; any number for kIn, none for kExists
};

// A node of a comparison expression; in the order that evaluates it.
struct Term {
    enum class Kind { kComparison, kAnd, kOr };
    Kind kind = Kind::kComparison;
    std::uint32_t left = 0;   // index of a comparison; of a term for kAnd and kOr
    std::uint32_t right = 0;  // of a term
};

// A node of the observation expressions; the last one is the whole pattern's.
struct Expression {
    enum class Kind { kObservation, kAnd, kOr, kFollowedBy, kWithin, kRepeats, kStartStop };
    Kind kind = Kind::kObservation;
    std::uint32_t left = 0;   // index of an expression
    std::uint32_t right = 0;  // of kAnd, kOr, kFollowedBy
    Range terms{};            // of kObservation; the last is the whole comparison expression's
    double seconds = 0;       // of kWithin
    std::int64_t times = 0;   // of kRepeats
    Time start{};             // of kStartStop: from start on, before stop
    Time stop{};
};

struct Pattern {
    std::string pool;  // what the slices are parts of
    std::vector<Step> steps;
    std::vector<Literal> literals;
    std::vector<Comparison> comparisons;
    std::vector<Term> terms;
    std::vector<Expression> expressions;

    std::string_view text(Slice slice) const {
        return std::string_view(pool).substr(slice.begin, slice.size);
    }
    void clear();
};

// Reads a pattern. kInvalid says at which column (characters from 1, lines counted where there are several),
// what was found and what was expected: "column 14: found \"]\", expected a value such as 'text', 42 or
// true"; kTooLarge where it is over one of the limits above. Thread-safe.
Result<Pattern> parse_pattern(std::string_view text, PatternGrammar grammar = PatternGrammar::k21);

// The same without keeping anything: is it a pattern? Nothing is allocated but for errors.
Result<void> check_pattern(std::string_view text, PatternGrammar grammar = PatternGrammar::k21);

}  // namespace comity::intelligence
