// What changed between two texts, as people read it: words, not characters; with the lines that stayed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace comity::governance {

struct TextChange {
    enum class Kind { kSame, kRemoved, kAdded };
    Kind kind = Kind::kSame;
    std::string text;  // never empty
    friend bool operator==(const TextChange&, const TextChange&) = default;
};

// The shortest way from one to the other in words (runs of letters and digits, single other characters, runs
// of white space; in Chinese each character is a word). What is the same and what was removed make `before`,
// what is the same and what was added make `after`, byte for byte. Myers' O(ND), 1986; where the texts have
// over kMaxChanges words that differ, all of the one is removed and all of the other added.
inline constexpr int kMaxChanges = 1500;
std::vector<TextChange> text_changes(std::string_view before, std::string_view after);

}  // namespace comity::governance
