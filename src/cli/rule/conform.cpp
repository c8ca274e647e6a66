#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/rule/asked.h"
#include "cli/speak.h"
#include "governance/rules/bodies.h"

namespace comity::cli {

namespace {

struct RuleConformOptions {
    std::string number;
    std::string conforms;
    std::string note;
    std::string review_by;
    std::vector<std::string> evidence;
    std::vector<std::string> statements;
};

Result<std::pair<std::string, std::string>> titled(const std::string& text, const std::string& option) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos)
        return invalid(option, "\"" + text + "\" has no title", "write it as TITLE=...");
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

Result<void> declare(Context& context, const RuleConformOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    governance::ConformityBody body;
    COMITY_TRY(const std::string vote, adopting_vote(*source, options.number));
    COMITY_TRY(body.opening, Digest::from_hex(vote));
    body.conforms = options.conforms;
    body.note = options.note;
    body.review_by = options.review_by;
    for (const std::string& text : options.evidence) {
        COMITY_TRY(const auto one, titled(text, "--evidence"));
        body.evidence.push_back({one.first, one.second, std::nullopt});
    }
    for (const std::string& text : options.statements) {
        COMITY_TRY(const auto one, titled(text, "--statement"));
        COMITY_TRY(const Digest id, Digest::from_hex(one.second));
        body.evidence.push_back({one.first, "", id});
    }
    COMITY_CHECK(governance::parse_conformity(governance::conformity_json(body)));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kConformity),
                                               .audience = for_everybody(),
                                               .body = governance::conformity_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_rule_conform(Command& rule, Context& context) {
    auto options = std::make_shared<RuleConformOptions>();
    Command command = rule.add_command(
        {.name = "conform",
         .summary = "Say how one keeps a rule, with evidence",
         .description =
             "The last that a member says counts; all of it stays on record. Others can look and say "
             "what they found: comity rule review.",
         .examples = {
             {"comity rule conform DS-1 yes --evidence \"Audit 2026=https://cert.ke/audit-2026.pdf\"", ""},
             {"comity rule conform DS-1 partly --note \"Article 3 from July on\" --review-by 2027-06-30",
              ""}}});
    command.add_option("NUMBER", options->number, "The rule's number").required();
    command.add_option("CONFORMS", options->conforms, "How it is kept")
        .required()
        .one_of({"yes", "partly", "no"});
    command.add_option("--evidence", options->evidence, "What shows it, on the web (repeat)")
        .type_name("TITLE=URL");
    command.add_option("--statement", options->statements, "A statement that shows it (repeat)")
        .type_name("TITLE=ID");
    command.add_option("--note", options->note, "In words");
    command.add_option("--review-by", options->review_by, "The day by which one says it anew")
        .type_name("DAY");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return declare(c, *options); });
}

}  // namespace comity::cli
