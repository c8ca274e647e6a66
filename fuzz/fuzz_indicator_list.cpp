// Plain lists of indicators: what an entry is taken for, it is taken for again in its canonical spelling.
#include "fuzz/target.h"
#include "intelligence/indicator/bundle.h"
#include "intelligence/indicator/classify.h"
#include "intelligence/stix/object.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto list = intelligence::read_list(text);
    if (!list) return 0;
    std::vector<intelligence::Indicator> indicators;
    for (const auto& [line, indicator] : list->entries) {
        const auto again = intelligence::classify(indicator.value);
        hold(again.has_value(), "the canonical spelling is an indicator");
        hold(*again == indicator, "and the same one");
        indicators.push_back(indicator);
    }
    const intelligence::Sharer sharer{std::string(64, '0'), "cert-ke", "CERT Kenya"};
    const auto objects =
        intelligence::objects_of(indicators, sharer, ledger::Tlp::kGreen, Time::from_seconds(1'760'000'000));
    hold(objects.size() == indicators.size() + 1, "an object for each, and the sharer's");
    for (const std::string& object : objects) {
        const auto parsed = intelligence::parse_object(object);
        hold(parsed.has_value(), "what is made of an indicator is a STIX object");
    }
    for (const auto& left : list->errors)
        hold(left.line > 0 && !left.why.empty(), "what is left says where and why");
    for (const auto& left : list->not_taken)
        hold(left.line > 0 && !left.why.empty(), "what is left says where and why");
    return 0;
}
