// Indicators as people write them to each other: disarmed, in wide letters, with marks that cannot be seen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intelligence {

// The text with full-width letters and stops as ASCII, and without what nobody sees (zero-width characters,
// joiners, direction marks, soft hyphens); other spaces become a plain one. Bytes that are no UTF-8 are kept.
std::string plain_letters(std::string_view text);

// A word out of running text, without the punctuation and the quotes around it, and whether it was written so
// that no program follows it.
struct Word {
    std::string text;       // as read_words() found it, in plain letters
    bool disarmed = false;  // hxxp, [.], (dot), ...
};
// The words of one line that could be indicators: every one that holds a dot, a colon, an "@" or a slash
// between letters or digits, or is a sum in hexadecimal. "evil [.] example" and "evil[.example" are one word.
std::vector<Word> read_words(std::string_view line);

}  // namespace comity::intelligence
