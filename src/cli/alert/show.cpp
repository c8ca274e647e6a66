#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

void print_alert(Context& context, const json::Object& alert) {
    std::vector<std::pair<std::string, std::string>> fields;
    const auto put = [&](std::string name, const std::string& text) {
        if (!text.empty()) fields.emplace_back(std::move(name), printable(text));
    };
    for (const char* name : {"id", "title", "severity", "author", "rule", "witnessed"})
        put(name, field(alert, name));
    put("audience", audience_text(alert));
    put("state", alert_state(alert));
    put("acknowledge by", field(alert, "acknowledge_by"));
    put("escalates", field(alert, "escalates"));
    for (const json::Value& each : alert.at("evidence").as_array()) {
        const json::Object& evidence = each.as_object();
        put("evidence", "statement " + field(evidence, "statement"));
        for (const json::Value& object : evidence.at("objects").as_array())
            put("", std::string(object.as_string()));
        if (const json::Value* values = evidence.if_contains("values")) {
            for (const json::Value& value : values->as_array()) put("value", std::string(value.as_string()));
        }
    }
    if (const std::string more = field(alert, "more"); more != "0") put("more objects", more);
    for (const json::Value& measure : alert.at("measures").as_array())
        put("recommended", std::string(measure.as_string()));
    for (const json::Value& each : alert.at("acknowledgements").as_array()) {
        const json::Object& one = each.as_object();
        const double seconds = static_cast<double>(one.at("after_ms").to_number<std::int64_t>()) / 1000.0;
        put(field(one, "automatic") == "true" ? "arrived at" : "acknowledged by",
            fmt::format("{} after {:.3f} s {}", field(one, "author"), seconds, field(one, "note")));
    }
    if (const json::Value* awaited = alert.if_contains("awaited")) {
        for (const json::Value& member : awaited->as_array())
            put("no answer from", std::string(member.as_string()));
    }
    print_fields(context, fields);
}

Result<void> show_alert(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    COMITY_TRY(const json::Object alert, alerts->alert(id));
    if (context.json)
        print_json(context, alert);
    else
        print_alert(context, alert);
    return {};
}

}  // namespace

void add_alert_show(Command& alert, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command =
        alert.add_command({.name = "show",
                           .summary = "Show an alert, what it rests on and who has acknowledged it",
                           .description = "comity intel show shows the objects that it names.",
                           .examples = {{"comity alert show 6f1c2a9e", ""}}});
    command.add_option("ID", *id, "Its id, or the beginning of it").required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show_alert(c, *id); });
}

}  // namespace comity::cli
