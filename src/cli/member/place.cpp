#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/participation/place.h"

namespace comity::cli {

namespace {

Result<void> say_place(Context& context, const governance::PlaceBody& place) {
    json::Object form = governance::place_json(place);
    if (const auto read = governance::parse_place(form); !read) return std::unexpected(read.error());
    return say_and_print(
        context,
        {.type = std::string(governance::kPlace), .audience = for_everybody(), .body = std::move(form)});
}

}  // namespace

void add_member_place(Command& member, Context& context) {
    auto place = std::make_shared<governance::PlaceBody>();
    Command command = member.add_command(
        {.name = "place",
         .summary = "Say where the member is: its region and, where it stands for one, its place",
         .description =
             "For participation by region and roll calls on the map; it decides nothing. The last that is "
             "said counts.",
         .examples = {{"comity member place africa KEN --as cert-ke", ""},
                      {"comity member place global --as isoc", "an organisation of the whole world"}}});
    command.add_option("REGION", place->region, "africa, americas, asia, europe, oceania or global")
        .required()
        .one_of({"africa", "americas", "asia", "europe", "oceania", "global"});
    command.add_option("PLACE", place->place, "Its code in ISO 3166-1, three capitals");
    add_signing_options(command, context);
    command.on_run(context, [place](Context& c) { return say_place(c, *place); });
}

}  // namespace comity::cli
