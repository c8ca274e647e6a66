// A JSON string, written: for writers that have no Value.
#pragma once

#include <string>
#include <string_view>

namespace comity::json {

// Appends the text in quotes. Escaped is what must be, in its shortest form (RFC 8259 section 7; as RFC 8785
// has it too).
void append_text(std::string& out, std::string_view text);

}  // namespace comity::json
