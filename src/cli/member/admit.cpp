#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct MemberAdmitOptions {
    std::string id;
    std::string name;
    std::string stakeholder_class;
    std::vector<std::string> keys;
    bool custody = false;
};

Result<void> admit(Context& context, const MemberAdmitOptions& options) {
    governance::MemberBody member;
    COMITY_CHECK(ledger::check_member_id(options.id, "ID"));
    member.id = options.id;
    member.name = options.name;
    COMITY_TRY(member.stakeholder_class,
               ledger::parse_stakeholder_class(options.stakeholder_class, "--class"));
    for (const std::string& text : options.keys) {
        COMITY_TRY(crypto::NamedKey key, read_public_key(context, text));
        member.keys.push_back({std::move(key), options.custody});
    }
    return say_and_print(context, {.type = std::string(governance::kAdmission),
                                   .audience = for_everybody(),
                                   .body = {{"member", governance::member_json(member)}}});
}

}  // namespace

void add_member_admit(Command& member, Context& context) {
    auto options = std::make_shared<MemberAdmitOptions>();
    Command command =
        member.add_command({.name = "admit",
                            .summary = "Ask for a newcomer to be admitted",
                            .description = "Says, in the name of the member that acts, that ID is to be "
                                           "admitted with this name, class and key. It is a "
                                           "member as soon as as many members as the charter asks for "
                                           "(admission.sponsors) have said the same.",
                            .examples = {{"comity member admit unima --name \"University of Malawi\" "
                                          "--class civil --member-key unima.pub --as cert-ke",
                                          ""}}});
    command.add_option("ID", options->id, "The newcomer's id: a-z, 0-9 and hyphens").required();
    command.add_option("--name", options->name, "Its name").required().type_name("NAME");
    command
        .add_option("--class", options->stakeholder_class,
                    "Its class: government, international, company, technical, civil or citizen")
        .required()
        .type_name("CLASS")
        .one_of({"government", "international", "company", "technical", "civil", "citizen"});
    command
        .add_option("--member-key", options->keys,
                    "Its public key as it stands, or a file that holds it (repeat)")
        .required()
        .type_name("KEY");
    command.add_flag("--custody", options->custody, "A node holds the key on its behalf");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return admit(c, *options); });
}

}  // namespace comity::cli
