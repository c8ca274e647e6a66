#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct GroupSetOptions {
    std::string name;
    std::vector<std::string> members;
    bool empty = false;
};

Result<void> set(Context& context, const GroupSetOptions& options) {
    const std::size_t slash = options.name.find('/');
    if (slash == std::string::npos) {
        return invalid("GROUP", "has no owner", "write it as OWNER/NAME, as cert-ke/responders");
    }
    const std::string owner = options.name.substr(0, slash);
    if (options.members.empty() != options.empty) {
        return invalid("MEMBER", options.empty ? "--empty does not go with members" : "none is named",
                       "name the members, or give --empty for none");
    }
    if (!context.as.empty() && context.as != owner) {
        return refused("--as", fmt::format("{} is {}'s group", options.name, owner),
                       "a group is set by its owner");
    }
    context.as = owner;
    json::Array members;
    for (const std::string& member : options.members) {
        COMITY_CHECK(ledger::check_member_id(member, "MEMBER"));
        members.emplace_back(member);
    }
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_CHECK(check_audience(*source, {ledger::Tlp::kAmber, options.members, {}, {}}, {"MEMBER", "", ""}));
    COMITY_TRY(const Submitted submitted,
               say(context, *source, owner,
                   {.type = std::string(governance::kGroup),
                    .audience = for_everybody(),
                    .body = {{"name", options.name.substr(slash + 1)}, {"members", std::move(members)}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_group_set(Command& group, Context& context) {
    auto options = std::make_shared<GroupSetOptions>();
    Command command = group.add_command(
        {.name = "set",
         .summary = "Say who is in a group",
         .description = "A group belongs to the member that its name begins with, who alone says who is in "
                        "it; the last word counts. Statements and objects with the label amber can be for "
                        "groups (comity share --group).",
         .examples = {{"comity group set cert-ke/responders cert-ke kenic", ""},
                      {"comity group set cert-ke/responders --empty", "nobody"}}});
    command.add_option("GROUP", options->name, "OWNER/NAME").required();
    command.add_option("MEMBER", options->members, "Who is in it, all of them");
    command.add_flag("--empty", options->empty, "Nobody is in it");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return set(c, *options); });
}

}  // namespace comity::cli
