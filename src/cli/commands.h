// Every command, a function each: it adds the command to the noun it belongs to. One file a command, named
// after it (key/generate.cpp). A new command is a new file, a line here and a line in program.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace comity::cli {

void add_key_generate(CLI::App& key, Context& context);
void add_key_show(CLI::App& key, Context& context);

void add_completion(CLI::App& program, Context& context);
void add_man(CLI::App& program, Context& context);

}  // namespace comity::cli
