// The vocabularies of STIX 2.1 section 10: closed ones (enumerations), whose words must be used, and open
// ones, whose words should.
#pragma once

#include <string_view>

namespace comity::intelligence {

// Its words with spaces between, by the name without "-ov" and "-enum": "opinion", "malware-type". Empty
// where there is none of that name.
std::string_view vocabulary(std::string_view name);

bool has_word(std::string_view words, std::string_view word);

}  // namespace comity::intelligence
