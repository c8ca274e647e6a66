// What the commands of the rulebook ask alike.
#pragma once

#include "cli/command.h"
#include "cli/source.h"

namespace comity::cli {

struct RuleOptions {
    std::string at;
    std::string language = "en";
};
// --at and --language.
void add_rule_options(Command& command, RuleOptions& options);
Asked asked_of(const RuleOptions& options);

// Of the form's "texts" the one in that language, or else the first authentic one; false where there is
// neither.
bool print_shown_text(Context& context, const json::Object& form, std::string_view language);

// The vote that adopted the version of the rule in force now: what statements about a rule name. kNotFound;
// kRefused where none is in force.
Result<std::string> adopting_vote(Source& source, const std::string& number);

}  // namespace comity::cli
