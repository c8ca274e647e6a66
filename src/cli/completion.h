// Scripts that let a shell complete the command line, made from the command tree: commands, options, and file
// names where an option or argument is a file or folder.
#pragma once

#include <string>

#include "cli/describe.h"

namespace comity::cli {

std::string bash_completion(const CommandText& root);
std::string zsh_completion(const CommandText& root);
std::string fish_completion(const CommandText& root);

}  // namespace comity::cli
