#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

Result<void> list_proposals(Context& context, const std::string& language) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto proposals, source->proposals(language));
    if (context.json) {
        print_json(context, json::Array(proposals.begin(), proposals.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& proposal : proposals) {
        const json::Array& votes = proposal.at("votes").as_array();
        rows.push_back({field(proposal, "id").substr(0, 12), field(proposal, "title"),
                        field(proposal, "author"), field(proposal, "proposed").substr(0, 10),
                        votes.empty() ? "" : field(votes.back().as_object(), "closes")});
    }
    print_table(context, {"PROPOSAL", "TITLE", "AUTHOR", "PROPOSED", "VOTE CLOSES"}, rows, "No proposals.");
    return {};
}

}  // namespace

void add_proposal_list(Command& proposal, Context& context) {
    auto language = std::make_shared<std::string>("en");
    Command command = proposal.add_command({.name = "list",
                                            .summary = "List the proposals, the newest first",
                                            .description = "",
                                            .examples = {{"comity proposal list --language fr", ""}}});
    command.add_option("--language", *language, "Of the titles, where there is a text in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [language](Context& c) { return list_proposals(c, *language); });
}

}  // namespace comity::cli
