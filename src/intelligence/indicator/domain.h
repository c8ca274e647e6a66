// Domain names as indicators.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::intelligence {

// The name in lower case, without the root's dot. Labels of letters, digits, "-" and "_", or in their own
// script (checked for form, not for registration); at least two, 63 bytes a label and 253 together. kInvalid;
// kRefused for names that exist in nobody's DNS (.local, .example, ...: RFC 6761 and its like).
Result<std::string> normal_domain(std::string_view text);

// Is that, in lower case, the last label of names that exist in nobody's DNS?
bool is_nobodys(std::string_view last_label);

// Valid UTF-8 whose characters beyond ASCII are none that would mislead a reader: controls, spaces, joiners
// and direction marks.
bool is_plain_utf8(std::string_view text);

}  // namespace comity::intelligence
