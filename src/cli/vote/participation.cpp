#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct ParticipationOptions {
    std::string since;
    bool classes = false;
};

Result<void> show(Context& context, const ParticipationOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked;
    if (!options.since.empty()) asked.emplace_back("since", options.since);
    COMITY_TRY(const json::Object answer, source->participation(asked));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& one : answer.at(options.classes ? "classes" : "members").as_array()) {
        const json::Object& form = one.get_object();
        const json::Object& part = form.at("part").get_object();
        const auto number = [&](std::string_view name) { return part.at(name).to_number<std::uint64_t>(); };
        const auto text = [&](std::string_view name) { return std::to_string(number(name)); };
        const std::uint64_t called = number("called");
        rows.push_back({options.classes ? field(form, "class") : field(form, "member"),
                        field(form, options.classes ? "members" : "class"), text("proposed"), text("revised"),
                        text("commented"), fmt::format("{} of {}", called - number("absent"), called),
                        text("yes"), text("no"), text("abstained"), text("objected"), text("blocked")});
    }
    print_table(context,
                {options.classes ? "CLASS" : "MEMBER", options.classes ? "MEMBERS" : "CLASS", "PROPOSED",
                 "REVISED", "COMMENTS", "VOTED", "YES", "NO", "ABSTAINED", "OBJECTED", "BLOCKED"},
                rows, "Nobody is there yet.");
    return {};
}

}  // namespace

void add_participation(Command& program, Context& context) {
    auto options = std::make_shared<ParticipationOptions>();
    Command command = program.add_command(
        {.name = "participation",
         .summary = "Show who proposed, spoke, voted and blocked",
         .description =
             "Told from the statements each time, of every member or of the stakeholder classes. Votes are "
             "those that are closed, of each member those in whose electorate it was. BLOCKED counts votes "
             "that were not adopted in which it voted no, or its objection was not answered.",
         .examples = {{"comity participation", ""},
                      {"comity participation --classes --since 2026-01-01T00:00:00Z", ""}}});
    command.add_option("--since", options->since, "Only what was proposed, said and closed since then")
        .type_name("TIME");
    command.add_flag("--classes", options->classes, "Of stakeholder classes rather than members");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
