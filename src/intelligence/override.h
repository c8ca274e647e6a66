// intelligence.override: a member exports values that warning lists hold back, and says why. The statement
// has no effect but to stand there: whoever blocks what everybody uses has signed for it.
//
//     body {"format":"<format>", "reason": 1 to 2000 bytes, "values":[{"value":"...","list":"..."}, ...]}
//         1 to 200 values; a reason for more is split over statements
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::intelligence {

inline constexpr std::string_view kOverride = "intelligence.override";
inline constexpr std::size_t kMaxOverridden = 200;  // values in one statement

struct OverrideBody {
    struct Value {
        std::string value;
        std::string list;  // the warning list that holds it back
    };
    std::string format;
    std::string reason;
    std::vector<Value> values;
};

// kInvalid with the field.
Result<OverrideBody> parse_override(const json::Value& body);
json::Object override_json(const OverrideBody& body);

}  // namespace comity::intelligence
