#include <fmt/format.h>

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

// Who can give it a new key, and what they have asked for.
void add_recovery(const json::Object& recovery, std::vector<std::pair<std::string, std::string>>& fields) {
    for (const json::Value& value : recovery.at("registered").as_array()) {
        const json::Object& named = value.as_object();
        const std::string persons = printable(listed(named.at("officers"), "person"));
        fields.emplace_back(
            "recovery", persons.empty()
                            ? "by nobody from " + field(named, "from")
                            : fmt::format("by {} of {}, after {} hours; from {}", field(named, "threshold"),
                                          persons, field(named, "wait_hours"), field(named, "from")));
    }
    for (const json::Value& value : recovery.at("requests").as_array()) {
        const json::Object& asked = value.as_object();
        std::string text =
            field(asked, "key") + " asked for by " + printable(listed(asked.at("asked_by"), "person"));
        if (const std::string at = field(asked, "vetoed"); !at.empty()) text += ", vetoed " + at;
        if (const std::string at = field(asked, "takes_effect"); !at.empty()) text += ", takes effect " + at;
        fields.emplace_back("new key", text);
    }
}

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
            const bool given = form.contains("powers");  // to a delegate, or an officer
            const std::string starts = field(form, "starts"), until = field(form, "until");
            std::string text =
                field(form, "key") + " from " + (starts.empty() ? field(form, "from") : starts);
            if (!until.empty()) text += (given ? ", until " : ", revoked ") + until;
            if (field(form, "custody") == "true") text += ", in custody";
            if (!field(form, "person").empty()) text += ", " + printable(field(form, "person"));
            if (given) text += ", to " + printable(listed(form.at("powers")));
            fields.emplace_back(given ? "delegate" : "key", text);
        }
    }
    if (const json::Value* recovery = member.if_contains("recovery"); recovery != nullptr)
        add_recovery(recovery->as_object(), fields);
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
