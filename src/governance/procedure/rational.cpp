#include "governance/procedure/rational.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace comity::governance {
namespace {

constexpr std::size_t kMaxDigits = 9;

bool digits(std::string_view text) {
    return !text.empty() && text.size() <= kMaxDigits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number(std::string_view text) {
    std::int64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

}  // namespace

Rational Rational::of(std::int64_t num, std::int64_t den) {
    const std::int64_t common = std::gcd(num, den);
    return {num / common, den / common};
}

std::string Rational::text() const {
    return den == 1 ? std::to_string(num) : fmt::format("{}/{}", num, den);
}

bool operator<(const Rational& a, const Rational& b) {
    return Int128{a.num} * b.den < Int128{b.num} * a.den;
}

Result<Rational> parse_rational(std::string_view text, const std::string& where) {
    const auto bad = [&] {
        return invalid(where, fmt::format("\"{}\" is no fraction", text),
                       "write it as 2/3, 55%, 0.65 or 15, of nine digits at the most");
    };
    std::string_view rest = text;
    const bool percent = rest.ends_with('%');
    if (percent) rest.remove_suffix(1);
    const std::int64_t below = percent ? 100 : 1;
    if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
        const std::string_view num = rest.substr(0, slash);
        const std::string_view den = rest.substr(slash + 1);
        if (percent || !digits(num) || !digits(den) || number(den) == 0) return bad();
        return Rational::of(number(num), number(den));
    }
    const std::size_t point = rest.find('.');
    if (point == std::string_view::npos) {
        if (!digits(rest)) return bad();
        return Rational::of(number(rest), below);
    }
    const std::string_view whole = rest.substr(0, point);
    const std::string_view part = rest.substr(point + 1);
    if (!digits(whole) || !digits(part) || whole.size() + part.size() > kMaxDigits) return bad();
    std::int64_t den = below;
    for (std::size_t i = 0; i < part.size(); ++i) den *= 10;
    return Rational::of(number(std::string(whole) + std::string(part)), den);
}

std::string percent_text(std::int64_t part, std::int64_t whole) {
    const auto hundredths = static_cast<std::int64_t>(Int128{part} * 10'000 / whole);
    return fmt::format("{}.{:02} %", hundredths / 100, hundredths % 100);
}

}  // namespace comity::governance
