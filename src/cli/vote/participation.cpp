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
    bool regions = false;
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
    const char* whose = options.classes ? "classes" : options.regions ? "regions" : "members";
    const char* name = options.classes ? "class" : options.regions ? "region" : "member";
    const bool grouped = options.classes || options.regions;
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& one : answer.at(whose).as_array()) {
        const json::Object& form = one.get_object();
        const json::Object& part = form.at("part").get_object();
        const auto number = [&](std::string_view what) { return part.at(what).to_number<std::uint64_t>(); };
        const auto text = [&](std::string_view what) { return std::to_string(number(what)); };
        const std::uint64_t called = number("called");
        rows.push_back({field(form, name), field(form, grouped ? "members" : "class"), text("proposed"),
                        text("revised"), text("amended"), text("commented"),
                        fmt::format("{} of {}", called - number("absent"), called), text("yes"), text("no"),
                        text("abstained"), text("objected"), text("blocked")});
    }
    print_table(context,
                {options.classes   ? "CLASS"
                 : options.regions ? "REGION"
                                   : "MEMBER",
                 grouped ? "MEMBERS" : "CLASS", "PROPOSED", "REVISED", "AMENDED", "COMMENTS", "VOTED", "YES",
                 "NO", "ABSTAINED", "OBJECTED", "BLOCKED"},
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
             "Told from the statements each time, of every member, of the stakeholder classes or of regions. "
             "Votes are "
             "those that are closed, of each member those in whose electorate it was. BLOCKED counts votes "
             "that were not adopted in which it voted no, or its objection was not answered.",
         .examples = {{"comity participation", ""},
                      {"comity participation --classes --since 2026-01-01T00:00:00Z", ""}}});
    command.add_option("--since", options->since, "Only what was proposed, said and closed since then")
        .type_name("TIME");
    const Option classes =
        command.add_flag("--classes", options->classes, "Of stakeholder classes rather than members");
    command.add_flag("--regions", options->regions, "Of regions of the world (comity member place)")
        .excludes(classes);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
