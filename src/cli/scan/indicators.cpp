#include "cli/scan/indicators.h"

#include "cli/source.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kIndicatorPage = 1000;

const json::Value* item_member(const json::Object& item, std::string_view outer, std::string_view name) {
    const json::Value* const found = item.if_contains(outer);
    return found != nullptr && found->is_object() ? found->get_object().if_contains(name) : nullptr;
}

}  // namespace

// By the time at which the node took each in: what comes while this runs is not of it.
Result<void> each_indicator(
    Context& context, const std::function<Result<void>(const intelligence::match::SharedIndicator&)>& take) {
    COMITY_TRY(const auto source, Source::open(context));
    for (std::string until;;) {
        Asked asked{{"type", "indicator"}};
        if (!until.empty()) asked.emplace_back("until", until);
        COMITY_TRY(const std::vector<json::Object> page, source->search(asked, kIndicatorPage));
        for (const json::Object& item : page) {
            const json::Value* const object = item.if_contains("object");
            const json::Value* const sharer = item.if_contains("sharer");
            const json::Value* const added = item.if_contains("added");
            if (object == nullptr || sharer == nullptr || !sharer->is_string() || added == nullptr ||
                !added->is_string())
                return invalid("the node", "answered with an indicator in another form",
                               "is it a Comity node?");
            intelligence::match::SharedIndicator indicator;
            const std::string text = json::write(*object);
            indicator.object = text;
            indicator.source = sharer->get_string();
            const json::Value* const now = item_member(item, "confidence", "now");
            if (now != nullptr && now->is_int64()) indicator.confidence = static_cast<int>(now->get_int64());
            const json::Value* const label = item_member(item, "audience", "tlp");
            if (label != nullptr && label->is_string()) {
                if (const auto tlp = ledger::parse_tlp(label->get_string())) indicator.tlp = *tlp;
            }
            COMITY_CHECK(take(indicator));
            COMITY_TRY(const Time time, parse_time(added->get_string()));
            until = format_time_micros(Time{time.micros - 1});
        }
        if (std::cmp_less(page.size(), kIndicatorPage)) return {};
    }
}

}  // namespace comity::cli
