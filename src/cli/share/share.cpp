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

namespace comity::cli {

namespace {

struct Options {
    std::string file;
    AudienceOptions audience;
    std::string title;
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

void print_shared(Context& context, const Submitted& submitted, json::Value form) {
    if (!context.json) {
        print_submitted(context, submitted);
        return;
    }
    form.get_object()["id"] = submitted.id.hex();
    form.get_object()["index"] = submitted.index;
    form.get_object()["witnessed"] = submitted.witnessed;
    form.get_object()["origin"] = submitted.origin;
    print_json(context, form);
}

Result<void> share(Context& context, const Options& options) {
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    COMITY_TRY(const std::string text, read_file(context, options.file, ledger::kMaxSubmissionSize));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const intelligence::Sharer sharer, sharer_of(*source, member));
    const std::string file = options.file == "-" ? "standard input" : options.file;
    Understood understood;
    {
        const Waiting waiting(context.err, context.err_terminal, "reading " + printable(file));
        COMITY_TRY(understood, understand(text, file, sharer, audience.label, context.clock->now()));
    }
    if (!context.json) print_understood(context, understood, file, options.dry_run);
    if (options.dry_run) {
        if (context.json) print_json(context, understood_form(understood));
        return {};
    }
    if (!understood.errors.empty() && !options.skip) {
        return invalid(
            fmt::format("{} line {}", file, understood.errors.front().line),
            fmt::format("{} lines are not understood, and nothing was shared", understood.errors.size()),
            "mend them, or share the rest with --skip");
    }
    if (understood.objects.empty())
        return invalid(file, "holds nothing to share", "one indicator a line, or a STIX 2.1 bundle");
    json::Value form = understood_form(understood);  // before the objects go on their way
    Saying saying{.type = "intelligence.share",
                  .audience = std::move(audience),
                  .body = {},
                  .objects = std::move(understood.objects)};
    if (!options.title.empty()) saying.body["title"] = options.title;
    COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
    print_shared(context, submitted, std::move(form));
    return {};
}

}  // namespace

void add_share(Command& program, Context& context) {
    auto options = std::make_shared<Options>();
    Command command = program.add_command(
        {.name = "share",
         .summary = "Share indicators or STIX objects with the community",
         .description = "FILE is a STIX 2.1 bundle, whose objects are kept byte for byte, or a plain list: "
                        "one indicator a line (addresses, networks, "
                        "domains, URLs, e-mail addresses, hashes), told by what it looks like, also in "
                        "disarmed spellings (hxxp, [.]); what follows # is a "
                        "comment.\n\n"
                        "Without --tlp the audience is green: every member of the community. Objects with a "
                        "stricter TLP marking of their own stay that "
                        "strict.",
         .examples = {
             {"comity share iocs.txt --tlp green --title \"Phishing kit, week 47\" --as cert-ke", ""},
             {"comity share bundle.json --to kenic --group cert-ke/responders", "amber: for some only"},
             {"grep -v internal iocs.txt | comity share - --dry-run", "what would be shared"}}});
    command.add_option("FILE", options->file, "The bundle or list (- for standard input)").required();
    add_audience_options(command, options->audience);
    command.add_option("--title", options->title, "What it is about").type_name("TEXT");
    command.add_flag("--dry-run", options->dry_run, "Say what is understood of each line, and share nothing");
    command.add_flag("--skip", options->skip, "Share what is understood, and leave the rest");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return share(c, *options); });
}

}  // namespace comity::cli
