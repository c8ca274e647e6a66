#include <memory>

#include "cli/body/commands.h"
#include "cli/body/forum_source.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"

namespace comity::cli {

namespace {

struct BodyListOptions {
    RuleOptions when;
    bool all = false;
};

Result<void> list(Context& context, const BodyListOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked = asked_of(options.when);
    if (options.all) asked.emplace_back("all", "true");
    COMITY_TRY(const auto bodies, ask_forum(*source, "bodies", asked));
    if (context.json) {
        print_json(context, json::Array(bodies.begin(), bodies.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& body : bodies) {
        int held = 0;
        for (const json::Value& seat : body.at("seats").as_array()) held += seat.at("held").as_bool() ? 1 : 0;
        const std::string seats =
            std::to_string(held) + " of " + std::to_string(body.at("seats").as_array().size());
        rows.push_back({field(body, "id"), field(body, "name"), field(body, "kind"), field(body, "parent"),
                        seats, field(body, "decides_by"), field(body, "state")});
    }
    print_table(context, {"BODY", "NAME", "KIND", "UNDER", "SEATS HELD", "DECIDES BY", "STATE"}, rows,
                "No bodies.");
    return {};
}

}  // namespace

void add_body_list(Command& body, Context& context) {
    auto options = std::make_shared<BodyListOptions>();
    Command command = body.add_command(
        {.name = "list",
         .summary = "List the committees and working groups of the community",
         .description = "Counted anew each time from the votes that founded, filled and dissolved them.",
         .examples = {{"comity body list", ""},
                      {"comity body list --at 2026-07-01T00:00:00Z", "what stood then"},
                      {"comity body list --all", "with those that have ended"}}});
    command.add_flag("--all", options->all, "Those too that have ended");
    add_rule_options(command, options->when);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list(c, *options); });
}

}  // namespace comity::cli
