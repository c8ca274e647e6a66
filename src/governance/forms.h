// How governance's statements and answers write small things, and read them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/fields.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr ledger::Witnessed kDay = 86'400;  // seconds

inline std::string second_text(ledger::Witnessed at) {
    return format_time_millis(Time::from_seconds(at));
}

inline json::Array array_of(const std::vector<std::string>& texts) {
    json::Array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

// The languages that texts are agreed in.
inline constexpr std::array<std::string_view, 6> kLanguages = {"en", "fr", "es", "ru", "ar", "zh"};

// The member of that name, one of those words.
inline Result<std::string> word_of(json::Fields& fields, std::string_view name,
                                   std::span<const std::string_view> words) {
    COMITY_TRY(std::string word, fields.text(name, 1, 20));
    if (std::ranges::find(words, word) == words.end())
        return invalid(fields.path(name), fmt::format("\"{}\" is none of {}", word, fmt::join(words, ", ")));
    return word;
}
// The same; empty where there is none.
inline Result<std::string> optional_word_of(json::Fields& fields, std::string_view name,
                                            std::span<const std::string_view> words) {
    if (!fields.has(name)) return std::string();
    return word_of(fields, name, words);
}

// The member of that name, a digest in hexadecimal.
inline Result<Digest> digest_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string hex, fields.text(name, 1, 64));
    auto digest = Digest::from_hex(hex);
    if (!digest) return within(fields.path(name), digest.error());
    return digest;
}

}  // namespace comity::governance
