#include <fmt/format.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> list_groups(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto groups, source->groups());
    if (context.json) {
        print_json(context, json::Array(groups.begin(), groups.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& group : groups) {
        std::vector<std::string> names;
        if (const json::Value* members = group.if_contains("members");
            members != nullptr && members->is_array()) {
            for (const json::Value& member : members->get_array()) {
                if (member.is_string()) names.emplace_back(member.get_string());
            }
        }
        rows.push_back({field(group, "id"), fmt::format("{}", fmt::join(names, ", "))});
    }
    print_table(context, {"GROUP", "MEMBERS"}, rows, "No groups.");
    return {};
}

}  // namespace

void add_group_list(Command& group, Context& context) {
    Command command = group.add_command({.name = "list",
                                         .summary = "List the groups",
                                         .description = "",
                                         .examples = {{"comity group list", ""}}});
    add_reading_options(command, context);
    command.on_run(context, [](Context& c) { return list_groups(c); });
}

}  // namespace comity::cli
