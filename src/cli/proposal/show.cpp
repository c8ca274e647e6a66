#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

struct ProposalShowOptions {
    std::string id;
    std::string language = "en";
};

const json::Object* text_in(const json::Object& version, std::string_view language) {
    const json::Object* authentic = nullptr;
    for (const json::Value& text : version.at("texts").as_array()) {
        if (field(text.as_object(), "language") == language) return &text.as_object();
        if (authentic == nullptr && field(text.as_object(), "authentic") == "true")
            authentic = &text.as_object();
    }
    return authentic;
}

Result<void> show(Context& context, const ProposalShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, options.language));
    if (context.json) {
        print_json(context, proposal);
        return {};
    }
    const json::Array& versions = proposal.at("versions").as_array();
    print_fields(context, {{"proposal", field(proposal, "id")},
                           {"title", printable(field(proposal, "title"))},
                           {"author", field(proposal, "author")},
                           {"proposed", field(proposal, "proposed")},
                           {"versions", std::to_string(versions.size())}});
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : proposal.at("votes").as_array()) {
        const json::Object& vote = value.as_object();
        const std::string body = field(vote, "body");
        rows.push_back({field(vote, "id").substr(0, 12),
                        field(vote, "procedure") + (body.empty() ? "" : " of " + body), field(vote, "closes"),
                        field(vote, "outcome"), field(vote, "why")});
    }
    print_table(context, {"VOTE", "PROCEDURE", "CLOSES", "AS IT STANDS", "WHY"}, rows, "No votes yet.");
    const json::Object* text = text_in(versions.back().as_object(), options.language);
    if (text == nullptr) return {};
    context.out << '\n';
    if (field(*text, "authentic") != "true") context.out << "(A translation, which binds nobody.)\n";
    std::string_view rest = text->at("text").as_string();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        context.out << printable(rest.substr(0, end)) << '\n';
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

}  // namespace

void add_proposal_show(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalShowOptions>();
    Command command =
        proposal.add_command({.name = "show",
                              .summary = "Show a proposal: its text, its votes and how they stand",
                              .description = "",
                              .examples = {{"comity proposal show 6b1f20aa --language zh", ""}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or vote: 8 digits or more")
        .required();
    command.add_option("--language", options->language, "Of the text, where there is one in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
