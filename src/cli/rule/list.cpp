#include <memory>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"

namespace comity::cli {

namespace {

struct RuleListOptions {
    RuleOptions rule;
    std::string topic;
    bool all = false;
};

Result<void> list(Context& context, const RuleListOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked = asked_of(options.rule);
    if (!options.topic.empty()) asked.emplace_back("topic", options.topic);
    if (options.all) asked.emplace_back("all", "true");
    COMITY_TRY(const auto rules, source->rules(asked));
    if (context.json) {
        print_json(context, json::Array(rules.begin(), rules.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& rule : rules) {
        rows.push_back({field(rule, "number"), field(rule, "version"), field(rule, "title"),
                        field(rule, "state"), field(rule, "in_force").substr(0, 10),
                        field(rule, "acts") == "true" ? "yes" : "", field(rule, "ended")});
    }
    print_table(context, {"RULE", "VERSION", "TITLE", "STATE", "IN FORCE", "ACTS", "ENDED"}, rows,
                "No rules.");
    return {};
}

}  // namespace

void add_rule_list(Command& rule, Context& context) {
    auto options = std::make_shared<RuleListOptions>();
    Command command = rule.add_command(
        {.name = "list",
         .summary = "List the rules in force",
         .description =
             "Counted anew each time from the votes that adopted them. A rule that acts is kept by "
             "every node at its door.",
         .examples = {{"comity rule list --topic data-security", ""},
                      {"comity rule list --at 2026-07-01T00:00:00Z", "what was in force then"},
                      {"comity rule list --all", "with what is to come and what has ended"}}});
    command.add_option("--topic", options->topic, "Only rules on it");
    command.add_flag("--all", options->all, "Those too that are to come or have ended");
    add_rule_options(command, options->rule);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list(c, *options); });
}

}  // namespace comity::cli
