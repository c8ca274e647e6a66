#include "cli/forms.h"

#include <fmt/format.h>

#include "crypto/dsse.h"
#include "log/checkpoint.h"
#include "node/roll_json.h"

namespace comity::cli {

namespace {

json::Value index_form(const std::optional<std::uint64_t>& index) {
    return index ? json::Value(*index) : json::Value(nullptr);
}

}  // namespace

std::string second_text(ledger::Witnessed seconds) {
    return node::whole_second(seconds);
}

json::Object item_form(const ledger::ListItem& item) {
    return {{"id", item.id.hex()},
            {"type", item.type},
            {"author", item.author},
            {"issued", format_time_millis(item.issued)},
            {"witnessed", second_text(item.witnessed)},
            {"index", index_form(item.index)},
            {"audience", ledger::audience_json(item.audience)}};
}

Result<json::Object> statement_form(const ledger::Kept& kept) {
    COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(kept.envelope));
    COMITY_TRY(json::Value payload, json::parse(envelope.payload));
    COMITY_TRY(json::Value outside, json::parse(kept.envelope));
    return json::Object{{"id", kept.statement.id.hex()},
                        {"index", index_form(kept.index)},
                        {"witnessed", second_text(kept.witnessed)},
                        {"effective", kept.effective},
                        {"statement", std::move(payload)},
                        {"envelope", std::move(outside)}};
}

std::string field(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    if (const auto* text = value->if_string()) return std::string(*text);
    return json::write(*value);
}

std::string listed(const json::Value& list, std::string_view name) {
    std::string all;
    for (const json::Value& one : list.as_array()) {
        if (!all.empty()) all += ", ";
        all += name.empty() ? std::string(one.as_string()) : field(one.as_object(), name);
    }
    return all;
}

std::string audience_text(const json::Object& item) {
    const json::Value* audience = item.if_contains("audience");
    if (audience == nullptr || !audience->is_object()) return {};
    std::string text = field(audience->get_object(), "tlp");
    std::string_view separator = ": ";
    for (const char* list : {"members", "groups", "persons"}) {
        const json::Value* names = audience->get_object().if_contains(list);
        if (names == nullptr || !names->is_array()) continue;
        for (const json::Value& name : names->get_array()) {
            if (!name.is_string()) continue;
            text += separator;
            text += std::string_view(name.get_string());
            separator = ", ";
        }
    }
    return text;
}

}  // namespace comity::cli
