#include <memory>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/rule/asked.h"
#include "cli/speak.h"
#include "governance/rules/bodies.h"

namespace comity::cli {

namespace {

struct RuleReviewOptions {
    std::string number;
    std::string about;
    std::string finding;
    std::string reason;
    std::string until;
};

Result<void> review(Context& context, const RuleReviewOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object rule, source->rule(options.number, {}));
    std::string conformity;
    for (const json::Value& said : rule.at("conformity").as_array()) {
        if (field(said.as_object(), "member") == options.about) conformity = field(said.as_object(), "id");
    }
    if (conformity.empty()) {
        return not_found(options.about + " has not said how it keeps " + options.number,
                         "comity rule show lists who has");
    }
    governance::ReviewBody body{{}, {}, options.finding, options.reason, options.until};
    COMITY_TRY(body.opening, Digest::from_hex(field(rule, "vote")));
    COMITY_TRY(body.conformity, Digest::from_hex(conformity));
    COMITY_CHECK(governance::parse_review(governance::review_json(body)));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kReview),
                                               .audience = for_everybody(),
                                               .body = governance::review_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_rule_review(Command& rule, Context& context) {
    auto options = std::make_shared<RuleReviewOptions>();
    Command command = rule.add_command(
        {.name = "review",
         .summary = "Say what one found of a member's conformity",
         .description = "",
         .examples = {
             {"comity rule review DS-1 cert-ke confirmed --reason \"Seen on site in May\" --until 2028-05-31",
              ""}}});
    command.add_option("NUMBER", options->number, "The rule's number").required();
    command.add_option("MEMBER", options->about, "Whose declaration").required();
    command.add_option("FINDING", options->finding, "What was found")
        .required()
        .one_of({"confirmed", "doubted"});
    command.add_option("--reason", options->reason, "Why").required();
    command.add_option("--until", options->until, "The day to which it holds").type_name("DAY");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return review(c, *options); });
}

}  // namespace comity::cli
