#include "intelligence/pattern/compare.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <compare>

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/unicode.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kRegexMemory = 4 << 20;  // bytes, for program and states
constexpr std::size_t kMaxValueShown = 60;

// The bytes of a text all of whose characters are below U+0100.
std::optional<std::string> latin1(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto point = crypto::next_code_point(text, at);
        if (!point || *point > 0xff) return std::nullopt;
        bytes.push_back(static_cast<char>(*point));
    }
    return bytes;
}

std::partial_ordering compare(std::int64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 9223372036854775808.0) return std::partial_ordering::less;
    if (b < -9223372036854775808.0) return std::partial_ordering::greater;
    const auto whole = static_cast<std::int64_t>(b);
    if (a != whole) return a < whole ? std::partial_ordering::less : std::partial_ordering::greater;
    return 0.0 <=> b - static_cast<double>(whole);
}

std::partial_ordering reversed(std::partial_ordering order) {
    return 0 <=> order;
}

std::partial_ordering compare_number(const json::Value& value, const Literal& literal) {
    const bool real = literal.kind == Literal::Kind::kReal;
    if (value.is_int64()) {
        return real ? compare(value.get_int64(), literal.real)
                    : std::partial_ordering(value.get_int64() <=> literal.integer);
    }
    if (value.is_uint64()) {  // beyond what the other holds
        return real ? static_cast<double>(value.get_uint64()) <=> literal.real
                    : std::partial_ordering::greater;
    }
    if (value.is_double())
        return real ? value.get_double() <=> literal.real
                    : reversed(compare(literal.integer, value.get_double()));
    return std::partial_ordering::unordered;
}

std::partial_ordering compare_texts(std::string_view a, std::string_view b) {
    return a.compare(b) <=> 0;  // UTF-8 has the order of its characters
}

// Unordered where the two can't be compared.
std::partial_ordering order(const Pattern& pattern, const Observed& observed, const Literal& literal) {
    constexpr auto kUnordered = std::partial_ordering::unordered;
    const json::Value& value = *observed.value;
    switch (literal.kind) {
        case Literal::Kind::kInteger:
        case Literal::Kind::kReal:
            return compare_number(value, literal);
        case Literal::Kind::kBoolean:
            return kUnordered;
        case Literal::Kind::kTime: {
            if (!value.is_string()) return kUnordered;
            const auto time = parse_time(value.get_string());
            return time ? std::partial_ordering(*time <=> literal.time) : kUnordered;
        }
        case Literal::Kind::kString: {
            const std::string_view text = pattern.text(literal.text);
            if (!observed.bytes)
                return value.is_string() ? compare_texts(value.get_string(), text) : kUnordered;
            const auto bytes = latin1(text);
            return bytes ? compare_texts(*observed.bytes, *bytes) : kUnordered;
        }
        case Literal::Kind::kBinary: {
            const std::string_view bytes = pattern.text(literal.text);
            if (observed.bytes) return compare_texts(*observed.bytes, bytes);
            if (!value.is_string()) return kUnordered;
            const auto narrow = latin1(value.get_string());
            return narrow ? compare_texts(*narrow, bytes) : kUnordered;
        }
    }
    return kUnordered;
}

bool equals(const Pattern& pattern, const Observed& observed, const Literal& literal) {
    if (literal.kind == Literal::Kind::kBoolean)
        return observed.value->is_bool() && observed.value->get_bool() == literal.boolean;
    return order(pattern, observed, literal) == 0;
}

struct Network {
    std::array<std::uint8_t, 16> bytes{};
    int family = 0;
    unsigned bits = 0;
};

std::optional<Network> network_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    Network network;
    network.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (inet_pton(network.family, address.c_str(), network.bytes.data()) != 1) return std::nullopt;
    const unsigned most = network.family == AF_INET ? 32 : 128;
    network.bits = most;
    if (slash == std::string_view::npos) return network;
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.bits);
    if (error != std::errc() || end != digits.data() + digits.size() || network.bits > most)
        return std::nullopt;
    return network;
}

}  // namespace

struct Expectation::Compiled {
    std::unique_ptr<const re2::RE2> text;
    std::unique_ptr<const re2::RE2> bytes;  // null where the expression has characters that no byte is
};

Result<Expectation> Expectation::compile(std::string_view regex) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kRegexMemory);
    auto compiled = std::make_shared<Compiled>();
    compiled->text = std::make_unique<const re2::RE2>(re2::StringPiece(regex.data(), regex.size()), options);
    if (!compiled->text->ok()) {
        return invalid(fmt::format("MATCHES '{}'", shown(regex, kMaxValueShown)),
                       fmt::format("the regular expression is not taken: {}", compiled->text->error()),
                       "back references and look-around are not taken (docs/stix.md)");
    }
    if (const auto narrow = latin1(regex)) {
        options.set_encoding(re2::RE2::Options::EncodingLatin1);
        auto bytes = std::make_unique<const re2::RE2>(*narrow, options);
        if (bytes->ok()) compiled->bytes = std::move(bytes);
    }
    Expectation made;
    made.compiled_ = std::move(compiled);
    return made;
}

bool Expectation::found_in(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_->text);
}
bool Expectation::found_in_bytes(std::string_view bytes) const {
    return compiled_->bytes &&
           re2::RE2::PartialMatch(re2::StringPiece(bytes.data(), bytes.size()), *compiled_->bytes);
}

bool like(std::string_view text, std::string_view pattern) {
    const auto character = [](std::string_view in, std::size_t at) {
        std::size_t after = at;
        if (!crypto::next_code_point(in, after)) after = at + 1;  // bytes that are no text: one at a time
        return after;
    };
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t at = 0;
    std::size_t want = 0;
    std::size_t star = kNone;  // behind the last %, and the text's place when it was met
    std::size_t from = 0;
    while (at < text.size()) {
        if (want < pattern.size() && pattern[want] == '%') {
            star = ++want;
            from = at;
        } else if (want < pattern.size() && pattern[want] == '_') {
            ++want;
            at = character(text, at);
        } else if (want < pattern.size() && pattern[want] == text[at]) {
            ++want;
            ++at;
        } else if (star != kNone) {
            from = character(text, from);
            at = from;
            want = star;
        } else {
            return false;
        }
    }
    while (want < pattern.size() && pattern[want] == '%') ++want;
    return want == pattern.size();
}

bool is_subset(std::string_view inner, std::string_view outer) {
    const auto in = network_of(inner);
    const auto out = network_of(outer);
    if (!in || !out || in->family != out->family || in->bits < out->bits) return false;
    const unsigned whole = out->bits / 8;
    if (!std::equal(in->bytes.begin(), in->bytes.begin() + whole, out->bytes.begin())) return false;
    const unsigned rest = out->bits % 8;
    return rest == 0 || ((in->bytes[whole] ^ out->bytes[whole]) >> (8 - rest)) == 0;
}

Observed observe(std::string_view property, const json::Value& value) {
    Observed observed{.value = &value, .bytes = std::nullopt};
    if (!value.is_string()) return observed;
    const bool hex = property.ends_with("_hex");
    if (!hex && !property.ends_with("_bin")) return observed;
    std::string text(value.get_string());
    if (hex)
        std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? c + 32 : c; });
    const auto bytes = hex ? hex_decode(text) : base64_decode(text);
    if (bytes) observed.bytes.emplace(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    return observed;
}

bool holds(const Pattern& pattern, const Comparison& comparison, const Expectation* expectation,
           const Observed& value) {
    const auto literal = [&]() -> const Literal& { return pattern.literals[comparison.literals.first]; };
    const auto text = [&]() -> std::optional<std::string_view> {
        if (value.bytes) return *value.bytes;
        if (value.value->is_string()) return std::string_view(value.value->get_string());
        return std::nullopt;
    };
    bool result = false;
    switch (comparison.comparator) {
        case Comparator::kEqual:
            result = equals(pattern, value, literal());
            break;
        case Comparator::kNotEqual:
            result = !equals(pattern, value, literal());
            break;
        case Comparator::kLess:
        case Comparator::kLessOrEqual:
        case Comparator::kGreater:
        case Comparator::kGreaterOrEqual: {
            const std::partial_ordering is = order(pattern, value, literal());
            // What can't be compared is neither less nor not less.
            if (is == std::partial_ordering::unordered) return false;
            result = comparison.comparator == Comparator::kLess          ? is < 0
                     : comparison.comparator == Comparator::kLessOrEqual ? is <= 0
                     : comparison.comparator == Comparator::kGreater     ? is > 0
                                                                         : is >= 0;
            break;
        }
        case Comparator::kIn: {
            const auto first = pattern.literals.begin() + comparison.literals.first;
            result = std::any_of(first, first + comparison.literals.count,
                                 [&](const Literal& one) { return equals(pattern, value, one); });
            break;
        }
        case Comparator::kLike:
            result = text() && like(*text(), pattern.text(literal().text));
            break;
        case Comparator::kMatches:
            if (expectation != nullptr && text())
                result = value.bytes ? expectation->found_in_bytes(*text()) : expectation->found_in(*text());
            break;
        case Comparator::kIsSubset:
            result = !value.bytes && text() && is_subset(*text(), pattern.text(literal().text));
            break;
        case Comparator::kIsSuperset:
            result = !value.bytes && text() && is_subset(pattern.text(literal().text), *text());
            break;
        case Comparator::kExists:
            return false;
    }
    return result != comparison.negated;
}

}  // namespace comity::intelligence
