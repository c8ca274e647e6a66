#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/share/understood.h"
#include "cli/speak.h"
#include "intelligence/import/preview.h"
#include "intelligence/import/understand.h"
#include "intelligence/stix/object.h"

namespace comity::cli {

namespace {

struct Options {
    std::string file;
    AudienceOptions audience;
    std::string title;
    std::string format;
    std::string columns;
    bool plain = false;
    bool dry_run = false;
    bool skip = false;
};

Result<intelligence::Sharer> sharer_of(Source& source, const std::string& member) {
    COMITY_TRY(const json::Object node, source.node());
    COMITY_TRY(const json::Object form, source.member(member));
    const json::Value* community = node.if_contains("community");
    if (community == nullptr || !community->is_object()) {
        return not_found("the node has no community yet", "found one: comity community found CHARTER.toml");
    }
    COMITY_TRY(const Time since, parse_time(field(form, "admitted")));
    return intelligence::Sharer{
        .community = field(community->get_object(), "id"),
        .member = member,
        .name = field(form, "name"),
        .identity_class = field(form, "class") == "citizen" ? "individual" : "organization",
        .since = since};
}

Result<intelligence::Understanding> understand(Context& context, const Options& options,
                                               const std::string& file, const std::string& text,
                                               intelligence::Sharer sharer, ledger::Tlp label) {
    intelligence::UnderstandOptions how{.sharer = std::move(sharer),
                                        .label = label,
                                        .at = context.clock->now(),
                                        .kind = {},
                                        .columns = {},
                                        .plain = options.plain};
    if (!options.format.empty()) {
        COMITY_TRY(how.kind, intelligence::parse_input_kind(options.format, "--format"));
    }
    if (!options.columns.empty()) {
        COMITY_TRY(how.columns, intelligence::parse_mapping(options.columns, "--columns"));
        if (!how.kind) how.kind = intelligence::InputKind::kCsv;
    }
    const Waiting waiting(context.err, context.err_terminal, "reading " + printable(file));
    auto understood = intelligence::understand(text, how);
    if (!understood) return within(file, std::move(understood).error());
    return understood;
}

Result<intelligence::SharePlan> plan(Source& source, const intelligence::Understanding& understood,
                                     const ledger::Audience& audience) {
    intelligence::EarlierVersions earlier;
    if (intelligence::is_made_here(understood.kind)) {
        COMITY_TRY(const auto ids, intelligence::ids_of(understood.objects));
        COMITY_TRY(earlier, source.earlier(ids));
    }
    return intelligence::plan_share(understood.objects, understood.kind, audience, earlier);
}

// One statement for each audience. The form's first is told at its top, too.
Result<void> say_all(Context& context, Source& source, const std::string& member, const std::string& title,
                     intelligence::SharePlan plan, json::Object form) {
    json::Array& statements = form["statements"].as_array();
    for (std::size_t i = 0; i < plan.portions.size(); ++i) {
        Saying saying{.type = "intelligence.share",
                      .audience = std::move(plan.portions[i].audience),
                      .body = {},
                      .objects = std::move(plan.portions[i].objects)};
        if (!title.empty()) saying.body["title"] = title;
        COMITY_TRY(const Submitted submitted, say(context, source, member, std::move(saying)));
        if (!context.json) {
            print_submitted(context, submitted);
            continue;
        }
        json::Object& statement = statements[i].get_object();
        for (json::Object* each : {&statement, i == 0 ? &form : nullptr}) {
            if (each == nullptr) continue;
            (*each)["id"] = submitted.id.hex();
            (*each)["index"] = submitted.index;
            (*each)["witnessed"] = submitted.witnessed;
            (*each)["origin"] = submitted.origin;
        }
    }
    if (context.json) print_json(context, form);
    return {};
}

Result<void> share(Context& context, const Options& options) {
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    COMITY_TRY(const std::string text, read_file(context, options.file, ledger::kMaxSubmissionSize));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(intelligence::Sharer sharer, sharer_of(*source, member));
    const std::string file = options.file == "-" ? "standard input" : options.file;
    COMITY_TRY(const intelligence::Understanding understood,
               understand(context, options, file, text, std::move(sharer), audience.label));
    if (!context.json) print_understood(context, understood, file, options.dry_run);
    COMITY_TRY(intelligence::SharePlan plan, cli::plan(*source, understood, audience));
    if (!context.json) print_plan(context, plan, file);
    json::Object form = intelligence::preview_json(understood, plan);
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
    if (plan.portions.empty() && !context.json)
        context.err << fmt::format("{}: nothing new to share\n", file);
    const std::string& title = options.title.empty() ? understood.title : options.title;
    return say_all(context, *source, member, title, std::move(plan), std::move(form));
}

}  // namespace

void add_share(Command& program, Context& context) {
    auto options = std::make_shared<Options>();
    Command command = program.add_command(
        {.name = "share",
         .summary = "Share indicators or STIX objects with the community",
         .description =
             "FILE is told by what it holds: a STIX 2.1 or 2.0 bundle, whose objects are kept byte for byte; "
             "a MISP "
             "event; a table (CSV), its columns guessed by their names; a plain list, one indicator a line "
             "(addresses, networks, domains, URLs, e-mail addresses, hashes), what follows # being a "
             "comment; or "
             "running text, as an e-mail or what pdftotext makes of a report. Disarmed spellings (hxxp, [.], "
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
             {"pdftotext report.pdf - | comity share - --tlp amber --to kenic",
              "the indicators in a report"}}});
    command.add_option("FILE", options->file, "What to share (- for standard input)").required();
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
