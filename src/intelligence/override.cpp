#include "intelligence/override.h"

#include <fmt/format.h>

#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxFormat = 40;
constexpr std::size_t kMaxReason = 2000;
constexpr std::size_t kMaxValue = 8192;
constexpr std::size_t kMaxList = 1000;

}  // namespace

Result<OverrideBody> parse_override(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    OverrideBody out;
    COMITY_TRY(out.format, fields.text("format", 1, kMaxFormat));
    COMITY_TRY(out.reason, fields.text("reason", 1, kMaxReason));
    COMITY_TRY(const json::Array* values, fields.array("values", 1, kMaxOverridden));
    for (std::size_t i = 0; i < values->size(); ++i) {
        COMITY_TRY(json::Fields value, json::Fields::of((*values)[i], fmt::format("body.values[{}]", i)));
        OverrideBody::Value each;
        COMITY_TRY(each.value, value.text("value", 1, kMaxValue));
        COMITY_TRY(each.list, value.text("list", 1, kMaxList));
        COMITY_CHECK(value.nothing_else());
        out.values.push_back(std::move(each));
    }
    COMITY_CHECK(fields.nothing_else());
    return out;
}

json::Object override_json(const OverrideBody& body) {
    json::Array values;
    for (const OverrideBody::Value& each : body.values)
        values.push_back(json::Object{{"value", each.value}, {"list", each.list}});
    return {{"format", body.format}, {"reason", body.reason}, {"values", std::move(values)}};
}

}  // namespace comity::intelligence
