#include <fmt/format.h>

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

constexpr std::int64_t kMaxObjectsCounted = 5000;  // each of them is read for it

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

// How many of the objects that its root binds are here for the reader; empty: it binds none.
Result<std::string> objects_text(Source& source, const std::string& id, const json::Object& statement) {
    const json::Value* const body = statement.if_contains("body");
    const json::Value* const bound =
        body != nullptr && body->is_object() ? body->get_object().if_contains("objects") : nullptr;
    const json::Value* const number =
        bound != nullptr && bound->is_object() ? bound->get_object().if_contains("count") : nullptr;
    if (number == nullptr || !number->is_int64()) return std::string();
    const std::int64_t count = number->get_int64();
    if (count > kMaxObjectsCounted) return fmt::format("{}", count);
    COMITY_TRY(const auto here, source.objects(id));
    const std::int64_t lacking = count - static_cast<std::int64_t>(here.size());
    if (lacking <= 0) return fmt::format("{}", count);
    return fmt::format("{} of {}: {} withdrawn, marked for others, or not here (comity node status)",
                       here.size(), count, lacking == 1 ? "one is" : fmt::format("{} are", lacking));
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
    std::vector<std::pair<std::string, std::string>> fields{
        {"id", field(form, "id")},
        {"type", field(statement, "type")},
        {"author", field(statement, "author")},
        {"issued", field(statement, "issued")},
        {"witnessed", field(form, "witnessed")},
        {"entry", field(form, "index")},
        {"counts", field(form, "effective") == "true" ? "yes" : "no"},
        {"audience", audience_text(statement)}};
    COMITY_TRY(const std::string objects, objects_text(*source, field(form, "id"), statement));
    if (!objects.empty()) fields.emplace_back("objects", objects);
    print_fields(context, fields);
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
