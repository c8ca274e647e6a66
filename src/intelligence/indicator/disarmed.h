// Spellings that keep a mail program from making a link of an indicator: one table for all that read them
// (lists, running text, searches).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace comity::intelligence {

struct Disarmed {
    std::string_view spelling;  // in lower case; it is met in any
    std::string_view meant;
};

// "[.]", "(dot)", "[://]": in a host, an address, a scheme they mean nothing else. Longer ones first.
std::span<const Disarmed> disarmed_marks();
// "hxxp", "fxps": what stands before "://". Longer ones first.
std::span<const Disarmed> disarmed_schemes();

// Does it begin with that word (in lower case), in any case?
bool starts_with_word(std::string_view text, std::string_view word);

// One value as it was meant. Of a URL only what stands before its path is read so: brackets in it are its
// own. A scheme that was disarmed comes back in lower case.
std::string rearmed(std::string_view value);

}  // namespace comity::intelligence
