#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> list_collections(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto collections, source->collections());
    if (context.json) {
        print_json(context, json::Array(collections.begin(), collections.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& each : collections) {
        rows.push_back({field(each, "id"), field(each, "root"), field(each, "owner"), field(each, "title")});
    }
    print_table(context, {"ID", "ROOT", "OWNER", "TITLE"}, rows, "No collections.");
    return {};
}

}  // namespace

void add_collection_list(Command& collection, Context& context) {
    Command command = collection.add_command({.name = "list",
                                              .summary = "List the collections",
                                              .description = "",
                                              .examples = {{"comity collection list", ""}}});
    add_reading_options(command, context);
    command.on_run(context, [](Context& c) { return list_collections(c); });
}

}  // namespace comity::cli
