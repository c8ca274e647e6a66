// The STIX pattern that a command is given: as its argument, or in a file.
#pragma once

#include <string>

#include "cli/context.h"
#include "intelligence/pattern/pattern.h"

namespace comity::cli {

inline constexpr std::size_t kMaxPatternFile = 64u << 20;  // bytes

// Is it a pattern rather than a file's name? A pattern begins with "[" or "(".
bool is_pattern(const std::string& argument);

// "2.0" and "2.1", as --spec has them.
intelligence::PatternGrammar grammar_of(const std::string& spec);

}  // namespace comity::cli
