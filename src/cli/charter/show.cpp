#include <memory>
#include <ostream>

#include "cli/body/forum_source.h"
#include "cli/charter/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"

namespace comity::cli {

std::vector<std::pair<std::string, std::string>> named_procedures(const json::Object& form) {
    std::vector<std::pair<std::string, std::string>> fields;
    const json::Value* procedures = form.if_contains("procedures");
    if (procedures == nullptr || !procedures->is_object()) return fields;
    for (const char* what : {"rules", "bodies", "charter"}) {
        const json::Value* list = procedures->get_object().if_contains(what);
        if (list == nullptr || !list->is_array()) continue;
        std::string names;
        for (const json::Value& one : list->get_array()) {
            if (!one.is_object()) continue;
            names += (names.empty() ? "" : ", ") + field(one.get_object(), "id") + " (" +
                     printable(field(one.get_object(), "title")) + ")";
        }
        if (!names.empty()) fields.emplace_back(std::string(what) + " by", names);
    }
    return fields;
}

namespace {

void print_versions(Context& context, const std::vector<json::Object>& versions) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& one : versions) {
        const json::Value* changes = one.if_contains("changes");
        rows.push_back({field(one, "version"), field(one, "state"), field(one, "since"),
                        changes == nullptr ? "founded" : listed(*changes), field(one, "vote").substr(0, 12),
                        field(one, "title")});
    }
    print_table(context, {"VERSION", "STATE", "SINCE", "CHANGES", "VOTE", "TITLE"}, rows, "");
    for (const json::Object& one : versions) {
        if (const std::string why = field(one, "void"); !why.empty())
            context.out << field(one, "vote").substr(0, 12) << " amends nothing: " << printable(why) << '\n';
    }
}

Result<void> show(Context& context, const RuleOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto versions, ask_forum(*source, "charter", asked_of(options)));
    if (context.json) {
        print_json(context, json::Array(versions.begin(), versions.end()));
        return {};
    }
    const json::Object* now = nullptr;
    for (const json::Object& one : versions) {
        if (field(one, "state") == "in-force") now = &one;
    }
    if (now == nullptr) {
        return not_found(versions.empty() ? "the node has no community yet" : "there was no charter then",
                         "comity community show says when it was founded");
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"name", printable(field(*now, "name"))},
        {"purpose", printable(field(*now, "purpose"))},
        {"charter", field(versions.front(), "charter")},
        {"version", field(*now, "version") + ", since " + field(*now, "since")}};
    for (auto& named : named_procedures(*now)) fields.push_back(std::move(named));
    print_fields(context, fields);
    context.out << '\n';
    print_versions(context, versions);
    return {};
}

}  // namespace

void add_charter_show(Command& charter, Context& context) {
    auto options = std::make_shared<RuleOptions>();
    Command command = charter.add_command(
        {.name = "show",
         .summary = "Show the charter as it stands, and every amendment to it",
         .description = "Counted anew each time from the votes; one that amended nothing is there with why.",
         .examples = {{"comity charter show", ""},
                      {"comity charter show --at 2026-07-01T00:00:00Z", "as it stood then"}}});
    add_rule_options(command, *options);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
