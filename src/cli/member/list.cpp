#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> list_members(Context& context, const std::string& stakeholder_class) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto members, source->members(stakeholder_class));
    if (context.json) {
        print_json(context, json::Array(members.begin(), members.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& member : members) {
        rows.push_back({field(member, "id"), field(member, "class"), field(member, "admitted"),
                        field(member, "left").empty() ? "" : "left " + field(member, "left"),
                        field(member, "name")});
    }
    print_table(context, {"ID", "CLASS", "ADMITTED", "LEFT", "NAME"}, rows, "No members.");
    return {};
}

}  // namespace

void add_member_list(Command& member, Context& context) {
    auto stakeholder_class = std::make_shared<std::string>();
    Command command = member.add_command({.name = "list",
                                          .summary = "List the members",
                                          .description = "",
                                          .examples = {{"comity member list --class civil", ""}}});
    command.add_option("--class", *stakeholder_class, "Only those of a class")
        .type_name("CLASS")
        .one_of({"government", "international", "company", "technical", "civil", "citizen"});
    add_reading_options(command, context);
    command.on_run(context, [stakeholder_class](Context& c) { return list_members(c, *stakeholder_class); });
}

}  // namespace comity::cli
