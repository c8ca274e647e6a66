// Terms of the search index: any text makes terms that its own question finds, and any object gives its
// facts.
#include <algorithm>

#include "fuzz/target.h"
#include "intelligence/marking_change.h"
#include "intelligence/search/facts.h"
#include "intelligence/search/term.h"

using namespace comity;
using namespace comity::intelligence;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto terms = search::value_terms(text);
    const auto ranges = search::value_ranges(text);
    hold(terms.empty() == ranges.empty(), "what has terms can be asked for");
    for (const std::string& term : terms) {
        hold(!term.empty() && term.size() <= search::kMaxTerm, "terms are short");
        search::text_of_term(term);
    }
    if (!terms.empty()) {
        const bool found =
            std::ranges::any_of(ranges, [&](const auto& range) { return range.holds(terms.front()); });
        hold(found, "a value is found by its own spelling");
    }
    for (const std::string& word : search::words_of(text)) {
        const auto again = search::words_of(word);
        hold(again.size() == 1 && again.front() == word, "a word is a word");
    }
    if (const auto facts = search::facts_of(text, "cert-ke")) {
        hold(std::ranges::is_sorted(facts->terms), "an object's terms are sorted");
        search::property_is(text, "a.b", "c");
    }
    if (const auto value = json::parse(text)) {
        if (const auto change = parse_marking_change(*value)) {
            const auto again = parse_marking_change(marking_change_json(*change));
            hold(again && again->object == change->object && again->audience == change->audience,
                 "reads back");
        }
    }
    return 0;
}
