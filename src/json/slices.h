// The bytes of values inside a larger document, exactly as they stand there, without building it: how a STIX
// bundle is taken apart so that each object is kept as it was submitted (simdjson, on demand).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace comity::json {

// The elements of the array under `key` of the document's top object, in order, as views into `document`:
// from the first to the last byte of each value, white space around it left out. kNotFound where there is no
// such key, kInvalid where the document is no JSON (anywhere, not only in the array) or the value is no
// array.
Result<std::vector<std::string_view>> array_elements(std::string_view document, std::string_view key);

// The value under `key` of the document's top object; as above.
Result<std::string_view> member(std::string_view document, std::string_view key);

// All members of the document's top object in their order, the names without their escapes; as above.
struct Member {
    std::string name;
    std::string_view value;
};
Result<std::vector<Member>> members(std::string_view document);

}  // namespace comity::json
