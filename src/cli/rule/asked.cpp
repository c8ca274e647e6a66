#include "cli/rule/asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/forms.h"
#include "cli/output.h"

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

bool print_shown_text(Context& context, const json::Object& form, std::string_view language) {
    const json::Object* shown = nullptr;
    for (const json::Value& value : form.at("texts").as_array()) {
        const json::Object& text = value.as_object();
        if (field(text, "language") == language) shown = &text;
        if (shown == nullptr && field(text, "authentic") == "true") shown = &text;
    }
    if (shown == nullptr) return false;
    context.out << '\n';
    if (field(*shown, "authentic") != "true") context.out << "(A translation, which binds nobody.)\n";
    std::string_view rest = shown->at("text").as_string();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        context.out << printable(rest.substr(0, end)) << '\n';
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
}

Result<std::string> adopting_vote(Source& source, const std::string& number) {
    COMITY_TRY(const json::Object rule, source.rule(number, {}));
    const std::string state = field(rule, "state");
    if (state == "ended")
        return refused("rule " + number, fmt::format("is no more in force: {}", field(rule, "ended")));
    return field(rule, "vote");
}

}  // namespace comity::cli
