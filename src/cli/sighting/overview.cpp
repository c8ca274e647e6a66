#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/sighting/commands.h"
#include "cli/source.h"
#include "node/seen_where.h"

namespace comity::cli {

namespace {

std::vector<std::vector<std::string>> overview_rows(const json::Object& answer, std::string_view list,
                                                    const std::vector<std::string_view>& names) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at(list).as_array()) {
        std::vector<std::string>& row = rows.emplace_back();
        for (const std::string_view name : names) row.push_back(printable(field(each.as_object(), name)));
    }
    return rows;
}

Result<void> show_overview(Context& context, std::int64_t days) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object seen, source->sightings(days));
    if (context.json) {
        print_json(context, seen);
        return {};
    }
    print_fields(context, {{"since", field(seen, "since").substr(0, 10)},
                           {"seen", fmt::format("{} objects, by {} members", field(seen, "objects"),
                                                field(seen, "sighted_by"))}});
    if (seen.at("days").as_array().empty()) return {};
    const auto table = [&](std::string_view list, const std::vector<std::string_view>& names,
                           const std::vector<std::string>& heading) {
        context.out << '\n';
        print_table(context, heading, overview_rows(seen, list, names), "");
    };
    table("days", {"day", "members", "objects"}, {"DAY", "MEMBERS", "OBJECTS"});
    table("regions", {"region", "members"}, {"REGION", "MEMBERS"});
    if (!seen.at("places").as_array().empty()) table("places", {"place", "members"}, {"PLACE", "MEMBERS"});
    table("seen", {"id", "members"}, {"SEEN BY MOST", "MEMBERS"});
    if (seen.at("more").as_bool()) context.err << "There were more than could be counted\n";
    return {};
}

}  // namespace

void add_sighting_overview(Command& sighting, Context& context) {
    auto days = std::make_shared<std::int64_t>(30);
    Command command = sighting.add_command(
        {.name = "overview",
         .summary = "Show what members have seen lately, by day and by region of the world",
         .description =
             "Of the sightings that you may read, by when they were said. Where a member is, it has "
             "said itself: comity member place.",
         .examples = {{"comity sighting overview --days 90", ""}}});
    command.add_option("--days", *days, "Of so many days; default: 30")
        .type_name("N")
        .range(1, node::kMaxSightingDays);
    add_reading_options(command, context);
    command.on_run(context, [days](Context& c) { return show_overview(c, *days); });
}

}  // namespace comity::cli
