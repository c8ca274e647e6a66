// The program `comity`: the tree of its commands, and running one.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/describe.h"

namespace comity::cli {

// Every command of the program, as help, manual pages and completion have it.
CommandText describe_program();

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2 };

// Parses the arguments (without the program's name) and runs the command. Returns the exit code; has written
// errors to context.err.
int run(Context& context, std::vector<std::string> arguments);

}  // namespace comity::cli
