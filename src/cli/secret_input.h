// Passwords: typed without an echo by a person, or from a file or standard input by a program.
#pragma once

#include <string>

#include "cli/context.h"

namespace comity::cli {

// From `file` where it is given ("-": standard input; its first line), else asked for twice on the terminal,
// else the first line of standard input. kInvalid where the two differ or there is none.
Result<std::string> new_password(Context& context, const std::string& file);

// A random one, easy to read out: five groups of five lower-case letters and digits (over 120 bits).
std::string generated_password();

}  // namespace comity::cli
