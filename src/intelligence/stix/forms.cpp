#include "intelligence/stix/forms.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace comity::intelligence {
namespace {

enum : std::uint8_t {
    kLower = 1,
    kUpper = 2,
    kDigit = 4,
    kHexLetter = 8,
    kDash = 16,
    kUnderscore = 32,
    kPlusSlash = 64
};

constexpr std::array<std::uint8_t, 256> kClass = [] {
    std::array<std::uint8_t, 256> all{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) all[c] = kLower;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) all[c] = kUpper;
    for (std::size_t c = 'a'; c <= 'f'; ++c) all[c] |= kHexLetter;
    for (std::size_t c = 'A'; c <= 'F'; ++c) all[c] |= kHexLetter;
    for (std::size_t c = '0'; c <= '9'; ++c) all[c] = kDigit;
    all['-'] = kDash;
    all['_'] = kUnderscore;
    all['+'] = all['/'] = kPlusSlash;
    return all;
}();

bool all_of(std::string_view text, unsigned classes) {
    return std::ranges::all_of(
        text, [&](char c) { return (kClass[static_cast<unsigned char>(c)] & classes) != 0; });
}

struct HashForm {
    std::string_view algorithm;
    std::size_t digits;
    std::string_view told;
};
constexpr HashForm kHashes[] = {
    {"MD5", 32, "32 hexadecimal digits"},      {"SHA-1", 40, "40 hexadecimal digits"},
    {"SHA-256", 64, "64 hexadecimal digits"},  {"SHA-512", 128, "128 hexadecimal digits"},
    {"SHA3-256", 64, "64 hexadecimal digits"}, {"SHA3-512", 128, "128 hexadecimal digits"},
};

}  // namespace

bool is_hex(std::string_view text) {
    return text.size() % 2 == 0 && all_of(text, kDigit | kHexLetter);
}

bool is_base64(std::string_view text) {
    if (text.size() % 4 != 0) return false;
    const std::size_t end = std::min(text.find('='), text.size());
    return text.size() - end <= 2 && all_of(text.substr(0, end), kLower | kUpper | kDigit | kPlusSlash) &&
           text.substr(end).find_first_not_of('=') == std::string_view::npos;
}

bool is_language(std::string_view text) {
    bool first = true;
    while (true) {
        const std::size_t dash = std::min(text.find('-'), text.size());
        const std::string_view part = text.substr(0, dash);
        const bool single = first && (part == "x" || part == "i");  // private use, old registrations
        if (part.size() > 8 || part.empty() || (first && part.size() < 2 && !single)) return false;
        if (!all_of(part, first ? kLower | kUpper : kLower | kUpper | kDigit)) return false;
        if (dash == text.size()) return !single;
        text.remove_prefix(dash + 1);
        first = false;
    }
}

bool is_dictionary_key(std::string_view key, std::size_t min) {
    return key.size() >= min && key.size() <= 250 &&
           all_of(key, kLower | kUpper | kDigit | kDash | kUnderscore);
}

bool is_property_name(std::string_view name) {
    return name.size() >= 3 && name.size() <= 250 && all_of(name, kLower | kDigit | kUnderscore);
}

std::string_view wrong_hash(std::string_view algorithm, std::string_view value) {
    for (const HashForm& form : kHashes) {
        if (form.algorithm != algorithm) continue;
        return value.size() == form.digits && all_of(value, kDigit | kHexLetter) ? std::string_view()
                                                                                 : form.told;
    }
    if (algorithm == "TLSH") {
        if (value.starts_with("T1")) value.remove_prefix(2);
        return value.size() == 70 && all_of(value, kDigit | kHexLetter)
                   ? std::string_view()
                   : "70 hexadecimal digits, T1 before them or not";
    }
    return {};
}

}  // namespace comity::intelligence
