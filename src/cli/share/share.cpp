#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/share/document.h"
#include "cli/share/folder.h"
#include "cli/share/understood.h"
#include "intelligence/import/preview.h"

namespace comity::cli {

namespace {

Result<void> share_file(Context& context, const ShareOptions& options) {
    COMITY_TRY(const std::string text, read_file(context, options.file, ledger::kMaxSubmissionSize));
    COMITY_TRY(const Sharing sharing, open_sharing(context, options));
    const std::string file = options.file == "-" ? "standard input" : options.file;
    COMITY_TRY(const intelligence::Understanding understood,
               understand(context, options, sharing, file, text));
    if (!context.json) print_understood(context, understood, file, options.dry_run);
    COMITY_TRY(intelligence::SharePlan planned, plan(sharing, understood));
    if (!context.json) print_plan(context, planned, file);
    json::Object form = intelligence::preview_json(understood, planned);
    if (options.dry_run) {
        if (context.json) print_json(context, form);
        return {};
    }
    if (!understood.errors.empty() && !options.skip) {
        return invalid(
            fmt::format("{} line {}", file, understood.errors.front().line),
            fmt::format("{} lines are not understood, and nothing was shared", understood.errors.size()),
            "mend them, or share the rest with --skip");
    }
    if (understood.objects.empty())
        return invalid(file, "holds nothing to share",
                       "give a STIX bundle, a MISP event, a table, a list or a text with indicators");
    if (planned.portions.empty() && !context.json)
        context.err << fmt::format("{}: nothing new to share\n", file);
    const std::string& title = options.title.empty() ? understood.title : options.title;
    COMITY_CHECK(say_all(context, sharing, title, std::move(planned), form));
    if (context.json) print_json(context, form);
    return {};
}

Result<void> share(Context& context, const ShareOptions& options) {
    std::error_code none;
    if (options.file != "-" && std::filesystem::is_directory(options.file, none))
        return share_folder(context, options);
    return share_file(context, options);
}

}  // namespace

void add_share(Command& program, Context& context) {
    auto options = std::make_shared<ShareOptions>();
    Command command = program.add_command(
        {.name = "share",
         .summary = "Share indicators or STIX objects with the community",
         .description =
             "FILE is told by what it holds: a STIX 2.1 or 2.0 bundle, whose objects are kept byte for byte; "
             "a MISP "
             "event; a table (CSV), its columns guessed by their names; a plain list, one indicator a line "
             "(addresses, networks, domains, URLs, e-mail addresses, hashes, JA4, wallets; ja3 or file-name "
             "before what is one), what follows # being a "
             "comment; or "
             "running text, as an e-mail or what pdftotext makes of a report. A folder is shared file by "
             "file: "
             "the events that its manifest.json names, where it is a MISP feed's, else every file in it. "
             "Disarmed spellings (hxxp, [.], "
             "(dot), [@]) are understood everywhere.\n\n"
             "What was understood and what was not is said before anything is signed; --dry-run stops there. "
             "What was shared before with that audience is not shared again, and what has changed is a new "
             "version of the same indicator.\n\n"
             "Without --tlp the audience is green: every member of the community. Objects with a stricter "
             "TLP "
             "marking of their own stay that strict, in a statement of their own.",
         .examples = {
             {"comity share iocs.txt --tlp green --title \"Phishing kit, week 47\" --as cert-ke", ""},
             {"comity share bundle.json --to kenic --group cert-ke/responders", "amber: for some only"},
             {"comity share feed.csv --columns value=ioc,type=kind,labels=tags --dry-run",
              "what would be shared"},
             {"comity share feed-osint/ --tlp clear --dry-run",
              "a copy of a MISP feed, or a folder of bundles"},
             {"pdftotext report.pdf - | comity share - --tlp amber --to kenic",
              "the indicators in a report"}}});
    command.add_option("FILE", options->file, "What to share: a file, a folder, or - for standard input")
        .required();
    add_audience_options(command, options->audience);
    command.add_option("--title", options->title, "What it is about").type_name("TEXT");
    command
        .add_option("--format", options->format,
                    "What FILE is, where it is not to be told by its content: stix, misp, csv, list or text")
        .type_name("FORMAT")
        .one_of({"stix", "misp", "csv", "list", "text"});
    command
        .add_option(
            "--columns", options->columns,
            "Of a table: which column says what, as value=ioc,type=kind (by name, or #2 for the second); "
            "meanings are value, type, description, labels, confidence, valid_from, valid_until and tlp")
        .type_name("MAPPING");
    command.add_flag("--plain", options->plain,
                     "Of a text: take names and URLs also where they stand undisarmed beside disarmed ones");
    command.add_flag("--dry-run", options->dry_run, "Say what is understood of each line, and share nothing");
    command.add_flag("--skip", options->skip, "Share what is understood, and leave the rest");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return share(c, *options); });
}

}  // namespace comity::cli
