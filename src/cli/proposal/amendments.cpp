#include <fmt/format.h>

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

void print_amendment(Context& context, const json::Object& amendment) {
    std::string head =
        fmt::format("{} {} {}: {}", field(amendment, "id").substr(0, 12), field(amendment, "author"),
                    field(amendment, "proposed").substr(0, 10), field(amendment, "state"));
    if (!field(amendment, "why").empty()) head += ", " + field(amendment, "why");
    context.out << '\n' << printable(head) << '\n';
    if (!field(amendment, "note").empty()) context.out << printable(field(amendment, "note")) << '\n';
    for (const json::Value& vote : amendment.at("votes").as_array()) {
        context.out << printable(fmt::format(
                           "vote {} by {} closes {}: {}, {}", field(vote.as_object(), "id").substr(0, 12),
                           field(vote.as_object(), "procedure"), field(vote.as_object(), "closes"),
                           field(vote.as_object(), "outcome"), field(vote.as_object(), "why")))
                    << '\n';
    }
    for (const json::Value& other : amendment.at("conflicts").as_array())
        context.out << "in the way of " << std::string_view(other.as_string()).substr(0, 12) << '\n';
    if (!field(amendment, "misfit").empty()) context.out << printable(field(amendment, "misfit")) << '\n';
    for (const json::Value& value : amendment.at("changes").as_array()) {
        const json::Object& changes = value.as_object();
        context.out << '[' << field(changes, "language") << "]\n";
        print_changes(context, changes.at("title").as_array());
        print_changes(context, changes.at("text").as_array());
    }
}

Result<void> show_amendments(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, source->amendments(id));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    const json::Array& amendments = answer.at("amendments").as_array();
    if (amendments.empty()) context.err << "No amendments yet.\n";
    for (const json::Value& amendment : amendments) print_amendment(context, amendment.as_object());
    if (const json::Value* waits = answer.if_contains("waits")) {
        context.out << '\n' << printable(waits->as_string()) << '\n';
        return {};
    }
    const json::Object& result = answer.at("result").as_object();
    context.out << '\n';
    print_fields(context, {{"version", field(result, "version")},
                           {"adopted", std::to_string(result.at("amendments").as_array().size())},
                           {"would have the digest", field(result, "content")}});
    return {};
}

}  // namespace

void add_proposal_amendments(Command& proposal, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = proposal.add_command(
        {.name = "amendments",
         .summary = "Show the amendments to a proposal, and what those adopted make of it",
         .description =
             "What each changes, word by word: [-what goes-] and {+what comes+}. The digest is of the "
             "texts as they become with all that was adopted so far: anyone gets the same.",
         .examples = {{"comity proposal amendments 6b1f20aa", ""}}});
    command
        .add_option("PROPOSAL", *id, "Its id, or that of a version, an amendment or a vote: 8 digits or more")
        .required();
    add_reading_options(command, context);
    command.on_run(context, [id](Context& c) { return show_amendments(c, *id); });
}

}  // namespace comity::cli
