#include "intelligence/import/preview.h"

#include <algorithm>

#include "intelligence/stix/object.h"

namespace comity::intelligence {
namespace {

std::size_t limit_of(std::size_t size, std::size_t most) {
    return most == 0 ? size : std::min(size, most);
}

json::Array lines_json(const std::vector<Understanding::Left>& list, std::size_t most) {
    json::Array lines;
    for (std::size_t i = 0; i < limit_of(list.size(), most); ++i)
        lines.push_back(json::Object{{"line", list[i].line}, {"text", list[i].text}, {"why", list[i].why}});
    return lines;
}

}  // namespace

std::map<std::string, std::size_t> counts_of(const Understanding& understood) {
    std::map<std::string, std::size_t> by_kind;
    for (const auto& entry : understood.entries)
        ++by_kind[std::string(to_string(entry.described.indicator.kind))];
    if (understood.entries.empty()) {
        for (const std::string& bytes : understood.objects) {
            if (const auto object = parse_object(bytes)) ++by_kind[object->id.type];
        }
    }
    return by_kind;
}

json::Object preview_json(const Understanding& understood, const SharePlan& plan, std::size_t most) {
    json::Object kinds;
    for (const auto& [kind, count] : counts_of(understood)) kinds[kind] = count;
    json::Array entries;
    for (std::size_t i = 0; i < limit_of(understood.entries.size(), most); ++i) {
        const auto& entry = understood.entries[i];
        entries.push_back(json::Object{{"line", entry.line},
                                       {"kind", to_string(entry.described.indicator.kind)},
                                       {"value", entry.described.indicator.value}});
    }
    json::Array columns;
    for (const auto& column : understood.columns)
        columns.push_back(json::Object{{"header", column.header}, {"meaning", column.meaning}});
    json::Array losses;
    for (std::size_t i = 0; i < limit_of(understood.losses.size(), most); ++i)
        losses.push_back(
            json::Object{{"path", understood.losses[i].path}, {"why", understood.losses[i].why}});
    json::Array revoked;
    for (const std::string& id : plan.revoked) revoked.emplace_back(id);
    json::Array statements;
    std::size_t objects = 0;
    for (const Portion& portion : plan.portions) {
        objects += portion.objects.size();
        statements.push_back(json::Object{{"audience", ledger::audience_json(portion.audience)},
                                          {"objects", portion.objects.size()}});
    }
    return {{"kind", to_string(understood.kind)},
            {"title", understood.title},
            {"objects", objects},
            {"kinds", std::move(kinds)},
            {"repeated", understood.repeated},
            {"understood", std::move(entries)},
            {"left_out", lines_json(understood.not_taken, most)},
            {"not_understood", lines_json(understood.errors, most)},
            {"columns", std::move(columns)},
            {"lost", std::move(losses)},
            {"unchanged", plan.unchanged},
            {"renewed", plan.renewed},
            {"revoked", std::move(revoked)},
            {"statements", std::move(statements)}};
}

}  // namespace comity::intelligence
