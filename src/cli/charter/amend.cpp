#include <fmt/format.h>

#include <memory>

#include "cli/charter/commands.h"
#include "cli/member/times.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/procedure/read_procedure.h"
#include "cli/proposal/texts.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct CharterAmendOptions {
    std::string name;
    std::string purpose;
    std::vector<std::string> rules_by;
    std::vector<std::string> bodies_by;
    std::vector<std::string> charter_by;
    std::int64_t delay_days = 0;
    std::string from;
    TextOptions texts;
};

// "none": an empty list, so that none is named any more.
Result<std::optional<std::vector<json::Value>>> given_procedures(Context& context,
                                                                 const std::vector<std::string>& given) {
    if (given.empty()) return std::nullopt;
    std::vector<json::Value> list;
    if (given == std::vector<std::string>{"none"}) return std::optional(std::move(list));
    for (const std::string& one : given) {
        COMITY_TRY(NamedProcedure named, read_procedure(context, one));
        list.push_back(std::move(named.json));
    }
    return std::optional(std::move(list));
}

std::string names_in(const std::vector<json::Value>& list) {
    std::string names;
    for (const json::Value& one : list)
        names += (names.empty() ? "" : ", ") + std::string(one.at("id").as_string());
    return names.empty() ? "none" : names;
}

// What a text says that only names the changes.
governance::ProposalText plain_charter_text(const governance::CharterPart& part) {
    governance::ProposalText text;
    text.language = "en";
    text.title = "Amend the charter";
    if (part.name) text.text += fmt::format("The name is: {}\n", *part.name);
    if (part.purpose) text.text += fmt::format("The purpose is: {}\n", *part.purpose);
    if (part.rules) text.text += fmt::format("Rules are adopted by: {}\n", names_in(*part.rules));
    if (part.bodies) text.text += fmt::format("Bodies are decided on by: {}\n", names_in(*part.bodies));
    if (part.charter) text.text += fmt::format("The charter is amended by: {}\n", names_in(*part.charter));
    return text;
}

Result<void> propose(Context& context, const CharterAmendOptions& options) {
    governance::CharterPart part;
    if (!options.name.empty()) part.name = options.name;
    if (!options.purpose.empty()) part.purpose = options.purpose;
    COMITY_TRY(part.rules, given_procedures(context, options.rules_by));
    COMITY_TRY(part.bodies, given_procedures(context, options.bodies_by));
    COMITY_TRY(part.charter, given_procedures(context, options.charter_by));
    part.delay_days = options.delay_days;
    if (!options.from.empty()) {
        COMITY_TRY(part.from, time_or_day(options.from, "--from"));
    }
    if (const auto read = governance::parse_charter_part(governance::charter_part_json(part), "charter");
        !read)
        return std::unexpected(read.error());
    governance::ProposalBody body;
    if (!options.texts.texts.empty()) {
        COMITY_TRY(body, read_texts(context, options.texts));
    } else {
        if (!options.texts.titles.empty())
            return invalid("--title", "has no text", "give it with --text, in the same language");
        body.texts.push_back(plain_charter_text(part));
        body.note = options.texts.note;
        body.co_authors = options.texts.co_authors;
    }
    body.charter = std::move(part);
    json::Object form = governance::proposal_json(body);
    if (const auto read = governance::parse_proposal(form); !read) return std::unexpected(read.error());
    return say_and_print(
        context,
        {.type = std::string(governance::kProposal), .audience = for_everybody(), .body = std::move(form)});
}

}  // namespace

void add_charter_amend(Command& charter, Context& context) {
    auto options = std::make_shared<CharterAmendOptions>();
    Command command = charter.add_command(
        {.name = "amend",
         .summary = "Propose to amend the charter",
         .description =
             "Makes a proposal. The charter is amended once a vote adopts it by a procedure that the charter "
             "names for that; where it names none, once two thirds of all members have voted yes. What is "
             "not given stays as it is. Who is a member, and how one becomes one, no amendment touches, and "
             "none takes the vote from anybody.",
         .examples = {
             {"comity charter amend --rules-by multistakeholder --charter-by two-thirds.json", ""},
             {"comity charter amend --purpose \"To warn and to assist each other\" --delay-days 30 --text "
              "en=why.txt --title \"en=Assistance\"",
              "with a text of its own"},
             {"comity charter amend --bodies-by none", "bodies by the procedures for rules again"}}});
    command.add_option("--name", options->name, "The community's name");
    command.add_option("--purpose", options->purpose, "Its purpose");
    command
        .add_option("--rules-by", options->rules_by,
                    "The procedures by which rules are adopted, instead of those named before: an id of "
                    "comity procedure list, a file, or none (repeat)")
        .type_name("PROCEDURE");
    command
        .add_option("--bodies-by", options->bodies_by, "The same of committees and working groups (repeat)")
        .type_name("PROCEDURE");
    command.add_option("--charter-by", options->charter_by, "The same of the charter itself (repeat)")
        .type_name("PROCEDURE");
    command.add_option("--delay-days", options->delay_days, "From the close of the vote to the day of effect")
        .range(0, 3650);
    command.add_option("--from", options->from, "Not in force before that day").type_name("TIME");
    add_language_options(command, options->texts);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

}  // namespace comity::cli
