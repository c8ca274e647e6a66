#include "cli/intel/pattern_text.h"

namespace comity::cli {

bool is_pattern(const std::string& argument) {
    const std::size_t first = argument.find_first_not_of(" \t\r\n");
    return first != std::string::npos && (argument[first] == '[' || argument[first] == '(');
}

intelligence::PatternGrammar grammar_of(const std::string& spec) {
    return spec == "2.0" ? intelligence::PatternGrammar::k20 : intelligence::PatternGrammar::k21;
}

}  // namespace comity::cli
