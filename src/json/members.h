// Single members of an object whose form is somebody else's to check.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace comity::json {

// The text under that name; empty where there is none.
inline std::string text_of(const Object& object, std::string_view name) {
    const Value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace comity::json
