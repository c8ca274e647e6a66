#include <memory>
#include <ostream>

#include "base/percent.h"
#include "cli/alert/alert_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "intelligence/alert/alert.h"

namespace comity::cli {

namespace {

struct AlertAcknowledgeOptions {
    std::string id;
    std::string note;
};

Result<void> acknowledge_alert(Context& context, const AlertAcknowledgeOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(AlertSource* const alerts, alerts_of(*source));
    COMITY_TRY(const json::Object alert, alerts->alert(options.id));
    const auto member = acting_member(context, *source);
    if (!member && member.error().kind == ErrorKind::kNotFound && !context.node.empty()) {
        // No key here: the node signs for the account's member, with the one that it holds.
        json::Object body;
        if (!options.note.empty()) body["note"] = options.note;
        const json::Value form = std::move(body);
        COMITY_TRY(const json::Object said,
                   alerts->at_alert_desk(
                       http::Method::kPost,
                       "/alerts/" + percent_encoded(field(alert, "id")) + "/acknowledgement", &form, ""));
        if (context.json)
            print_json(context, said);
        else
            context.out << "acknowledged as " << field(said, "id") << '\n';
        return {};
    }
    if (!member) return std::unexpected(member.error());
    COMITY_TRY(const Digest id, Digest::from_hex(field(alert, "id")));
    COMITY_TRY(ledger::Audience audience, ledger::parse_audience(alert.at("audience"), "audience"));
    COMITY_TRY(const Submitted submitted,
               say(context, *source, *member,
                   {.type = std::string(intelligence::kAcknowledgement),
                    .audience = intelligence::audience_of_acknowledgement(std::move(audience),
                                                                          field(alert, "author")),
                    .body = intelligence::acknowledgement_json({id, options.note, false}),
                    .audience_of_another = true}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_alert_acknowledge(Command& alert, Context& context) {
    auto options = std::make_shared<AlertAcknowledgeOptions>();
    Command command = alert.add_command(
        {.name = "acknowledge",
         .summary = "Say that an alert was heard",
         .description =
             "A signed statement, for those who may read the alert. It ends the alert's escalation, "
             "whichever of its chain is named. With --node and no key at hand the node signs for the "
             "account's member, if it holds a key of it in custody.",
         .examples = {
             {"comity alert acknowledge 6f1c2a9e --note \"Blocked at the border, searching logs\"", ""}}});
    command.add_option("ID", options->id, "Its id, or the beginning of it").required();
    command.add_option("--note", options->note, "What is being done").type_name("TEXT");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return acknowledge_alert(c, *options); });
}

}  // namespace comity::cli
