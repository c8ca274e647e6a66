#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/procedure/read_procedure.h"

namespace comity::cli {

namespace {

Result<void> show_procedure(Context& context, const std::string& name) {
    COMITY_TRY(const NamedProcedure named, read_procedure(context, name));
    if (context.json) {
        print_json(context, named.json);
        return {};
    }
    context.out << printable_json(json::write_pretty(named.json));
    return {};
}

}  // namespace

void add_procedure_show(Command& procedure, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = procedure.add_command(
        {.name = "show",
         .summary = "Show a procedure as it is written",
         .description =
             "PROCEDURE is one that comes with the program, or a file, which is checked: a procedure by "
             "which nothing could be decided is refused with the reason.",
         .examples = {{"comity procedure show cabforum > ours.json", "to begin one's own"},
                      {"comity procedure show ours.json", "check it"}}});
    command.add_option("PROCEDURE", *name, "An id of comity procedure list, or a file").required();
    command.on_run(context, [name](Context& c) { return show_procedure(c, *name); });
}

}  // namespace comity::cli
