#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/proposal/changes.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct ProposalDiffOptions {
    std::string id;
    std::string from;
    std::string to;
    std::string language = "en";
};

Result<void> show(Context& context, const ProposalDiffOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    Asked asked{{"language", options.language}};
    if (!options.from.empty()) asked.emplace_back("from", options.from);
    if (!options.to.empty()) asked.emplace_back("to", options.to);
    COMITY_TRY(const json::Object diff, source->diff(options.id, asked));
    if (context.json) {
        print_json(context, diff);
        return {};
    }
    print_fields(context, {{"from", field(diff, "from")}, {"to", field(diff, "to")}});
    context.out << '\n';
    print_changes(context, diff.at("title").as_array());
    context.out << '\n';
    print_changes(context, diff.at("text").as_array());
    return {};
}

}  // namespace

void add_proposal_diff(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalDiffOptions>();
    Command command = proposal.add_command(
        {.name = "diff",
         .summary = "Show what changed between two versions, word by word",
         .description =
             "[-what went-] and {+what came+}. Without --from, from the version before; without --to, to "
             "the newest.",
         .examples = {{"comity proposal diff 6b1f20aa --language fr", ""}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or vote: 8 digits or more")
        .required();
    command.add_option("--from", options->from, "A version's id or its beginning").type_name("VERSION");
    command.add_option("--to", options->to, "A version's id or its beginning").type_name("VERSION");
    command.add_option("--language", options->language, "Of the texts")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
