#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <memory>
#include <ostream>

#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rule/asked.h"
#include "cli/rule/commands.h"
#include "governance/rules/conformity.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kDueDays = 30;

struct RuleTableOptions {
    RuleOptions rule;
    std::string topic;
    std::int64_t days = kDueDays;
};

// Of the rules in force, each asked for with what members say of keeping it.
Result<json::Object> table_of(Context& context, const RuleTableOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    ledger::Witnessed at = context.clock->now().seconds();
    if (!options.rule.at.empty()) {
        auto time = parse_time(options.rule.at);
        if (!time) return within("--at", time.error());
        at = time->seconds();
    }
    Asked asked = asked_of(options.rule);
    if (!options.topic.empty()) asked.emplace_back("topic", options.topic);
    COMITY_TRY(const auto listed, source->rules(asked));
    std::vector<json::Object> rules;
    for (const json::Object& each : listed) {
        COMITY_TRY(rules.emplace_back(), source->rule(field(each, "number"), asked_of(options.rule)));
    }
    return governance::conformity_table(rules, at, options.days);
}

std::string joined(const json::Value& list, std::string_view mark) {
    std::string out;
    for (const json::Value& each : list.as_array())
        out += fmt::format("{}{}{}", out.empty() ? "" : " ", std::string_view(each.as_string()), mark);
    return out;
}

std::string declared_text(const json::Object& said) {
    std::size_t confirmed = 0, doubted = 0;
    for (const json::Value& each : said.at("reviews").as_array()) {
        const json::Object& review = each.as_object();
        if (!review.at("holds").as_bool()) continue;
        ++(field(review, "finding") == "confirmed" ? confirmed : doubted);
    }
    std::string out = fmt::format("{} +{} -{}", field(said, "conforms"), confirmed, doubted);
    if (field(said, "state") != "current") out += " " + field(said, "state");
    return out;
}

Result<void> show_matrix(Context& context, const RuleTableOptions& options) {
    COMITY_TRY(const json::Object table, table_of(context, options));
    if (context.json) {
        print_json(context, table);
        return {};
    }
    std::map<std::pair<std::string, std::string>, std::string> said;
    for (const json::Value& each : table.at("declarations").as_array()) {
        const json::Object& one = each.as_object();
        said[{field(one, "member"), field(one, "rule")}] = declared_text(one);
    }
    std::vector<std::string> head{"MEMBER"};
    for (const json::Value& rule : table.at("rules").as_array())
        head.push_back(field(rule.as_object(), "number"));
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& member : table.at("members").as_array()) {
        std::vector<std::string> row{std::string(std::string_view(member.as_string()))};
        for (std::size_t i = 1; i < head.size(); ++i) row.push_back(said[{row.front(), head[i]}]);
        rows.push_back(std::move(row));
    }
    print_table(context, head, rows, "Nobody has declared to keep any of these rules.");
    if (rows.empty()) return {};
    context.out << "\n+ confirmed by others, - doubted by others\n\n";
    rows.clear();
    for (const json::Value& each : table.at("recognition").as_array()) {
        const json::Object& one = each.as_object();
        rows.push_back({field(one, "member"), field(one, "by"), joined(one.at("mutual"), ""),
                        joined(one.at("confirmed"), ""), joined(one.at("doubted"), ""),
                        joined(one.at("lapsed"), "")});
    }
    print_table(context, {"DECLARED BY", "LOOKED AT BY", "MUTUAL", "CONFIRMED", "DOUBTED", "LAPSED"}, rows,
                "Nobody has looked at any declaration.");
    return {};
}

Result<void> show_due(Context& context, const RuleTableOptions& options) {
    COMITY_TRY(const json::Object table, table_of(context, options));
    const json::Array& due = table.at("due").as_array();
    if (context.json) {
        print_json(context, due);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : due) {
        const json::Object& one = each.as_object();
        rows.push_back({field(one, "day"), field(one, "state"), field(one, "rule"), field(one, "what"),
                        field(one, "member"), field(one, "by"), field(one, "id").substr(0, 12)});
    }
    print_table(context, {"DAY", "STATE", "RULE", "WHAT", "MEMBER", "BY", "STATEMENT"}, rows,
                "Nothing is due.");
    return {};
}

void add_table_options(Command& command, Context& context, RuleTableOptions& options) {
    command.add_option("--topic", options.topic, "Only rules on it");
    command.add_option("--within", options.days, "What counts as due: so many days ahead; default 30")
        .range(0, governance::kMostDueDays)
        .type_name("DAYS");
    add_rule_options(command, options.rule);
    add_reading_options(command, context);
}

}  // namespace

void add_rule_matrix(Command& rule, Context& context) {
    auto options = std::make_shared<RuleTableOptions>();
    Command command = rule.add_command(
        {.name = "matrix",
         .summary = "Show who declares to keep which rules, and who recognises whose word",
         .description = "Of each member and rule in force what it has declared last, and of each two members "
                        "what one says of the other's declarations. Mutual are the rules of which both "
                        "confirm each other's; lapsed is what held to a day that is past. With --json the "
                        "evidence too.",
         .examples = {
             {"comity rule matrix --topic tax", ""},
             {"comity rule matrix --at 2027-01-01T00:00:00Z", "as it will stand, if nothing is said"}}});
    add_table_options(command, context, *options);
    command.on_run(context, [options](Context& c) { return show_matrix(c, *options); });
}

void add_rule_due(Command& rule, Context& context) {
    auto options = std::make_shared<RuleTableOptions>();
    Command command = rule.add_command(
        {.name = "due",
         .summary = "List declarations and recognitions that are to be looked at again",
         .description = "Declarations by the day that their member named (comity rule conform --review-by), "
                        "recognitions by the day to which they hold (comity rule review --until).",
         .examples = {{"comity rule due --within 90", ""}}});
    add_table_options(command, context, *options);
    command.on_run(context, [options](Context& c) { return show_due(c, *options); });
}

}  // namespace comity::cli
