#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include "base/encoding.h"
#include "base/text.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/pattern/scan.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxTimeInError = 40;

// Recursive descent over the grammar of STIX 2.1 section 9.2; loosest first: FOLLOWEDBY, OR, AND, each to the
// left.
class Parser {
  public:
    Parser(std::string_view text, PatternGrammar grammar, Pattern& into)
        : grammar_(grammar), scan_(text, grammar == PatternGrammar::k21), pattern_(into) {}

    Result<void> parse() {
        COMITY_CHECK(scan_.next());
        COMITY_TRY([[maybe_unused]] const std::uint32_t whole, followed_by());
        if (scan_.word() != Word::kEnd)
            return expected("AND, OR, FOLLOWEDBY, WITHIN, REPEATS, START or the end of the pattern");
        return {};
    }

  private:
    using Index = std::uint32_t;

    Failure expected(std::string_view what) const {
        return invalid(scan_.place(scan_.begin()), fmt::format("found {}, expected {}", scan_.found(), what));
    }
    Result<void> take(Word word, std::string_view what) {
        if (scan_.word() != word) return expected(what);
        return scan_.next();
    }
    Result<void> take(Keyword keyword, std::string_view what) {
        if (!scan_.is(keyword)) return expected(what);
        return scan_.next();
    }
    // One more pair of parentheses, until the guard goes.
    class Deeper {
      public:
        explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
        ~Deeper() { --depth_; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;

      private:
        std::size_t& depth_;
    };
    Result<void> check_depth() const {
        if (depth_ <= kMaxPatternDepth) return {};
        return too_large(scan_.place(scan_.begin()),
                         fmt::format("more than {} parentheses within one another", kMaxPatternDepth));
    }

    Result<Index> add(const Expression& expression) {
        if (pattern_.expressions.size() == kMaxPatternObservations) {
            return too_large(scan_.place(scan_.begin()),
                             fmt::format("more than {} observation expressions, operators and qualifiers",
                                         kMaxPatternObservations));
        }
        pattern_.expressions.push_back(expression);
        return static_cast<Index>(pattern_.expressions.size() - 1);
    }
    Index add(const Term& term) {
        pattern_.terms.push_back(term);
        return static_cast<Index>(pattern_.terms.size() - 1);
    }

    Result<Index> joined(Keyword keyword, Expression::Kind kind, Result<Index> (Parser::*operand)()) {
        COMITY_TRY(Index left, (this->*operand)());
        while (scan_.is(keyword)) {
            COMITY_CHECK(scan_.next());
            COMITY_TRY(const Index right, (this->*operand)());
            COMITY_TRY(left, add(Expression{.kind = kind, .left = left, .right = right}));
        }
        return left;
    }
    Result<Index> followed_by() {
        return joined(Keyword::kFollowedBy, Expression::Kind::kFollowedBy, &Parser::either);
    }
    Result<Index> either() { return joined(Keyword::kOr, Expression::Kind::kOr, &Parser::both); }
    Result<Index> both() { return joined(Keyword::kAnd, Expression::Kind::kAnd, &Parser::observation); }

    Result<Index> observation() {
        Index at = 0;
        const bool single = scan_.word() == Word::kOpenBracket;
        if (single) {
            COMITY_CHECK(scan_.next());
            const auto first = static_cast<Index>(pattern_.terms.size());
            COMITY_TRY([[maybe_unused]] const Index whole, any_of());
            COMITY_CHECK(take(Word::kCloseBracket, "AND, OR or \"]\""));
            const auto count = static_cast<Index>(pattern_.terms.size()) - first;
            COMITY_TRY(at, add(Expression{.kind = Expression::Kind::kObservation, .terms = {first, count}}));
        } else if (scan_.word() == Word::kOpen) {
            const Deeper deeper(depth_);
            COMITY_CHECK(check_depth());
            COMITY_CHECK(scan_.next());
            COMITY_TRY(at, followed_by());
            COMITY_CHECK(take(Word::kClose, "AND, OR, FOLLOWEDBY or \")\""));
        } else {
            return expected("\"[\", which begins an observation expression, or \"(\"");
        }
        return qualified(at, single);
    }

    // STIX 2.1 section 9.3: a qualifier stands at most once on an observation expression.
    Result<void> once(bool& seen, bool single, std::string_view name) const {
        if (seen && single && grammar_ == PatternGrammar::k21) {
            return invalid(scan_.place(scan_.begin()), fmt::format("a second {}", name),
                           "put the first and its expression in parentheses (STIX 2.1 section 9.3)");
        }
        seen = true;
        return {};
    }

    Result<Index> qualified(Index at, bool single) {
        bool within = false;
        bool repeats = false;
        bool start = false;
        while (true) {
            Expression expression{.left = at};
            if (scan_.is(Keyword::kWithin)) {
                COMITY_CHECK(once(within, single, "WITHIN"));
                expression.kind = Expression::Kind::kWithin;
                COMITY_CHECK(scan_.next());
                COMITY_TRY(expression.seconds, seconds());
                COMITY_CHECK(take(Keyword::kSeconds, "SECONDS"));
            } else if (scan_.is(Keyword::kRepeats)) {
                COMITY_CHECK(once(repeats, single, "REPEATS"));
                expression.kind = Expression::Kind::kRepeats;
                COMITY_CHECK(scan_.next());
                COMITY_TRY(expression.times, times());
                COMITY_CHECK(take(Keyword::kTimes, "TIMES"));
            } else if (scan_.is(Keyword::kStart)) {
                COMITY_CHECK(once(start, single, "START ... STOP"));
                expression.kind = Expression::Kind::kStartStop;
                COMITY_CHECK(scan_.next());
                COMITY_TRY(expression.start, bound());
                COMITY_CHECK(take(Keyword::kStop, "STOP"));
                COMITY_TRY(expression.stop, bound());
            } else {
                return at;
            }
            COMITY_TRY(at, add(expression));
        }
    }

    Result<double> seconds() {
        constexpr std::string_view kWanted = "a number of seconds greater than 0, such as 5 or 0.5";
        if (scan_.word() != Word::kInteger && scan_.word() != Word::kReal) return expected(kWanted);
        const double value = real(scan_.text());
        if (!(value > 0) || value > 1e12) return expected(kWanted);
        COMITY_CHECK(scan_.next());
        return value;
    }

    Result<std::int64_t> times() {
        constexpr std::string_view kWanted = "how often, a whole number from 1";
        std::int64_t value = 0;
        if (scan_.word() != Word::kInteger || !integer(scan_.text(), value) || value < 1)
            return expected(kWanted);
        COMITY_CHECK(scan_.next());
        return value;
    }

    Result<Time> bound() {
        const bool plain = scan_.word() == Word::kString && grammar_ == PatternGrammar::k20;
        if (scan_.word() != Word::kTime && !plain) return expected("a time such as t'2026-11-23T18:52:00Z'");
        COMITY_TRY(const Time value, time(scan_.text().substr(plain ? 0 : 1)));
        COMITY_CHECK(scan_.next());
        return value;
    }

    // Comparison expressions: OR, then AND, within the brackets.
    Result<Index> any_of() {
        COMITY_TRY(Index left, all_of());
        while (scan_.is(Keyword::kOr)) {
            COMITY_CHECK(scan_.next());
            COMITY_TRY(const Index right, all_of());
            left = add(Term{.kind = Term::Kind::kOr, .left = left, .right = right});
        }
        return left;
    }
    Result<Index> all_of() {
        COMITY_TRY(Index left, test());
        while (scan_.is(Keyword::kAnd)) {
            COMITY_CHECK(scan_.next());
            COMITY_TRY(const Index right, test());
            left = add(Term{.kind = Term::Kind::kAnd, .left = left, .right = right});
        }
        return left;
    }

    Result<Index> test() {
        if (scan_.word() == Word::kOpen) {
            const Deeper deeper(depth_);
            COMITY_CHECK(check_depth());
            COMITY_CHECK(scan_.next());
            COMITY_TRY(const Index inside, any_of());
            COMITY_CHECK(take(Word::kClose, "AND, OR or \")\""));
            return inside;
        }
        Comparison comparison;
        if (scan_.is(Keyword::kNot)) {
            COMITY_CHECK(scan_.next());
            if (!scan_.is(Keyword::kExists))
                return expected("EXISTS: elsewhere NOT stands behind the object path, as in a:b NOT = 1");
            comparison.negated = true;
        }
        if (scan_.is(Keyword::kExists)) {
            COMITY_CHECK(scan_.next());
            comparison.comparator = Comparator::kExists;
            COMITY_CHECK(path(comparison));
        } else {
            COMITY_CHECK(path(comparison));
            if (scan_.is(Keyword::kNot)) {
                comparison.negated = true;
                COMITY_CHECK(scan_.next());
            }
            COMITY_CHECK(comparator(comparison));
        }
        pattern_.comparisons.push_back(comparison);
        return add(Term{.kind = Term::Kind::kComparison,
                        .left = static_cast<Index>(pattern_.comparisons.size() - 1)});
    }

    Result<void> path(Comparison& comparison) {
        if (scan_.word() != Word::kName && scan_.word() != Word::kHyphenatedName)
            return expected("an object path such as file:name or network-traffic:src_ref.value");
        comparison.type = keep(scan_.text());
        COMITY_CHECK(scan_.next());
        COMITY_CHECK(take(Word::kColon, "\":\" between the object's type and its property"));
        comparison.path.first = static_cast<Index>(pattern_.steps.size());
        COMITY_CHECK(key());
        while (true) {
            if (scan_.word() == Word::kDot) {
                COMITY_CHECK(scan_.next());
                COMITY_CHECK(key());
            } else if (scan_.word() == Word::kOpenBracket) {
                COMITY_CHECK(scan_.next());
                COMITY_CHECK(index());
                COMITY_CHECK(take(Word::kCloseBracket, "\"]\" behind the index"));
            } else {
                break;
            }
        }
        comparison.path.count = static_cast<Index>(pattern_.steps.size()) - comparison.path.first;
        return {};
    }

    Result<void> key() {
        Step step{.kind = Step::Kind::kKey};
        if (scan_.word() == Word::kName) {
            step.key = keep(scan_.text());
        } else if (scan_.word() == Word::kString) {
            step.key = keep_string();
        } else if (scan_.word() == Word::kHyphenatedName || scan_.word() == Word::kKeyword ||
                   scan_.word() == Word::kBoolean) {
            return invalid(scan_.place(scan_.begin()),
                           fmt::format("found {}, expected a property's name", scan_.found()),
                           fmt::format("write it as '{}', with quotes", shown(scan_.text(), 40)));
        } else {
            return expected("a property's name");
        }
        pattern_.steps.push_back(step);
        return scan_.next();
    }

    Result<void> index() {
        Step step{.kind = Step::Kind::kAny};
        if (scan_.word() == Word::kInteger) {
            step.kind = Step::Kind::kIndex;
            // What 64 bits do not hold is an index that no list has.
            if (!integer(scan_.text(), step.index)) step.index = -1;
        } else if (scan_.word() != Word::kStar) {
            return expected("an index: a whole number, or * for any");
        }
        pattern_.steps.push_back(step);
        return scan_.next();
    }

    Result<void> comparator(Comparison& comparison) {
        enum class Operand { kAny, kOrdered, kSet, kString };
        Operand operand = Operand::kAny;
        const auto is = [&](Comparator which, Operand takes) {
            comparison.comparator = which;
            operand = takes;
        };
        switch (scan_.word()) {
            case Word::kEqual:
                is(Comparator::kEqual, Operand::kAny);
                break;
            case Word::kNotEqual:
                is(Comparator::kNotEqual, Operand::kAny);
                break;
            case Word::kLess:
                is(Comparator::kLess, Operand::kOrdered);
                break;
            case Word::kLessOrEqual:
                is(Comparator::kLessOrEqual, Operand::kOrdered);
                break;
            case Word::kGreater:
                is(Comparator::kGreater, Operand::kOrdered);
                break;
            case Word::kGreaterOrEqual:
                is(Comparator::kGreaterOrEqual, Operand::kOrdered);
                break;
            default:
                if (scan_.is(Keyword::kIn)) {
                    is(Comparator::kIn, Operand::kSet);
                } else if (scan_.is(Keyword::kLike)) {
                    is(Comparator::kLike, Operand::kString);
                } else if (scan_.is(Keyword::kMatches)) {
                    is(Comparator::kMatches, Operand::kString);
                } else if (scan_.is(Keyword::kIsSubset)) {
                    is(Comparator::kIsSubset, Operand::kString);
                } else if (scan_.is(Keyword::kIsSuperset)) {
                    is(Comparator::kIsSuperset, Operand::kString);
                } else {
                    return expected(
                        "a comparison: =, !=, <, <=, >, >=, IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET");
                }
        }
        COMITY_CHECK(scan_.next());
        comparison.literals.first = static_cast<Index>(pattern_.literals.size());
        if (operand == Operand::kSet) {
            COMITY_CHECK(set());
        } else if (operand == Operand::kString && scan_.word() != Word::kString) {
            return expected("a string in quotes, 'text'");
        } else if (operand == Operand::kOrdered && scan_.word() == Word::kBoolean) {
            return expected("a value that has an order: a number, a string, a time, h'..' or b'..'");
        } else {
            COMITY_CHECK(literal());
        }
        comparison.literals.count = static_cast<Index>(pattern_.literals.size()) - comparison.literals.first;
        return {};
    }

    Result<void> set() {
        COMITY_CHECK(take(Word::kOpen, "a list of values in parentheses, ('a', 'b')"));
        if (scan_.word() == Word::kClose) return scan_.next();
        COMITY_CHECK(literal());
        while (scan_.word() == Word::kComma) {
            COMITY_CHECK(scan_.next());
            COMITY_CHECK(literal());
        }
        return take(Word::kClose, "\",\" or \")\"");
    }

    Result<void> literal() {
        Literal value;
        const std::string_view text = scan_.text();
        switch (scan_.word()) {
            case Word::kInteger:
                if (!integer(text, value.integer)) {
                    value.kind = Literal::Kind::kReal;
                    value.real = real(text);
                }
                break;
            case Word::kReal:
                value.kind = Literal::Kind::kReal;
                value.real = real(text);
                break;
            case Word::kBoolean:
                value.kind = Literal::Kind::kBoolean;
                value.boolean = text == "true";
                break;
            case Word::kString:
                value.kind = Literal::Kind::kString;
                value.text = keep_string();
                break;
            case Word::kTime: {
                value.kind = Literal::Kind::kTime;
                COMITY_TRY(value.time, time(text.substr(1)));
                break;
            }
            case Word::kHex:
            case Word::kBinary: {
                value.kind = Literal::Kind::kBinary;
                COMITY_TRY(value.text, binary(text));
                break;
            }
            default:
                return expected("a value such as 'text', 42, true, t'2026-11-23T18:52:00Z' or h'c0ff'");
        }
        pattern_.literals.push_back(value);
        return scan_.next();
    }

    static bool integer(std::string_view text, std::int64_t& into) {
        if (text.front() == '+') text.remove_prefix(1);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
        return error == std::errc() && end == text.data() + text.size();
    }
    static double real(std::string_view text) {
        if (text.front() == '+') text.remove_prefix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        // Out of range in either direction: as far as a double goes.
        if (error == std::errc::result_out_of_range) value = std::strtod(std::string(text).c_str(), nullptr);
        return value;
    }

    // 't' and its quotes taken off by the caller and here.
    Result<Time> time(std::string_view quoted) const {
        std::string_view text = quoted.substr(1, quoted.size() - 2);
        constexpr std::string_view kMend = "write t'2026-11-23T18:52:00.123Z'";
        if (!text.ends_with('Z')) {
            return invalid(scan_.place(scan_.begin()),
                           fmt::format("the time \"{}\" does not end in Z", shown(text, kMaxTimeInError)),
                           std::string(kMend));
        }
        // Digits below a nanosecond are allowed, and say nothing here.
        std::string shorter;
        if (text.size() > 30) {
            const std::size_t digits = text.find_first_not_of("0123456789", 20);
            if (text[19] == '.' && digits == text.size() - 1) {
                shorter.assign(text.substr(0, 29));
                shorter.push_back('Z');
                text = shorter;
            }
        }
        auto parsed = parse_time(text);
        if (!parsed) {
            return invalid(
                scan_.place(scan_.begin()),
                fmt::format("\"{}\" is no time: {}", shown(text, kMaxTimeInError), parsed.error().what),
                std::string(kMend));
        }
        return *parsed;
    }

    Result<Slice> binary(std::string_view word) {
        const bool hex = word.front() == 'h';
        const std::string_view text = word.substr(2, word.size() - 3);
        std::string lower(text);  // hexadecimal is taken in either case
        if (hex)
            std::ranges::transform(lower, lower.begin(),
                                   [](char c) { return c >= 'A' && c <= 'F' ? c + 32 : c; });
        const auto decoded = hex ? hex_decode(lower) : base64_decode(text);
        if (!decoded || (!hex && text.empty())) {
            return invalid(scan_.place(scan_.begin()),
                           fmt::format("found {}, which is no {}", scan_.found(),
                                       hex ? "hexadecimal: h'' holds pairs of the digits 0-9 and a-f"
                                           : "base64: b'' holds groups of four of its characters"));
        }
        return keep({reinterpret_cast<const char*>(decoded->data()), decoded->size()});
    }

    Slice keep(std::string_view text) {
        const Slice slice{static_cast<Index>(pattern_.pool.size()), static_cast<Index>(text.size())};
        pattern_.pool.append(text);
        return slice;
    }
    Slice keep_string() {
        const std::string_view text = scan_.text().substr(1, scan_.text().size() - 2);
        if (!scan_.has_escapes()) return keep(text);
        const std::size_t begin = pattern_.pool.size();
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\\') ++i;
            pattern_.pool.push_back(text[i]);
        }
        return {static_cast<Index>(begin), static_cast<Index>(pattern_.pool.size() - begin)};
    }

    PatternGrammar grammar_;
    Scanner scan_;
    Pattern& pattern_;
    std::size_t depth_ = 0;
};

Result<void> parse_into(std::string_view text, PatternGrammar grammar, Pattern& pattern) {
    if (text.size() > kMaxPatternSize) {
        return too_large("pattern",
                         fmt::format("has {} bytes; a pattern may have {}", text.size(), kMaxPatternSize));
    }
    return Parser(text, grammar, pattern).parse();
}

}  // namespace

std::string_view to_string(Comparator comparator) {
    switch (comparator) {
        case Comparator::kEqual:
            return "=";
        case Comparator::kNotEqual:
            return "!=";
        case Comparator::kLess:
            return "<";
        case Comparator::kLessOrEqual:
            return "<=";
        case Comparator::kGreater:
            return ">";
        case Comparator::kGreaterOrEqual:
            return ">=";
        case Comparator::kIn:
            return "IN";
        case Comparator::kLike:
            return "LIKE";
        case Comparator::kMatches:
            return "MATCHES";
        case Comparator::kIsSubset:
            return "ISSUBSET";
        case Comparator::kIsSuperset:
            return "ISSUPERSET";
        case Comparator::kExists:
            return "EXISTS";
    }
    return "";
}

void Pattern::clear() {
    pool.clear();
    steps.clear();
    literals.clear();
    comparisons.clear();
    terms.clear();
    expressions.clear();
}

Result<Pattern> parse_pattern(std::string_view text, PatternGrammar grammar) {
    Pattern pattern;
    pattern.pool.reserve(text.size());
    COMITY_CHECK(parse_into(text, grammar, pattern));
    return pattern;
}

Result<void> check_pattern(std::string_view text, PatternGrammar grammar) {
    thread_local Pattern scratch;
    scratch.clear();
    auto checked = parse_into(text, grammar, scratch);
    // One large pattern must not keep its memory for good.
    constexpr std::size_t kKept = 16 * 1024;
    if (scratch.pool.capacity() > kKept) scratch = Pattern{};
    return checked;
}

}  // namespace comity::intelligence
