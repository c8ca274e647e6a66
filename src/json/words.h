// Small things that many bodies of statements hold: words out of a list, digests, lists of texts.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "json/fields.h"

namespace comity::json {

inline Array array_of(const std::vector<std::string>& texts) {
    Array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

// The member of that name, one of those words.
inline Result<std::string> word_of(Fields& fields, std::string_view name,
                                   std::span<const std::string_view> words) {
    COMITY_TRY(std::string word, fields.text(name, 1, 20));
    if (std::ranges::find(words, word) == words.end())
        return invalid(fields.path(name), fmt::format("\"{}\" is none of {}", word, fmt::join(words, ", ")));
    return word;
}
// The same; empty where there is none.
inline Result<std::string> optional_word_of(Fields& fields, std::string_view name,
                                            std::span<const std::string_view> words) {
    if (!fields.has(name)) return std::string();
    return word_of(fields, name, words);
}

// The member of that name, a digest in hexadecimal.
inline Result<Digest> digest_of(Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string hex, fields.text(name, 1, 64));
    auto digest = Digest::from_hex(hex);
    if (!digest) return within(fields.path(name), digest.error());
    return digest;
}

}  // namespace comity::json
