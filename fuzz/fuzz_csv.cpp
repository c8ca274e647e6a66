// Tables: whatever is taken for an indicator is one, and every row is told of.
#include "fuzz/target.h"
#include "intelligence/import/csv.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    // The first line may be a mapping.
    const std::size_t end = text.find('\n');
    const auto mapping = intelligence::parse_mapping(text.substr(0, end), "--columns");
    const std::string_view table = mapping && end != std::string_view::npos ? text.substr(end + 1) : text;
    const auto out = intelligence::read_csv(table, mapping.value_or(intelligence::ColumnMapping{}));
    if (!out) return 0;
    bool named = false;
    for (const auto& column : out->columns) named = named || column.meaning == "value";
    hold(named, "some column holds the values");
    for (const auto& entry : out->entries) {
        const auto again = intelligence::classify(entry.described.indicator.value);
        hold(again && *again == entry.described.indicator, "the canonical spelling is the same indicator");
        hold(entry.line > 0, "every entry has its line");
    }
    for (const auto& left : out->errors)
        hold(left.line > 0 && !left.why.empty(), "what is left says where and why");
    return 0;
}
