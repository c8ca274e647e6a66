// Slices (slices.h) for who takes each element of an array for itself, as STIX objects are: one whose end is
// plain, but which holds a number beyond all measure or half a character ("\ud800"), stands among the others
// as it is, and fails where it is parsed. Anywhere else the document must be JSON as ever.
#pragma once

#include "json/slices.h"

namespace comity::json {

Result<std::vector<std::string_view>> array_elements_alone(std::string_view document, std::string_view key);
// All members, where those of the array under `key` are taken so.
Result<std::vector<Member>> members_alone(std::string_view document, std::string_view key);

}  // namespace comity::json
