#include <fmt/format.h>

#include <algorithm>

#include "development/import/reading.h"
#include "json/slices.h"

namespace comity::development {
namespace {

std::string json_text(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_number()) return json::write(*value);
    return {};
}

const json::Object* json_object(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

void read_world_bank(const json::Object& item, std::size_t line, const std::string& file, Reading& into) {
    const json::Object* indicator = json_object(item, "indicator");
    const json::Object* country = json_object(item, "country");
    if (indicator == nullptr || country == nullptr) {
        into.defects.push_back({DefectKind::kBrokenJson, file, line,
                                "is no observation of the World Bank's API",
                                "ask for /v2/country/all/indicator/CODE?format=json"});
        return;
    }
    Observation one{json_text(*indicator, "id"), json_text(item, "countryiso3code"), json_text(item, "date"),
                    json_text(item, "value"),    json_text(item, "obs_status"),      line};
    if (one.place.empty()) one.place = json_text(*country, "id");
    one.status = one.status == "E"   ? "estimated"
                 : one.status == "P" ? "provisional"
                 : one.status == "F" ? "projected"
                                     : "";
    IndicatorNote& note = into.indicators[one.indicator];
    note.title = json_text(*indicator, "value");
    if (const std::string unit = json_text(item, "unit"); !unit.empty()) note.unit = unit;
    into.observations.push_back(std::move(one));
}

void read_itu(const json::Object& item, std::size_t line, const std::string& file, Reading& into) {
    Observation one{
        json_text(item, "code"), json_text(item, "isoCode"), json_text(item, "dataYear"), "", "", line};
    const json::Value* answers = item.if_contains("answer");
    if (one.place.empty() || answers == nullptr || !answers->is_array()) {
        into.defects.push_back({DefectKind::kBrokenJson, file, line, "is no figure of ITU's DataHub",
                                "ask for /v2/data/bycode/{codeID}"});
        return;
    }
    if (!answers->get_array().empty() && answers->get_array().front().is_object())
        one.value = json_text(answers->get_array().front().get_object(), "value");
    std::string source = json_text(item, "dataSource");
    std::ranges::transform(source, source.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (source.find("estimate") != std::string::npos) one.status = "estimated";
    into.observations.push_back(std::move(one));
}

}  // namespace

void read_json_answer(std::string_view text, const std::string& file, Reading& into) {
    const auto broken = [&](std::size_t line, std::string what, std::string mend) {
        into.defects.push_back({DefectKind::kBrokenJson, file, line, std::move(what), std::move(mend)});
    };
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    // As a member of an object, so that the items are had with their places.
    const std::string wrapped = fmt::format("{{\"a\":{}}}", text);
    constexpr std::size_t kAhead = 5;
    const auto outer = json::array_elements(wrapped, "a");
    if (!outer) return broken(0, outer.error().what, "give the answer as the API sent it");
    std::vector<std::string_view> items = *outer;
    into.format = FileFormat::kItuJson;
    std::string inner_text;
    std::size_t offset = 0;
    // The World Bank's answer: what page it is, then the items.
    if (outer->size() == 2 && (*outer)[1].starts_with('[')) {
        into.format = FileFormat::kWorldBankJson;
        offset = static_cast<std::size_t>((*outer)[1].data() - wrapped.data()) - kAhead;
        inner_text = fmt::format("{{\"a\":{}}}", (*outer)[1]);
        const auto inner = json::array_elements(inner_text, "a");
        if (!inner) return broken(0, inner.error().what, "give the answer as the API sent it");
        items = *inner;
    } else if (outer->size() == 1 && outer->front().find("\"message\"") != std::string_view::npos) {
        return broken(1, "is the World Bank's answer that something was wrong", "ask again");
    }
    std::size_t line = 1, counted = 0;
    const std::string_view within =
        inner_text.empty() ? std::string_view(wrapped) : std::string_view(inner_text);
    for (const std::string_view item : items) {
        const std::size_t at = offset + static_cast<std::size_t>(item.data() - within.data()) - kAhead;
        line += static_cast<std::size_t>(std::ranges::count(text.substr(counted, at - counted), '\n'));
        counted = at;
        const auto value = json::parse(item);
        if (!value || !value->is_object()) {
            broken(line, value ? "is no object" : value.error().what, "give the answer as the API sent it");
            continue;
        }
        if (into.format == FileFormat::kWorldBankJson) {
            read_world_bank(value->get_object(), line, file, into);
        } else {
            read_itu(value->get_object(), line, file, into);
        }
    }
    if (items.empty())
        broken(1, "holds no figures", "ask for another indicator (ITU answers [] to a wrong id)");
}

}  // namespace comity::development
