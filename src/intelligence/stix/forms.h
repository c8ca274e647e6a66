// The forms of STIX 2.1's simple types (section 2), each as yes or no.
#pragma once

#include <string_view>

namespace comity::intelligence {

bool is_hex(std::string_view text);     // pairs of digits, either case (2.8)
bool is_base64(std::string_view text);  // RFC 4648 section 4, padded (2.1)
// RFC 5646 as far as its shape goes: "en", "zh-Hans-CN" (2.6).
bool is_language(std::string_view text);
// Keys of dictionaries and names of hashes: a-z, A-Z, 0-9, hyphen and underscore, so many of them (2.4, 2.7).
bool is_dictionary_key(std::string_view key, std::size_t min);
// Names of properties: a-z, 0-9 and underscore, 3 to 250 of them (section 3.1, 11.1).
bool is_property_name(std::string_view name);
// "MD5", "SHA-256", ...: what such a hash looks like, for people; empty where it does, or the name is none
// that the specification defines (10.6).
std::string_view wrong_hash(std::string_view algorithm, std::string_view value);

}  // namespace comity::intelligence
