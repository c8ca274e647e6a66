// A document of STIX held to the specification, each object for itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence {

struct Verdict {
    std::size_t index = 0;  // in the bundle, from 0
    std::string id;         // empty where it has none that can be read
    std::optional<Error> error;
    std::vector<Advice> advice;  // only where it was asked for
};

// A verdict for each object that is wrong or, where `strict`, has advice; and how many there are of each.
struct Validation {
    std::size_t objects = 0;
    std::size_t wrong = 0;
    std::size_t advice = 0;
    std::vector<Verdict> verdicts;
};

// `document` is a bundle or one object. kInvalid where it is no JSON object.
Result<Validation> validate(std::string_view document, bool strict);

}  // namespace comity::intelligence
