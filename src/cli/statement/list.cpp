#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct StatementListOptions {
    ListFilter filter;
    bool oldest_first = false;
};

Result<void> list(Context& context, StatementListOptions& options) {
    options.filter.newest_first = !options.oldest_first;
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto statements, source->statements(options.filter));
    if (context.json) {
        print_json(context, json::Array(statements.begin(), statements.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& item : statements) {
        rows.push_back({field(item, "id").substr(0, 12), field(item, "type"), field(item, "author"),
                        field(item, "witnessed"), field(item, "index"), audience_text(item)});
    }
    print_table(context, {"ID", "TYPE", "AUTHOR", "WITNESSED", "ENTRY", "AUDIENCE"}, rows,
                "No statements that you may read.");
    return {};
}

}  // namespace

void add_statement_list(Command& statement, Context& context) {
    auto options = std::make_shared<StatementListOptions>();
    Command command = statement.add_command(
        {.name = "list",
         .summary = "List statements, the newest first",
         .description = "Only those that the reader may read.",
         .examples = {{"comity statement list --type intelligence.share --limit 5", ""},
                      {"comity statement list --as cert-ke --json", "as cert-ke's people see it"}}});
    command.add_option("--type", options->filter.type, "Only those of a type, as governance.admission")
        .type_name("TYPE");
    command.add_option("--author", options->filter.author, "Only those of a member").type_name("MEMBER");
    command.add_option("--limit", options->filter.limit, "How many at the most; default: 30")
        .type_name("N")
        .range(1, 1'000'000);
    command.add_flag("--oldest-first", options->oldest_first, "In the order they came");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list(c, *options); });
}

}  // namespace comity::cli
