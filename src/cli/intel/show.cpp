#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/print.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct IntelShowOptions {
    std::string id;
    bool graph = false;
};

Result<void> show(Context& context, const IntelShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object form, source->intel(options.id, "", {}));
    json::Object graph;
    if (options.graph) {
        COMITY_TRY(graph, source->intel(options.id, "related", {}));
    }
    if (context.json) {
        json::Object all = form;
        if (options.graph) all["graph"] = graph;
        print_json(context, all);
        return {};
    }
    print_fields(context, {{"id", field(form, "id")},
                           {"name", field(form, "name")},
                           {"confidence", confidence_text(object_of(form, "confidence"))}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    const json::Object* last = nullptr;
    for (const json::Value& value : list_of(form, "versions")) {
        const json::Object& version = value.get_object();
        for (const json::Value& each : list_of(version, "copies")) {
            const json::Object& copy = each.get_object();
            if (last == nullptr) last = &copy;
            const std::string statement = field(copy, "statement");
            rows.push_back({field(version, "version"), field(copy, "sharer"), audience_text(copy),
                            statement.empty() ? "(not for you)" : statement.substr(0, 12),
                            field(version, "revoked") == "true" ? "revoked" : ""});
        }
    }
    print_table(context, {"VERSION", "SHARED BY", "FOR", "STATEMENT", ""}, rows, "No versions.");
    for (const json::Value& value : list_of(form, "correlated")) {
        context.out << fmt::format("\nWith {} in common:\n", printable(field(value.get_object(), "value")));
        std::vector<std::vector<std::string>> others;
        for (const json::Value& other : list_of(value.get_object(), "objects")) {
            others.push_back({field(other.get_object(), "id"), field(other.get_object(), "name"),
                              field(other.get_object(), "sharer")});
        }
        print_table(context, {"OBJECT", "NAME", "SHARED BY"}, others, "");
    }
    if (last != nullptr)
        context.out << '\n' << printable_json(json::write_pretty(json::Value(object_of(*last, "object"))));
    if (options.graph) {
        context.out << '\n';
        print_graph(context, graph);
    }
    return {};
}

}  // namespace

void add_intel_show(Command& intel, Context& context) {
    auto options = std::make_shared<IntelShowOptions>();
    Command command = intel.add_command(
        {.name = "show",
         .summary = "Show an object: its versions, who shared them, how far it is believed",
         .description = "",
         .examples = {{"comity intel show indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", ""},
                      {"comity intel show indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --graph",
                       "and what it is related to"}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command.add_flag("--graph", options->graph, "Show what it is related to");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
