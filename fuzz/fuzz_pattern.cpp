// STIX patterns: what is read can be matched against nothing, a check agrees with a parse, and spaces do not
// matter.
#include "fuzz/target.h"
#include "intelligence/pattern/match.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    for (const auto grammar : {intelligence::PatternGrammar::k20, intelligence::PatternGrammar::k21}) {
        auto pattern = intelligence::parse_pattern(text, grammar);
        const auto checked = intelligence::check_pattern(text, grammar);
        hold(pattern.has_value() == checked.has_value(), "a check agrees with a parse");
        if (!pattern) {
            hold(pattern.error() == checked.error(), "and says the same");
            continue;
        }
        hold(!pattern->expressions.empty() && !pattern->terms.empty(), "a pattern says something");
        const std::string spaced = " " + std::string(text) + "\n ";
        hold(intelligence::parse_pattern(spaced, grammar).has_value(), "space around it does not matter");
        const auto matcher = intelligence::Matcher::compile(*std::move(pattern));
        if (!matcher) continue;
        const auto match = matcher->match({});
        hold(match && !*match, "nothing matches no observation");
    }
    return 0;
}
