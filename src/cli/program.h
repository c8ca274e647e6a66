// The program `comity`: the tree of its commands, and running one.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

namespace comity::cli {

std::string_view version();  // "0.1.0"

// Every command of the program, bound to `context`, which must outlive it.
std::unique_ptr<CLI::App> make_program(Context& context);

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2 };

// Parses the arguments (without the program's name) and runs the command. Returns the exit code; has written
// errors to context.err.
int run(Context& context, std::vector<std::string> arguments);

}  // namespace comity::cli
