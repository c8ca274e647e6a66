// Values as literals in patterns (STIX 2.1, section 9.3).
#pragma once

#include <string>
#include <string_view>

namespace comity::intelligence {

inline std::string literal(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('\'');
    return out;
}

}  // namespace comity::intelligence
