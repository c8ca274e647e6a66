#include <fmt/format.h>

#include <memory>

#include "cli/clearing/commands.h"
#include "cli/clearing/said.h"
#include "cli/forms.h"
#include "development/clearing/promises.h"
#include "json/number.h"

namespace comity::cli {

namespace {

struct ChooseOptions {
    std::string own, other, amount, plan, reason;
    bool undo = false;
    AudienceOptions audience;
};

// `needy`: who chooses is the one in need.
Result<void> choose(Context& context, const ChooseOptions& options, bool needy, std::string_view choice) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    const std::string own = own_ref(member, options.own);
    const std::string need = needy ? own : options.other, offer = needy ? options.other : own;
    // What is not there can't be chosen; and a choice is for those whom the need was for.
    COMITY_TRY(const json::Object found, ask_clearing(*source, "need", {{"need", need}}));
    COMITY_CHECK(ask_clearing(*source, "offer", {{"offer", offer}}));
    COMITY_TRY(const json::Object before,
               ask_clearing(*source, "choices", {{"need", need}, {"offer", offer}}));
    json::Object body{{"need", need}, {"offer", offer}, {"choice", options.undo ? "open" : choice}};
    if (!options.amount.empty()) {
        COMITY_TRY(const double amount, amount_option(options.amount, "--amount"));
        body["amount"] = json::number(amount);
    }
    for (const json::Value& pair : before.at("rows").as_array()) {
        for (const json::Value& said : pair.at("said").as_array()) {
            if (field(said.as_object(), "author") != member) continue;
            const json::Value* revision = said.as_object().if_contains("revision");
            body["revision"] = (revision == nullptr ? 0 : revision->to_number<std::int64_t>()) + 1;
        }
    }
    if (!options.plan.empty()) {
        COMITY_TRY(const json::Object plan, source->statement(options.plan));
        body["plan"] = field(plan, "id");
    }
    if (!options.reason.empty()) body["reason"] = options.reason;
    COMITY_TRY(const development::ChoiceBody checked, development::parse_choice(body));
    COMITY_CHECK(development::check_choice(checked, member));
    COMITY_TRY(ledger::Audience audience,
               audience_after(*source, options.audience, field(found.at("need").as_object(), "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kChoice),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

Command add_choice(Command& noun, Context& context, const std::shared_ptr<ChooseOptions>& options, bool needy,
                   const CommandSpec& spec) {
    Command command = noun.add_command(spec);
    command.add_option(needy ? "NEED" : "OFFER", options->own, "One's own").required();
    command.add_option(needy ? "OFFER" : "NEED", options->other, "member/name").required();
    command.add_option("--plan", options->plan, "The plan that recommends it").type_name("ID");
    command.add_option("--reason", options->reason, "Why");
    command.add_flag("--undo", options->undo, "Take the choice back: it is open again");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    return command;
}

}  // namespace

void add_need_accept(Command& need, Context& context) {
    auto options = std::make_shared<ChooseOptions>();
    Command command = add_choice(
        need, context, options, true,
        {.name = "accept",
         .summary = "Choose an offer for one's need",
         .description =
             "The one in need chooses. Later plans keep it, and plan the rest. For those whom the need "
             "was for, unless said otherwise.",
         .examples = {{"comity need accept routers acme/routers --amount 60", ""}}});
    command.add_option("--amount", options->amount, "How much of it; default: all that there is room for")
        .type_name("N");
    command.on_run(context, [options](Context& c) { return choose(c, *options, true, "accept"); });
}

void add_need_decline(Command& need, Context& context) {
    auto options = std::make_shared<ChooseOptions>();
    Command command =
        add_choice(need, context, options, true,
                   {.name = "decline",
                    .summary = "Say no to an offer for one's need",
                    .description = "Later plans leave the pair out.",
                    .examples = {{"comity need decline routers acme/routers --reason \"No spares\"", ""}}});
    command.on_run(context, [options](Context& c) { return choose(c, *options, true, "decline"); });
}

void add_offer_decline(Command& offer, Context& context) {
    auto options = std::make_shared<ChooseOptions>();
    Command command = add_choice(offer, context, options, false,
                                 {.name = "decline",
                                  .summary = "Say that one's offer is not for a need",
                                  .description = "Later plans leave the pair out. To say yes is to promise: "
                                                 "comity commitment make.",
                                  .examples = {{"comity offer decline routers cert-rw/routers", ""}}});
    command.on_run(context, [options](Context& c) { return choose(c, *options, false, "decline"); });
}

}  // namespace comity::cli
