#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "federation/erasing.h"

namespace comity::cli {

namespace {

struct StatementEraseOptions {
    std::string id;
    std::string reason;
};

Result<void> erase(Context& context, const StatementEraseOptions& options) {
    if (options.reason.size() > federation::kMaxErasureReason)
        return invalid("--reason", "is too long", "say it in 500 bytes");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object form, source->statement(options.id));
    const json::Value* payload = form.if_contains("statement");
    if (payload == nullptr || !payload->is_object()) return corrupt(options.id, "has no payload");
    const json::Object& statement = payload->get_object();
    if (field(statement, "author") != member) {
        return refused(options.id,
                       "is a statement of '" + field(statement, "author") + "', not of '" + member + "'",
                       "its author alone can erase it");
    }
    if (const std::string type = field(statement, "type"); !federation::may_be_erased(type)) {
        return refused(options.id, "is a '" + type + "', which others' acts rest on",
                       "what can be erased is what was shared, sent or published");
    }
    const json::Value* audience = statement.if_contains("audience");
    if (audience == nullptr) return corrupt(options.id, "has no audience");
    Saying saying{.type = std::string(federation::kErasure), .audience = {}, .body = {}};
    COMITY_TRY(saying.audience, ledger::parse_audience(*audience, "audience"));
    federation::ErasureBody body;
    COMITY_TRY(body.statement, Digest::from_hex(field(form, "id")));
    body.reason = options.reason;
    saying.body = body.json();
    COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_statement_erase(Command& statement, Context& context) {
    auto options = std::make_shared<StatementEraseOptions>();
    Command command = statement.add_command(
        {.name = "erase",
         .summary = "Take back what a statement of yours carried, for good",
         .description =
             "A statement says so, signed by the author of the other. This node and every honest one that "
             "hears "
             "of it deletes the other's text, objects and attachments, shows them no more and hands them to "
             "nobody; the digest keeps its place in the logs, so every proof goes on holding. What others "
             "have "
             "copied elsewhere, backups included, is beyond its reach. Acts of governance, votes, "
             "announcements "
             "and evidence cannot be erased.",
         .examples = {{"comity statement erase b0a5dc70 --reason \"names a person by mistake\"", ""}}});
    command.add_option("ID", options->id, "The statement, or the beginning of its id").required();
    command.add_option("--reason", options->reason, "Why, for those who could read it").type_name("TEXT");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return erase(c, *options); });
}

}  // namespace comity::cli
