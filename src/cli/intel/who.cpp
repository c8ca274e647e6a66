#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/print.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "intelligence/access/explain.h"

namespace comity::cli {

namespace {

struct IntelWhoOptions {
    std::string id;
    std::string somebody;
};

std::string case_text(const json::Object& one) {
    const std::string why = field(one, "why");
    const intelligence::Explanation explanation{field(one, "may") == "true", why, field(one, "group")};
    return (explanation.may ? "yes: " : "no: ") + intelligence::sentence(explanation);
}

void print_copy(Context& context, const json::Object& copy) {
    const std::string statement = field(copy, "statement");
    context.out << fmt::format("\nShared by {} for {}{}\n", printable(field(copy, "sharer")),
                               printable(audience_text(copy)),
                               statement.empty() ? "" : ", statement " + statement.substr(0, 12));
    std::vector<std::vector<std::string>> rows;
    if (copy.if_contains("for") != nullptr) {
        context.out << case_text(object_of(copy, "for")) << '\n';
        return;
    }
    if (copy.if_contains("members") == nullptr) {
        for (const json::Value& you : list_of(copy, "you"))
            rows.push_back({"you", case_text(you.get_object())});
        print_table(context, {"WHO", "MAY READ IT"}, rows, "");
        return;
    }
    rows.push_back({"the public", case_text(object_of(copy, "public"))});
    for (const json::Value& value : list_of(copy, "members")) {
        const json::Object& member = value.get_object();
        const std::string own = case_text(object_of(member, "staff"));
        const std::string clients = case_text(object_of(member, "clients"));
        rows.push_back({field(member, "member"), own});
        if (own != clients) rows.push_back({field(member, "member") + "'s clients", clients});
    }
    for (const json::Value& value : list_of(copy, "persons"))
        rows.push_back(
            {field(value.get_object(), "person"), case_text(object_of(value.get_object(), "case"))});
    print_table(context, {"WHO", "MAY READ IT"}, rows, "");
}

Result<void> who(Context& context, const IntelWhoOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked;
    if (!options.somebody.empty()) asked.emplace_back("for", options.somebody);
    COMITY_TRY(const json::Object form, source->intel(options.id, "readers", asked));
    if (context.json) {
        print_json(context, form);
        return {};
    }
    context.out << field(form, "id") << '\n';
    for (const json::Value& copy : list_of(form, "copies")) print_copy(context, copy.get_object());
    return {};
}

}  // namespace

void add_intel_who(Command& intel, Context& context) {
    auto options = std::make_shared<IntelWhoOptions>();
    Command command = intel.add_command(
        {.name = "who",
         .summary = "Show who can see an object, and why",
         .description =
             "Copy by copy: a member may have shared it with more than another did. Everybody's case "
             "is shown to the people of the member that shared the copy; others see their own.",
         .examples = {{"comity intel who indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", ""}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return who(c, *options); });
}

void add_intel_why(Command& intel, Context& context) {
    auto options = std::make_shared<IntelWhoOptions>();
    Command command = intel.add_command(
        {.name = "why",
         .summary = "Say why somebody can see an object, or cannot",
         .description =
             "Answered to the people of the member that shared it, and to everybody about themselves.",
         .examples = {
             {"comity intel why indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --for kenic", "a member"},
             {"comity intel why indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --for amina@kenic",
              "a person"}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command.add_option("--for", options->somebody, "Whom: a member, or a person of one")
        .type_name("MEMBER")
        .required();
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return who(c, *options); });
}

}  // namespace comity::cli
