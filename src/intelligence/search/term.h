// What is searched for, as the index has it: terms, short byte strings in which one value has one spelling
// and a network is a range. The same functions make the terms of an object and those of a question, so that
// HXXP://Evil[.]example./ finds http://evil.example.
//
//     'a' 4|6 <4 or 16 bytes>            an address
//     'n' 4|6 <4 or 16 bytes> <length>   a network, its host bits zero
//     'd' <name>    a domain name, in lower case and punycode (IDNA 2008), without the root's dot
//     'u' <url>     scheme and host normal, the scheme's own port and a lone "/" left out
//     'm' <local>@<domain>    'h' <sum, hexadecimal>    'o' <any other value, folded>
//     'w' <word>    't' <type>    's' <member that shared it>    'l' <label, folded>    'r' <id referred to>
//
// Three more are in the index alone, to find candidates by; whether one is found is decided by the object and
// its row:
//     'p' <10 bytes of a digest of path and value>    a property (property_term)
//     'c' <1 byte>                                    the confidence that it states
//     'g' <8 bytes, the number's high byte first>     an audience that is or may become its own (index.h)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "intelligence/stix/identifier.h"

namespace comity::intelligence::search {

// Longer ones end in a digest of the whole, so that they stay distinct.
inline constexpr std::size_t kMaxTerm = 200;  // bytes

enum class Kind : char {
    kAddress = 'a',
    kNetwork = 'n',
    kDomain = 'd',
    kUrl = 'u',
    kEmail = 'm',
    kHash = 'h',
    kOther = 'o',
    kWord = 'w',
    kType = 't',
    kSource = 's',
    kLabel = 'l',
    kReference = 'r',
    kProperty = 'p',
    kConfidence = 'c',
    kAudience = 'g',
};

std::string make_term(Kind kind, std::string_view text);

// Of a property, by its path with dots ("external_references.external_id") and its value as text.
std::string property_term(std::string_view path, std::string_view value);
std::string confidence_term(int confidence);  // 0 to 100
std::string audience_term(std::int64_t audience);

// A value's term as people write it: "198.51.100.0/24", "evil.example". Longer ones end in "...".
std::string text_of_term(std::string_view term);

// The terms of a value as it stands in an object or a question, whatever its spelling: the value's own first,
// then those of the host in a URL and of the domain in an e-mail address. Never empty for a text that is not
// blank.
std::vector<std::string> value_terms(std::string_view text);

// Terms from the first to the second, both included.
struct TermRange {
    std::string first;
    std::string last;
    bool single() const { return first == last; }
    bool holds(std::string_view term) const { return first <= term && term <= last; }
};
// What a question for that value is answered by: an address also by the networks that hold it, a network by
// the addresses and networks in it and the networks that hold it; everything else by itself.
std::vector<TermRange> value_ranges(std::string_view text);

// Words: letters and digits of any script in lower case, characters of scripts without spaces each by itself.
std::vector<std::string> words_of(std::string_view text);

std::string folded(std::string_view text);  // in lower case, as far as one code point has one

}  // namespace comity::intelligence::search
