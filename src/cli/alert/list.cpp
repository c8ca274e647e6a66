#include <memory>

#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct AlertListOptions {
    std::string severity;
    bool open = false;
    bool drills = false;
    std::int64_t limit = 30;
};

Result<void> list_alerts(Context& context, const AlertListOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    Asked asked;
    if (!options.severity.empty()) asked.emplace_back("severity", options.severity);
    if (options.open) asked.emplace_back("open", "true");
    if (options.drills) asked.emplace_back("drill", "true");
    COMITY_TRY(const auto items, alerts->alerts(asked, options.limit));
    if (context.json) {
        print_json(context, json::Array(items.begin(), items.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& each : items) {
        rows.push_back({field(each, "id").substr(0, 12), field(each, "witnessed"), field(each, "severity"),
                        alert_state(each), field(each, "author"), printable(field(each, "title"))});
    }
    print_table(context, {"ID", "WITNESSED", "SEVERITY", "STATE", "AUTHOR", "TITLE"}, rows, "no alerts");
    return {};
}

}  // namespace

void add_alert_list(Command& alert, Context& context) {
    auto options = std::make_shared<AlertListOptions>();
    Command command = alert.add_command({.name = "list",
                                         .summary = "List alerts, the newest first",
                                         .description = "",
                                         .examples = {{"comity alert list --open --severity high", ""}}});
    command.add_option("--severity", options->severity, "At least: low, medium, high or critical")
        .type_name("LEVEL")
        .one_of({"low", "medium", "high", "critical"});
    command.add_flag("--open", options->open, "Only those that nobody has acknowledged");
    command.add_flag("--drills", options->drills, "Only drills");
    command.add_option("--limit", options->limit, "How many; default: 30").type_name("N").range(1, 1000);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_alerts(c, *options); });
}

}  // namespace comity::cli
