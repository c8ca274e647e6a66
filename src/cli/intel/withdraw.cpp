#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "intelligence/withdrawal.h"

namespace comity::cli {

namespace {

struct IntelWithdrawOptions {
    std::vector<std::string> ids;
    std::string version;
    std::string reason;
    AudienceOptions audience;
};

Result<void> withdraw(Context& context, const IntelWithdrawOptions& options) {
    intelligence::WithdrawalBody body;
    body.reason = options.reason;
    for (const std::string& text : options.ids) {
        auto id = intelligence::ObjectId::parse(text);
        if (!id) return within("ID", std::move(id).error());
        intelligence::Withdrawn one{*std::move(id), std::nullopt};
        if (!options.version.empty()) {
            auto version = parse_time(options.version);
            if (!version) return within("--version-of", std::move(version).error());
            one.version = *version;
        }
        body.objects.push_back(std::move(one));
    }
    json::Object form = intelligence::withdrawal_json(body);
    if (auto checked = intelligence::parse_withdrawal(form); !checked)
        return std::unexpected(std::move(checked).error());
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    return say_and_print(context, {.type = std::string(intelligence::kWithdrawal),
                                   .audience = std::move(audience),
                                   .body = std::move(form)});
}

}  // namespace

void add_intel_withdraw(Command& intel, Context& context) {
    auto options = std::make_shared<IntelWithdrawOptions>();
    Command command = intel.add_command(
        {.name = "withdraw",
         .summary = "Take back objects that you shared",
         .description =
             "What the member had shared of these objects until now is shown to nobody any more, at this "
             "node and at all that hear of it. What others shared of them stays.\n\n"
             "The withdrawal names the objects: without --tlp every member may read it. Give the audience "
             "of the share where that was narrower.",
         .examples = {
             {"comity intel withdraw indicator--5c1f...-4e21-... --reason \"A false positive\"", ""},
             {"comity intel withdraw report--9e0a... --version-of 2026-11-01T00:00:00Z --tlp clear", ""}}});
    command.add_option("ID", options->ids, "The objects' STIX ids").required();
    command.add_option("--version-of", options->version, "This version only: its modified").type_name("TIME");
    command.add_option("--reason", options->reason, "Why").type_name("TEXT");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return withdraw(c, *options); });
}

}  // namespace comity::cli
