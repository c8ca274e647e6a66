#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/answer/parts.h"

namespace comity::intelligence {
namespace {

using search::Kind;
using search::make_term;

constexpr std::int64_t kMaxPage = 1000;
constexpr std::int64_t kUsualPage = 100;
constexpr std::size_t kMaxAsked = 2000;  // bytes of a value or of words

void need_words(search::Query& query, std::string_view text) {
    for (const std::string& word : search::words_of(text)) query.need(make_term(Kind::kWord, word));
}

Result<void> need_value(search::Query& query, std::string_view name, std::string_view text) {
    auto ranges = search::value_ranges(text);
    if (ranges.empty()) return invalid(std::string(name), "is blank");
    query.needs.push_back(std::move(ranges));
    return {};
}

// An id, a value, or words: told by what it looks like. One word may be a name (of a file, of malware) too.
Result<void> read_q(search::Query& query, std::string_view text) {
    if (const auto id = ObjectId::parse(text)) {
        query.id = *id;
        return {};
    }
    auto ranges = search::value_ranges(text);
    if (ranges.empty()) return invalid("q", "is blank");
    const bool value = ranges.front().first.front() != static_cast<char>(Kind::kOther);
    const auto words = search::words_of(text);
    if (!value && words.size() == 1) {
        const std::string word = make_term(Kind::kWord, words.front());
        ranges.push_back({word, word});
    }
    if (value || words.size() < 2) {
        query.needs.push_back(std::move(ranges));
    } else {
        need_words(query, text);
    }
    return {};
}

Result<search::Query> read_query(const Parameters& parameters) {
    search::Query query;
    for (const std::string_view name : {"q", "value", "text", "label"}) {
        const auto text = parameter(parameters, name);
        if (text && text->size() > kMaxAsked)
            return invalid(std::string(name), fmt::format("has more than {} bytes", kMaxAsked));
    }
    if (const auto text = parameter(parameters, "q")) COMITY_CHECK(read_q(query, *text));
    if (const auto text = parameter(parameters, "value")) COMITY_CHECK(need_value(query, "value", *text));
    if (const auto text = parameter(parameters, "text")) {
        need_words(query, *text);
        if (query.needs.empty()) return invalid("text", "has no word in it");
    }
    for (const auto& [name, value] : parameters) {
        if (name == "type" && !value.empty()) {
            if (auto checked = check_type_name(value); !checked)
                return within("type", std::move(checked).error());
            query.types.push_back(value);
        } else if (name == "property" && !value.empty()) {
            const std::size_t equals = value.find('=');
            const std::string_view path = std::string_view(value).substr(0, equals);
            if (equals == std::string::npos || path.empty())
                return invalid("property", fmt::format("'{}' has no name and value", shown(value, 80)),
                               "write it as relationship_type=uses");
            if (path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos)
                return invalid("property", fmt::format("'{}' has a name without letters", shown(value, 80)),
                               "write a path as external_references.external_id");
            query.properties.emplace_back(value.substr(0, equals), value.substr(equals + 1));
        }
    }
    if (query.types.size() == 1) query.need(make_term(Kind::kType, query.types.front()));
    if (const auto member = parameter(parameters, "source")) query.need(make_term(Kind::kSource, *member));
    if (const auto label = parameter(parameters, "label"))
        query.need(make_term(Kind::kLabel, search::folded(*label)));
    if (const auto label = parameter(parameters, "tlp")) {
        auto parsed = ledger::parse_tlp(*label);
        if (!parsed) return invalid("tlp", parsed.error().what, "clear, green, amber, amber+strict or red");
        query.marking = *parsed;
    }
    if (parameter(parameters, "confidence")) {
        COMITY_TRY(const std::int64_t confidence, number(parameters, "confidence", 0, 100, 0));
        query.confidence = static_cast<int>(confidence);
    }
    for (const auto& [name, time] : {std::pair("since", &query.since), std::pair("until", &query.until)}) {
        const auto text = parameter(parameters, name);
        if (!text) continue;
        auto parsed = parse_time(*text);
        if (!parsed) return within(name, std::move(parsed).error());
        *time = *parsed;
    }
    if (const auto versions = parameter(parameters, "versions")) {
        if (*versions != "all" && *versions != "last") return invalid("versions", "is neither all nor last");
        query.all_versions = *versions == "all";
    }
    return query;
}

}  // namespace

Result<std::string> answer_search(const Asking& asking, const Parameters& parameters) {
    COMITY_TRY(const search::Query query, read_query(parameters));
    search::Page page;
    COMITY_TRY(const std::int64_t limit, number(parameters, "limit", 1, kMaxPage, kUsualPage));
    page.limit = static_cast<std::size_t>(limit);
    if (const auto cursor = parameter(parameters, "cursor")) {
        const auto before = parse_time(*cursor);
        if (!before)
            return invalid("cursor", "is none of this list's", "take it from the last page's 'next'");
        page.before = *before;
    }
    COMITY_TRY(const search::Hits hits, search::find(asking.session, asking.readable, query, page));
    std::vector<std::string> ids;
    for (const search::Hit& hit : hits.found) ids.push_back(hit.row.id.text());
    COMITY_TRY(const auto verdicts, search::find_verdicts(asking.session, asking.readable, ids));
    std::string items;
    for (const search::Hit& hit : hits.found) {
        json::Object head{{"id", hit.row.id.text()},
                          {"type", hit.row.id.type},
                          {"name", hit.facts.name},
                          {"version", version_json(hit.row)}};
        COMITY_TRY(json::Object copy, copy_json(asking, hit));
        for (auto& member : copy) head.emplace(member.key(), std::move(member.value()));
        head["confidence"] = confidence_json(hit, verdicts.at(hit.row.id.text()), asking.now);
        if (!items.empty()) items += ',';
        items += with_object(head, hit.data);
    }
    const std::string next =
        hits.more ? json::write(json::Value(format_time_micros(hits.found.back().row.added))) : "null";
    return fmt::format(R"({{"items":[{}],"next":{}}})", items, next);
}

}  // namespace comity::intelligence
