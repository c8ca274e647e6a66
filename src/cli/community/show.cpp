#include <ostream>

#include "cli/charter/commands.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> show(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object node, source->node());
    if (context.json) {
        print_json(context, node);
        return {};
    }
    const json::Value* community = node.if_contains("community");
    const json::Value* log = node.if_contains("log");
    if (community == nullptr || !community->is_object()) {
        return not_found("the node has no community yet", "found one: comity community found CHARTER.toml");
    }
    const json::Object& form = community->get_object();
    std::vector<std::pair<std::string, std::string>> fields{{"community", field(form, "name")},
                                                            {"id", field(form, "id")},
                                                            {"purpose", field(form, "purpose")},
                                                            {"founded", field(form, "founded")},
                                                            {"members", field(node, "members")}};
    if (log != nullptr && log->is_object()) {
        fields.emplace_back("log", field(log->get_object(), "origin"));
        fields.emplace_back("log key", field(log->get_object(), "key"));
        fields.emplace_back("cosigner", field(log->get_object(), "cosigner_key"));
    }
    for (auto& named : named_procedures(form)) fields.push_back(std::move(named));
    if (const json::Value* charter = form.if_contains("charter");
        charter != nullptr && charter->is_object()) {
        const json::Object& version = charter->get_object();
        if (field(version, "version") != "1")
            fields.emplace_back(
                "charter", "version " + field(version, "version") + ", since " + field(version, "since"));
    }
    print_fields(context, fields);
    return {};
}

}  // namespace

void add_community_show(Command& community, Context& context) {
    Command command = community.add_command({.name = "show",
                                             .summary = "Show the community and this node's log keys",
                                             .description = "",
                                             .examples = {{"comity community show --json", ""}}});
    add_reading_options(command, context);
    command.on_run(context, [](Context& c) { return show(c); });
}

}  // namespace comity::cli
