#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "governance/procedure/presets.h"

namespace comity::cli {

namespace {

Result<void> list_procedures(Context& context) {
    json::Array forms;
    std::vector<std::vector<std::string>> rows;
    for (const governance::Preset& preset : governance::presets()) {
        const governance::Procedure& procedure = preset.procedure;
        forms.push_back(json::Object{
            {"id", procedure.id}, {"title", procedure.title}, {"source", procedure.sources.front().title}});
        rows.push_back({procedure.id, procedure.title, procedure.sources.front().title});
    }
    if (context.json)
        print_json(context, forms);
    else
        print_table(context, {"PROCEDURE", "TITLE", "SOURCE"}, rows, "No procedures.");
    return {};
}

}  // namespace

void add_procedure_list(Command& procedure, Context& context) {
    Command command = procedure.add_command(
        {.name = "list",
         .summary = "List the procedures that come with the program",
         .description =
             "How real bodies decide, from the UN General Assembly to the IETF, each with its source. "
             "A community takes one as it is, or changes it and proposes that.",
         .examples = {{"comity procedure list", ""}}});
    command.on_run(context, [](Context& c) { return list_procedures(c); });
}

}  // namespace comity::cli
