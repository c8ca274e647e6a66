#include "cli/rule/asked.h"

#include <fmt/format.h>

#include "cli/forms.h"

namespace comity::cli {

void add_rule_options(Command& command, RuleOptions& options) {
    command.add_option("--at", options.at, "As of that time, past or to come; default: now")
        .type_name("TIME");
    command.add_option("--language", options.language, "Of texts, where there is one in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
}

Asked asked_of(const RuleOptions& options) {
    Asked asked{{"language", options.language}};
    if (!options.at.empty()) asked.emplace_back("at", options.at);
    return asked;
}

Result<std::string> adopting_vote(Source& source, const std::string& number) {
    COMITY_TRY(const json::Object rule, source.rule(number, {}));
    const std::string state = field(rule, "state");
    if (state == "ended")
        return refused("rule " + number, fmt::format("is no more in force: {}", field(rule, "ended")));
    return field(rule, "vote");
}

}  // namespace comity::cli
