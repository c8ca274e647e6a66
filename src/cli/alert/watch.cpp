#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

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

constexpr std::int64_t kLookedAt = 100;          // the newest alerts, at each look, and
constexpr std::int64_t kMostLookedAt = 100'000;  // at the most, where so many came
constexpr std::int64_t kMoreLookedAt = 10;
constexpr auto kBetweenLines = std::chrono::milliseconds(500);

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

// What is new since it was looked at last, whoever says when to look.
class AlertWatching {
  public:
    AlertWatching(Context& context, AlertSource& alerts, const AlertWatchOptions& options)
        : context_(context), alerts_(alerts), options_(options) {
        if (!options.severity.empty()) asked_.emplace_back("severity", options.severity);
    }

    // False: enough. The first look tells what was there, or passes over it.
    bool look() {
        std::int64_t most = kLookedAt;
        auto items = alerts_.alerts(asked_, most);
        // More came than one look holds.
        while (items && looked_ && std::cmp_equal(items->size(), most) && most < kMostLookedAt &&
               !known_.contains(field(items->back(), "id"))) {
            most = std::min(most * kMoreLookedAt, kMostLookedAt);
            items = alerts_.alerts(asked_, most);
        }
        if (!items) {
            failed_ = std::move(items).error();
            return false;
        }
        failing_ = false;
        for (auto alert = items->rbegin(); alert != items->rend(); ++alert) {
            if (!known_.insert(field(*alert, "id")).second) continue;
            if (!looked_ && !options_.from_start) continue;
            print_warning(context_, *alert);
            if (++told_ == options_.count) return false;
        }
        looked_ = true;
        return static_cast<bool>(context_.out);
    }

    Result<void> run() {
        for (;;) {
            failed_.reset();
            auto done = alerts_.watch_alerts([this] { return look(); });
            if (failed_) done = std::unexpected(*failed_);
            if (!context_.out || (options_.count > 0 && told_ == options_.count)) return {};
            if (!done && !looked_) return done;
            // A watch that gives up at the first disturbance warns of nothing.
            if (!done && !failing_) print_error(context_, done.error());
            failing_ = failing_ || !done;
            std::this_thread::sleep_for(kBetweenLines);
        }
    }

  private:
    Context& context_;
    AlertSource& alerts_;
    const AlertWatchOptions& options_;
    Asked asked_;
    std::set<std::string> known_;
    std::int64_t told_ = 0;
    bool looked_ = false;
    bool failing_ = false;
    std::optional<Error> failed_;
};

Result<void> watch_alerts(Context& context, const AlertWatchOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    return AlertWatching(context, *alerts, options).run();
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
