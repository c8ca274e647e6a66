#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct MemberLeaveOptions {
    std::string reason;
    bool yes = false;
};

Result<void> leave(Context& context, const MemberLeaveOptions& options) {
    if (!options.yes) {
        return refused("member leave", "it cannot be undone: what the member signs afterwards does not count",
                       "add --yes if it is meant");
    }
    json::Object body;
    if (!options.reason.empty()) body["reason"] = options.reason;
    return say_and_print(
        context,
        {.type = std::string(governance::kDeparture), .audience = for_everybody(), .body = std::move(body)});
}

}  // namespace

void add_member_leave(Command& member, Context& context) {
    auto options = std::make_shared<MemberLeaveOptions>();
    Command command = member.add_command(
        {.name = "leave",
         .summary = "Leave the community, as the member that acts",
         .description = "What the member has signed stays; its keys count no more from the next second on.",
         .examples = {{"comity member leave --as kenic --reason \"merged into another\" --yes", ""}}});
    command.add_option("--reason", options->reason, "Why, for others to read").type_name("TEXT");
    command.add_flag("--yes", options->yes, "It is meant");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return leave(c, *options); });
}

}  // namespace comity::cli
