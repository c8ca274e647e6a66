#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> show_member(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object member, source->member(id));
    if (context.json) {
        print_json(context, member);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields{{"id", field(member, "id")},
                                                            {"name", field(member, "name")},
                                                            {"class", field(member, "class")},
                                                            {"admitted", field(member, "admitted")}};
    if (const std::string left = field(member, "left"); !left.empty()) fields.emplace_back("left", left);
    if (const json::Value* keys = member.if_contains("keys"); keys != nullptr && keys->is_array()) {
        for (const json::Value& key : keys->get_array()) {
            if (!key.is_object()) continue;
            const json::Object& form = key.get_object();
            std::string text = field(form, "key") + " from " + field(form, "from");
            if (const std::string until = field(form, "until"); !until.empty()) text += ", revoked " + until;
            if (field(form, "custody") == "true") text += ", in custody";
            fields.emplace_back("key", text);
        }
    }
    print_fields(context, fields);
    return {};
}

}  // namespace

void add_member_show(Command& member, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = member.add_command({.name = "show",
                                          .summary = "Show a member and its keys",
                                          .description = "",
                                          .examples = {{"comity member show cert-ke", ""}}});
    command.add_option("ID", *id, "The member's id").required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show_member(c, *id); });
}

}  // namespace comity::cli
