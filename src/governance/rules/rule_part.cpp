#include "governance/rules/rule_part.h"

#include <fmt/format.h>

#include <algorithm>

#include "governance/forms.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxTopics = 20;
constexpr std::size_t kMaxRepeals = 50;
constexpr std::int64_t kMaxDelay = 3650;

Result<std::optional<Time>> read_time(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const auto text, fields.optional_text(name, 1, 40));
    if (!text) return std::nullopt;
    auto time = parse_time(*text);
    if (!time) return within(fields.path(name), time.error());
    return std::optional(*time);
}

Result<SuspensionRule> read_suspension(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    SuspensionRule rule;
    COMITY_TRY(rule.classes, fields.optional_integer("classes", 1, 6));
    COMITY_TRY(const auto of_each, fields.optional_text("of_each", 1, 20));
    if (of_each) {
        COMITY_TRY(rule.of_each, parse_rational(*of_each, fields.path("of_each")));
        if (rule.of_each.num == 0 || rule.of_each.num > rule.of_each.den)
            return invalid(fields.path("of_each"), "is not above nothing and up to one");
    }
    COMITY_TRY(const auto days, fields.optional_integer("days", 1, kMaxSuspensionDays));
    rule.days = days.value_or(rule.days);
    COMITY_CHECK(fields.nothing_else());
    return rule;
}

}  // namespace

Result<void> check_rule_number(std::string_view number, const std::string& path) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    };
    const auto letter = [&](char c) { return good(c) && c != '-' && c != '.'; };
    if (number.empty() || number.size() > 40 || !std::ranges::all_of(number, good) ||
        !letter(number.front()) || !letter(number.back())) {
        return invalid(path, fmt::format("\"{}\" is no rule's number", number),
                       "up to 40 letters, digits, \"-\" and \".\", as DS-1");
    }
    return {};
}

Result<RulePart> parse_rule_part(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    RulePart part;
    COMITY_TRY(part.number, fields.text("number", 1, 40));
    COMITY_CHECK(check_rule_number(part.number, fields.path("number")));
    COMITY_TRY(part.topics, fields.optional_texts("topics", kMaxTopics));
    for (const std::string& topic : part.topics)
        COMITY_CHECK(ledger::check_member_id(topic, fields.path("topics")));
    COMITY_TRY(const auto delay, fields.optional_integer("delay_days", 0, kMaxDelay));
    part.delay_days = delay.value_or(0);
    COMITY_TRY(part.from, read_time(fields, "from"));
    COMITY_TRY(part.expires, read_time(fields, "expires"));
    if (part.from && part.expires && *part.expires <= *part.from)
        return invalid(fields.path("expires"), "is not after \"from\"", "the rule would never be in force");
    COMITY_TRY(part.repeals, fields.optional_texts("repeals", kMaxRepeals));
    for (const std::string& number : part.repeals)
        COMITY_CHECK(check_rule_number(number, fields.path("repeals")));
    if (std::ranges::find(part.repeals, part.number) != part.repeals.end())
        return invalid(fields.path("repeals"), "names the rule itself", "it supersedes what has its number");
    if (const json::Value* suspension = fields.any("suspension")) {
        COMITY_TRY(part.suspension, read_suspension(*suspension, fields.path("suspension")));
    }
    if (const json::Value* policy = fields.any("policy")) {
        COMITY_TRY(part.policy, parse_policy(*policy, fields.path("policy")));
        part.policy_json = *policy;
    }
    COMITY_CHECK(fields.nothing_else());
    return part;
}

json::Object rule_part_json(const RulePart& part) {
    json::Object form{{"number", part.number}};
    if (!part.topics.empty()) form["topics"] = array_of(part.topics);
    if (part.delay_days != 0) form["delay_days"] = part.delay_days;
    if (part.from) form["from"] = format_time_millis(*part.from);
    if (part.expires) form["expires"] = format_time_millis(*part.expires);
    if (!part.repeals.empty()) form["repeals"] = array_of(part.repeals);
    const SuspensionRule usual;
    json::Object suspension;
    if (part.suspension.classes) suspension["classes"] = *part.suspension.classes;
    if (part.suspension.of_each != usual.of_each) suspension["of_each"] = part.suspension.of_each.text();
    if (part.suspension.days != usual.days) suspension["days"] = part.suspension.days;
    if (!suspension.empty()) form["suspension"] = std::move(suspension);
    if (part.policy) form["policy"] = part.policy_json;
    return form;
}

}  // namespace comity::governance
