// The commands of `comity charter`, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"
#include "json/value.h"

namespace comity::cli {

void add_charter_show(Command& charter, Context& context);
void add_charter_amend(Command& charter, Context& context);

// "rules by", "bodies by", "charter by": the procedures that a charter names, for print_fields(). `form`: a
// community's or a charter's, as it is answered.
std::vector<std::pair<std::string, std::string>> named_procedures(const json::Object& form);

}  // namespace comity::cli
