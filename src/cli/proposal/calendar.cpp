#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct ProposalCalendarOptions {
    std::string file = "-";
    bool replace = false;
    std::string language = "en";
};

Result<void> write(Context& context, const ProposalCalendarOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string calendar, source->calendar(options.language));
    return write_file(context, options.file, calendar, options.replace);
}

}  // namespace

void add_proposal_calendar(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalCalendarOptions>();
    Command command = proposal.add_command(
        {.name = "calendar",
         .summary = "Write the closes of votes and the days of rules as an iCalendar",
         .description = "A node serves the same at /api/v1/calendar, for calendars to subscribe to.",
         .examples = {{"comity proposal calendar --out comity.ics", ""}}});
    command.add_option("--out", options->file, "Where to; default: standard output").type_name("FILE");
    command.add_flag("--replace", options->replace, "Where the file is there already, replace it");
    command.add_option("--language", options->language, "Of the titles, where there is a text in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return write(c, *options); });
}

}  // namespace comity::cli
