#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"
#include "governance/rules/policy.h"

namespace comity::cli {

namespace {

struct RuleShowOptions {
    std::string number;
    RuleOptions rule;
};

void print_policy(Context& context, const json::Object& rule) {
    const json::Value* policy = rule.at("rule").as_object().if_contains("policy");
    if (policy == nullptr) return;
    context.out << "\nKept at every node's door:\n";
    const json::Object& kept = policy->as_object();
    const json::Value* const counts = kept.if_contains("counts");
    if (counts != nullptr && counts->is_object()) {
        const auto said = [&](std::string_view name, std::int64_t otherwise) {
            const std::string text = field(counts->as_object(), name);
            return text.empty() ? std::to_string(otherwise) : text;
        };
        context.out << fmt::format(
            "  counts of members that only let themselves be counted: of {} at the least, with noise of "
            "scale {}\n",
            said("least", governance::CountTerms{}.least), said("noise", governance::CountTerms{}.noise));
    }
    const json::Value* const clauses = kept.if_contains("clauses");
    if (clauses == nullptr) return;
    for (const json::Value& value : clauses->as_array()) {
        const json::Object& clause = value.as_object();
        const bool forbids = clause.contains("forbid");
        std::vector<std::string> actions;
        for (const json::Value& action : clause.at(forbids ? "forbid" : "permit").as_array())
            actions.emplace_back(printable(action.as_string()));
        context.out << fmt::format("  {} {}: {}\n", forbids ? "forbids" : "permits", fmt::join(actions, ", "),
                                   printable(field(clause, "title")));
    }
}

Result<void> show(Context& context, const RuleShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object rule, source->rule(options.number, asked_of(options.rule)));
    if (context.json) {
        print_json(context, rule);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields{{"rule", field(rule, "number")},
                                                            {"version", field(rule, "version")},
                                                            {"title", printable(field(rule, "title"))},
                                                            {"state", field(rule, "state")},
                                                            {"adopted", field(rule, "adopted")},
                                                            {"by vote", field(rule, "vote")},
                                                            {"in force", field(rule, "in_force")}};
    if (rule.contains("until"))
        fields.emplace_back("until", field(rule, "until") + ", " + field(rule, "ended"));
    if (const json::Value* suspension = rule.if_contains("suspension"))
        fields.emplace_back("suspended", field(suspension->as_object(), "from") + " to " +
                                             field(suspension->as_object(), "until"));
    fields.emplace_back("binds", field(rule, "binds"));
    print_fields(context, fields);
    print_shown_text(context, rule, options.rule.language);
    print_policy(context, rule);
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& value : rule.at("versions").as_array()) {
        const json::Object& version = value.as_object();
        rows.push_back({field(version, "version"), field(version, "state"),
                        field(version, "in_force").substr(0, 10), field(version, "until").substr(0, 10),
                        field(version, "vote").substr(0, 12)});
    }
    context.out << '\n';
    print_table(context, {"VERSION", "STATE", "FROM", "UNTIL", "ADOPTED BY"}, rows, "");
    rows.clear();
    if (const json::Value* barred = rule.if_contains("barred")) {
        for (const json::Value& value : barred->as_array()) {
            const json::Object& one = value.as_object();
            rows.push_back({field(one, "vote").substr(0, 12), field(one, "adopted").substr(0, 10),
                            fmt::format("{}: {}", field(one, "where"), field(one, "why")),
                            field(one, "mend")});
        }
    }
    if (!rows.empty()) {
        context.out << '\n';
        print_table(context, {"BINDS NOBODY", "ADOPTED", "WHY", "DO"}, rows, "");
        rows.clear();
    }
    for (const json::Value& value : rule.at("conformity").as_array()) {
        const json::Object& said = value.as_object();
        std::string reviews;
        for (const json::Value& review : said.at("reviews").as_array())
            reviews += (reviews.empty() ? "" : ", ") + field(review.as_object(), "finding") + " by " +
                       field(review.as_object(), "by");
        rows.push_back({field(said, "member"), field(said, "conforms"), field(said, "id").substr(0, 12),
                        reviews, field(said, "note")});
    }
    if (!rows.empty()) {
        context.out << '\n';
        print_table(context, {"MEMBER", "CONFORMS", "SAID IN", "REVIEWS", "NOTE"}, rows, "");
    }
    return {};
}

}  // namespace

void add_rule_show(Command& rule, Context& context) {
    auto options = std::make_shared<RuleShowOptions>();
    Command command = rule.add_command(
        {.name = "show",
         .summary = "Show a rule: its text, its history, and how members keep it",
         .description =
             "The version in force then; where none is, the last before it, else the first to come.",
         .examples = {{"comity rule show DS-1", ""},
                      {"comity rule show DS-1 --at 2026-07-01T00:00:00Z", ""}}});
    command.add_option("NUMBER", options->number, "The rule's number").required();
    add_rule_options(command, options->rule);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
