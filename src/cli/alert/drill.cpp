#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <thread>

#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/speak.h"
#include "intelligence/alert/alert.h"

namespace comity::cli {

namespace {

struct AlertDrillOptions {
    std::string title = "Test alarm: please acknowledge";
    std::string severity = "high";
    std::string wait;
    AudienceOptions audience;
};

constexpr auto kBetweenDrillLooks = std::chrono::milliseconds(250);

// Until everybody has answered by hand, or the time is over.
Result<json::Object> wait_for_answers(Context& context, Source& source, const std::string& id,
                                      std::int64_t seconds) {
    COMITY_TRY(AlertSource* const alerts, alerts_of(source));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    const Waiting waiting(context.err, context.err_terminal, "waiting for answers");
    while (true) {
        COMITY_TRY(json::Object alert, alerts->alert(id));
        if (alert.at("awaited").as_array().empty() || std::chrono::steady_clock::now() >= end) return alert;
        std::this_thread::sleep_for(kBetweenDrillLooks);
    }
}

void print_answers(Context& context, const json::Object& alert) {
    if (context.json) {
        print_json(context, alert);
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : alert.at("acknowledgements").as_array()) {
        const json::Object& one = each.as_object();
        const double seconds = static_cast<double>(one.at("after_ms").to_number<std::int64_t>()) / 1000.0;
        rows.push_back({field(one, "author"), field(one, "automatic") == "true" ? "arrived" : "acknowledged",
                        fmt::format("{:.3f} s", seconds), printable(field(one, "note"))});
    }
    for (const json::Value& member : alert.at("awaited").as_array())
        rows.push_back({std::string(member.as_string()), "no answer", "", ""});
    print_table(context, {"MEMBER", "", "AFTER", "NOTE"}, rows, "nobody was warned");
}

Result<void> drill(Context& context, const AlertDrillOptions& options) {
    const AudienceOptions& whom = options.audience;
    if (whom.tlp.empty() && whom.members.empty() && whom.groups.empty() && whom.persons.empty())
        return invalid("--to", "is missing",
                       "say whom to test: --to MEMBER, --group GROUP, or --tlp green for all");
    std::int64_t wait = 0;
    if (!options.wait.empty()) {
        COMITY_TRY(wait, parse_interval(options.wait, "--wait"));
    }
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    intelligence::AlertBody body;
    body.title = options.title;
    COMITY_TRY(body.severity, intelligence::parse_severity(options.severity, "--severity"));
    body.drill = true;
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(intelligence::kAlert),
                                               .audience = std::move(audience),
                                               .body = intelligence::alert_json(body)}));
    if (wait == 0) {
        print_submitted(context, submitted);
        if (!context.json)
            context.err << fmt::format("comity alert show {} tells who has answered, and how fast\n",
                                       submitted.id.hex().substr(0, 12));
        return {};
    }
    COMITY_TRY(const json::Object alert, wait_for_answers(context, *source, submitted.id.hex(), wait));
    print_answers(context, alert);
    return {};
}

}  // namespace

void add_alert_drill(Command& alert, Context& context) {
    auto options = std::make_shared<AlertDrillOptions>();
    Command command = alert.add_command(
        {.name = "drill",
         .summary = "Send a test alarm, and measure how fast members answer",
         .description =
             "A signed alert that says that it is a drill. Nodes that watch for those whom it reaches say "
             "at once that it arrived; their people acknowledge it as any other. How long each took is "
             "measured on this node, from when it accepted the alert to when it accepted the answer; comity "
             "alert show tells it at any time.",
         .examples = {{"comity alert drill --to kenic --to cert-ug --wait 10m", ""},
                      {"comity alert drill --tlp green --title \"Quarterly drill\"", "all members"}}});
    command.add_option("--title", options->title, "What it says").type_name("TEXT");
    command.add_option("--severity", options->severity, "low, medium, high or critical; default: high")
        .type_name("LEVEL")
        .one_of({"low", "medium", "high", "critical"});
    command.add_option("--wait", options->wait, "Wait so long for answers, and print them: 30s, 10m")
        .type_name("INTERVAL");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return drill(c, *options); });
}

}  // namespace comity::cli
