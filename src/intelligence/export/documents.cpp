// Lists, tables and bundles.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "intelligence/export/writers.h"
#include "intelligence/misp/write.h"
#include "intelligence/stix/identifier.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

// Ids of bundles and events come of what is in them, in this name space of Comity's own.
const Uuid& document_names() {
    static const Uuid ours = *Uuid::parse("0a1d6e0e-7a0c-4b57-9a46-6d8b2f5f5e11");
    return ours;
}

// RFC 4180; what a spreadsheet would take for a formula stands behind an apostrophe.
std::string cell(std::string_view text) {
    std::string out = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    return out + '"';
}

}  // namespace

void write_plain(Writing& writing) {
    const auto stated = [](const ActiveValue& value) {
        return value.indicator.kind == IndicatorKind::kJa3 ||
               value.indicator.kind == IndicatorKind::kFileName;
    };
    const bool of_one_kind = std::ranges::all_of(writing.values, [&](const ActiveValue& value) {
        return value.indicator.kind == writing.values.front().indicator.kind;
    });
    for (const ActiveValue& value : writing.values) {
        if (!of_one_kind && stated(value)) {  // a JA3 looks like an MD5 sum, a file's name like a domain's
            const std::string_view kind = to_string(value.indicator.kind);
            writing.leave(value, fmt::format("its looks do not say that it is a {0}: --type {0}", kind));
            continue;
        }
        writing.text += value.indicator.value;
        writing.text += '\n';
        ++writing.count;
    }
}

void write_csv(Writing& writing) {
    writing.text = "value,type,name,confidence,valid_from,valid_until,modified,id\r\n";
    for (const ActiveValue& value : writing.values) {
        fmt::format_to(std::back_inserter(writing.text), "{},{},{},{},{},{},{},{}\r\n",
                       cell(value.indicator.value), to_string(value.indicator.kind), cell(value.name),
                       value.confidence ? std::to_string(*value.confidence) : "",
                       format_time_millis(value.valid_from),
                       value.valid_until ? format_time_millis(*value.valid_until) : "",
                       format_time_millis(value.modified), value.id);
        ++writing.count;
    }
}

void write_stix(Writing& writing) {
    // An indicator stands once, however many values it has.
    std::map<std::string_view, std::string_view> objects;
    for (const ActiveValue& value : writing.values) objects.emplace(value.id, value.data);
    std::string list;
    for (const auto& [id, data] : objects) {
        if (!list.empty()) list += ',';
        list += data;
    }
    writing.text = fmt::format(R"({{"type":"bundle","id":"bundle--{}","objects":[{}]}})",
                               Uuid::of_name(document_names(), list).text(), list);
    writing.text += '\n';
    writing.count = writing.values.size();
}

void write_misp(Writing& writing) {
    std::map<std::string_view, const ActiveValue*> indicators;
    Time newest{};
    for (const ActiveValue& value : writing.values) {
        indicators.emplace(value.id, &value);
        newest = std::max(newest, value.modified);
    }
    std::vector<std::string> objects;
    std::string all;
    for (const auto& [id, value] : indicators) {
        objects.push_back(value->data);
        all += id;
    }
    const misp::WrittenEvent written =
        misp::write_event(objects, {.uuid = Uuid::of_name(document_names(), "misp\n" + all).text(),
                                    .info = "Active indicators of a Comity node",
                                    .time = newest,
                                    .org_uuid = Uuid::of_name(document_names(), "Comity").text(),
                                    .org_name = "Comity",
                                    .label = ledger::Tlp::kAmberStrict});
    writing.text = json::write(json::Object{{"Event", written.event}});
    writing.text += '\n';
    for (const Understanding::Loss& loss : written.losses) writing.left.push_back({loss.path, "", loss.why});
    writing.count = writing.values.size();
}

}  // namespace comity::intelligence
