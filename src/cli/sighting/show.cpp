#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/sighting/commands.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

std::string day_of(const json::Object& item, std::string_view name) {
    const std::string text = field(item, name);
    return text.empty() ? "never" : text.substr(0, 10);
}

Result<void> show_sightings(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object seen, source->intel(id, "sightings", {}));
    if (context.json) {
        print_json(context, seen);
        return {};
    }
    print_fields(
        context,
        {{"object", field(seen, "id")},
         {"first seen", day_of(seen, "first_seen")},
         {"last seen", day_of(seen, "last_seen")},
         {"seen by", fmt::format("{} members, {} times", field(seen, "sighted_by"), field(seen, "count"))},
         {"false", fmt::format("say {} members", field(seen, "false_by"))}});
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : seen.at("members").as_array()) {
        const json::Object& member = each.as_object();
        rows.push_back({field(member, "member"), field(member, "count"), day_of(member, "first_seen"),
                        day_of(member, "last_seen")});
    }
    print_table(context, {"MEMBER", "COUNT", "FIRST", "LAST"}, rows, "nobody says that it was seen");
    for (const json::Value& each : seen.at("private").as_array()) {
        const json::Object& week = each.as_object();
        if (week.at("members").is_null()) continue;
        context.out << fmt::format("week of {}: some {} members that are not named", field(week, "week"),
                                   field(week, "members"));
        if (!week.at("among").is_null())
            context.out << fmt::format(", of {} that are counted together", field(week, "among"));
        context.out << '\n';
    }
    for (const json::Value& each : seen.at("own").as_array()) {
        const json::Object& hit = each.as_object();
        context.out << fmt::format("your own scans, {}: {} times ({})\n", field(hit, "day"),
                                   field(hit, "count"), field(hit, "state"));
    }
    return {};
}

}  // namespace

void add_sighting_show(Command& sighting, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = sighting.add_command(
        {.name = "show",
         .summary = "Show who has seen an object, since when and how often",
         .description =
             "Of the sightings that you may read; members that only let themselves be counted as a "
             "number for each week, where there were enough, with noise.",
         .examples = {{"comity sighting show indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", ""}}});
    command.add_option("OBJECT", *id, "The object's STIX id").required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show_sightings(c, *id); });
}

}  // namespace comity::cli
