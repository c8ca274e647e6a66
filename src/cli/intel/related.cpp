#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/intel/print.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct IntelRelatedOptions {
    std::string id;
    std::int64_t depth = 1;
    std::int64_t limit = 100;
    bool dot = false;
};

Result<void> related(Context& context, const IntelRelatedOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object graph, source->intel(options.id, "related",
                                                       {{"depth", std::to_string(options.depth)},
                                                        {"limit", std::to_string(options.limit)}}));
    if (options.dot) {
        context.out << graph_dot(graph);
    } else if (context.json) {
        print_json(context, graph);
    } else {
        print_graph(context, graph);
    }
    return {};
}

}  // namespace

void add_intel_related(Command& intel, Context& context) {
    auto options = std::make_shared<IntelRelatedOptions>();
    Command command = intel.add_command(
        {.name = "related",
         .summary = "Show what an object is related to, step by step",
         .description =
             "By relationships, sightings and every reference from one object to another, either way.",
         .examples = {{"comity intel related malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b --depth 2", ""},
                      {"comity intel related malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b --dot | dot -Tsvg "
                       "> graph.svg",
                       "as a picture, by Graphviz"}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command.add_option("--depth", options->depth, "How many steps; default: 1").type_name("N").range(1, 5);
    command.add_option("--limit", options->limit, "How many objects at the most; default: 100")
        .type_name("N")
        .range(1, 500);
    command.add_flag("--dot", options->dot, "Print it as Graphviz DOT");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return related(c, *options); });
}

}  // namespace comity::cli
