#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct StatementShowOptions {
    std::string id;
    std::string envelope;  // where to write it
    bool objects = false;
};

Result<void> show_objects(Context& context, Source& source, const std::string& id) {
    COMITY_TRY(const auto objects, source.objects(id));
    json::Array list;
    for (const json::Object& object : objects) list.push_back(object);
    print_json(context, list);
    return {};
}

Result<void> show(Context& context, const StatementShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    if (!options.envelope.empty()) {
        COMITY_TRY(const std::string envelope, source->envelope(options.id));
        return write_file(context, options.envelope, envelope + "\n", false);
    }
    if (options.objects) return show_objects(context, *source, options.id);
    COMITY_TRY(const json::Object form, source->statement(options.id));
    if (context.json) {
        print_json(context, form);
        return {};
    }
    const json::Value* payload = form.if_contains("statement");
    if (payload == nullptr || !payload->is_object()) return corrupt(options.id, "has no payload");
    const json::Object& statement = payload->get_object();
    print_fields(context, {{"id", field(form, "id")},
                           {"type", field(statement, "type")},
                           {"author", field(statement, "author")},
                           {"issued", field(statement, "issued")},
                           {"witnessed", field(form, "witnessed")},
                           {"entry", field(form, "index")},
                           {"counts", field(form, "effective") == "true" ? "yes" : "no"},
                           {"audience", audience_text(statement)}});
    if (const json::Value* body = statement.if_contains("body"))
        context.out << '\n' << printable_json(json::write_pretty(*body));
    return {};
}

}  // namespace

void add_statement_show(Command& statement, Context& context) {
    auto options = std::make_shared<StatementShowOptions>();
    Command command = statement.add_command(
        {.name = "show",
         .summary = "Show a statement",
         .description = "",
         .examples = {
             {"comity statement show 3f9a51c2", "by the beginning of its id"},
             {"comity statement show 3f9a51c2 --objects", "the objects that it carries"},
             {"comity statement show 3f9a51c2 --envelope envelope.json", "keep it, to verify it offline"}}});
    command.add_option("ID", options->id, "The statement's id, or its first 8 or more digits").required();
    command
        .add_option("--envelope", options->envelope,
                    "Write the signed envelope to a file (- for standard output)")
        .type_name("FILE");
    command.add_flag("--objects", options->objects,
                     "Print the objects that it carries and you may read, as JSON");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
