#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <set>
#include <thread>

#include "base/text.h"
#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct AlertWatchOptions {
    std::string severity;
    std::int64_t count = 0;
    bool from_start = false;
};

constexpr std::int64_t kLookedAt = 100;  // the newest alerts, at each look
constexpr auto kBetweenWatchLooks = std::chrono::milliseconds(250);

void print_warning(Context& context, const json::Object& alert) {
    if (context.json) {
        context.out << printable_json(json::write(alert)) << '\n' << std::flush;
        return;
    }
    const std::string severity = field(alert, "severity");
    const std::string by = field(alert, "acknowledge_by");
    context.out << fmt::format("{}  {:<8}  {}  {}{}{}\n", field(alert, "issued"), severity,
                               field(alert, "id").substr(0, 12),
                               field(alert, "drill") == "true" ? "DRILL: " : "",
                               printable(field(alert, "title")),
                               by.empty() ? "" : fmt::format(" (acknowledge by {}Z)", by.substr(0, 19)))
                << std::flush;
}

Result<void> watch_alerts(Context& context, const AlertWatchOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    Asked asked;
    if (!options.severity.empty()) asked.emplace_back("severity", options.severity);
    std::set<std::string> known;
    std::int64_t told = 0;
    bool failing = false;
    for (bool first = true; context.out; first = false) {
        auto items = alerts->alerts(asked, kLookedAt);
        if (!items && first) return std::unexpected(std::move(items).error());
        if (!items) {
            // A watch that gives up at the first disturbance warns of nothing.
            if (!failing) print_error(context, items.error());
            failing = true;
        } else {
            failing = false;
            for (auto alert = items->rbegin(); alert != items->rend(); ++alert) {
                if (!known.insert(field(*alert, "id")).second) continue;
                if (first && !options.from_start) continue;
                print_warning(context, *alert);
                if (++told == options.count) return {};
            }
        }
        std::this_thread::sleep_for(kBetweenWatchLooks);
    }
    return {};
}

}  // namespace

void add_alert_watch(Command& alert, Context& context) {
    auto options = std::make_shared<AlertWatchOptions>();
    Command command = alert.add_command(
        {.name = "watch",
         .summary = "Print alerts as they come",
         .description = "A line each, or with --json an object each, until it is ended. Programs listen to "
                        "/api/v1/events?type=intelligence.alert instead, or have alerts delivered to them.",
         .examples = {{"comity alert watch --severity high", ""}}});
    command.add_option("--severity", options->severity, "At least: low, medium, high or critical")
        .type_name("LEVEL")
        .one_of({"low", "medium", "high", "critical"});
    command.add_option("--count", options->count, "End after so many").type_name("N").range(1, 1'000'000);
    command.add_flag("--from-start", options->from_start, "First those that are there");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return watch_alerts(c, *options); });
}

}  // namespace comity::cli
