#include "intelligence/alert/rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/indicator/classify.h"
#include "intelligence/search/term.h"
#include "intelligence/stix/identifier.h"
#include "json/fields.h"
#include "json/words.h"
#include "ledger/statement.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxWatched = 10'000;  // of one kind
constexpr std::size_t kMaxWatchedText = 300;
constexpr std::size_t kLeastWord = 3;  // bytes: shorter ones are met in everything
constexpr std::int64_t kMostAcknowledge = 30 * 86'400;
constexpr std::int64_t kMostPerHour = 100'000;

// As value_terms() spells it, if it is of one of those kinds.
Result<std::string> one_spelling(const std::string& text, std::string_view kinds, const std::string& where,
                                 std::string_view what) {
    const auto terms = search::value_terms(text);
    if (terms.empty() || !kinds.contains(terms.front().front()))
        return invalid(where, fmt::format("\"{}\" is no {}", shown(text, 80), what));
    return search::text_of_term(terms.front());
}

Result<std::vector<std::string>> watched_list(json::Fields& fields, std::string_view name) {
    COMITY_TRY(auto list, fields.optional_texts(name, kMaxWatched));
    for (std::string& text : list) {
        text = std::string(trimmed(text));
        if (text.empty() || text.size() > kMaxWatchedText)
            return invalid(fields.path(name),
                           fmt::format("has one that is blank or over {} bytes", kMaxWatchedText));
    }
    return list;
}

void tidy_watched(std::vector<std::string>& list) {
    std::ranges::sort(list);
    const auto repeated = std::ranges::unique(list);
    list.erase(repeated.begin(), repeated.end());
}

Result<void> read_watched(json::Fields& fields, AlertRule& rule) {
    COMITY_TRY(rule.networks, watched_list(fields, "networks"));
    for (std::string& text : rule.networks) {
        COMITY_TRY(text, one_spelling(text, "an", fields.path("networks"), "address or network"));
    }
    COMITY_TRY(rule.domains, watched_list(fields, "domains"));
    for (std::string& text : rule.domains) {
        COMITY_TRY(text, one_spelling(text, "d", fields.path("domains"), "domain name"));
    }
    COMITY_TRY(rule.words, watched_list(fields, "words"));
    for (const std::string& text : rule.words) {
        std::size_t size = 0;
        for (const std::string& word : search::words_of(text)) size += word.size();
        if (size < kLeastWord)
            return invalid(fields.path("words"),
                           fmt::format("\"{}\" is too short to be watched for", shown(text, 80)));
    }
    COMITY_TRY(rule.sectors, watched_list(fields, "sectors"));
    for (std::string& text : rule.sectors) text = search::folded(text);
    COMITY_TRY(rule.technologies, watched_list(fields, "technologies"));
    for (const std::string& text : rule.technologies) {
        if (search::words_of(text).empty())
            return invalid(fields.path("technologies"),
                           fmt::format("\"{}\" has no word in it", shown(text, 80)));
    }
    COMITY_TRY(rule.types, watched_list(fields, "types"));
    for (const std::string& type : rule.types) {
        if (auto good = check_type_name(type); !good)
            return within(fields.path("types"), std::move(good).error());
    }
    COMITY_TRY(rule.sources, watched_list(fields, "sources"));
    for (const std::string& source : rule.sources)
        COMITY_CHECK(ledger::check_member_id(source, fields.path("sources")));
    for (auto* list : {&rule.networks, &rule.domains, &rule.words, &rule.sectors, &rule.technologies,
                       &rule.types, &rule.sources})
        tidy_watched(*list);
    return {};
}

}  // namespace

Result<AlertRule> parse_rule(const json::Value& form, const std::string& member) {
    COMITY_TRY(json::Fields fields, json::Fields::of(form, "rule"));
    AlertRule rule;
    rule.member = member;
    COMITY_TRY(rule.name, fields.text("name", 1, 64));
    COMITY_CHECK(ledger::check_member_id(rule.name, fields.path("name")));
    COMITY_CHECK(read_watched(fields, rule));
    COMITY_TRY(const auto confidence, fields.optional_integer("min_confidence", 0, 100));
    if (confidence) rule.min_confidence = static_cast<int>(*confidence);
    COMITY_TRY(rule.sightings, fields.boolean("sightings", false));
    COMITY_TRY(rule.scans, fields.boolean("scans", false));
    COMITY_TRY(const auto severity, fields.optional_text("severity", 1, 20));
    if (severity) {
        COMITY_TRY(rule.severity, parse_severity(*severity, fields.path("severity")));
    }
    COMITY_TRY(rule.measures, fields.optional_texts("measures", kMaxAlertMeasures / 2));
    for (const std::string& measure : rule.measures) {
        if (measure.empty() || measure.size() > kMaxMeasure)
            return invalid(fields.path("measures"),
                           fmt::format("has one that is not 1 to {} bytes", kMaxMeasure));
    }
    rule.audience = {ledger::Tlp::kAmberStrict, {member}, {}, {}};
    if (const json::Value* audience = fields.any("audience")) {
        COMITY_TRY(rule.audience, ledger::parse_audience(*audience, fields.path("audience")));
    }
    COMITY_TRY(const auto within_seconds, fields.optional_integer("acknowledge_within", 0, kMostAcknowledge));
    rule.acknowledge_within = within_seconds.value_or(rule.acknowledge_within);
    COMITY_TRY(const auto per_hour, fields.optional_integer("per_hour", 1, kMostPerHour));
    rule.per_hour = per_hour.value_or(rule.per_hour);
    COMITY_CHECK(fields.nothing_else());
    if (rule.networks.empty() && rule.domains.empty() && rule.words.empty() && rule.sectors.empty() &&
        rule.technologies.empty() && rule.types.empty() && rule.sources.empty() && !rule.min_confidence &&
        !rule.scans)
        return invalid("rule", "watches for nothing",
                       "name networks, domains, words, sectors or technologies");
    return rule;
}

json::Object rule_json(const AlertRule& rule, bool stored) {
    json::Object out{{"name", rule.name},
                     {"networks", json::array_of(rule.networks)},
                     {"domains", json::array_of(rule.domains)},
                     {"words", json::array_of(rule.words)},
                     {"sectors", json::array_of(rule.sectors)},
                     {"technologies", json::array_of(rule.technologies)},
                     {"types", json::array_of(rule.types)},
                     {"sources", json::array_of(rule.sources)}};
    if (rule.min_confidence) out["min_confidence"] = *rule.min_confidence;
    out["sightings"] = rule.sightings;
    out["scans"] = rule.scans;
    out["severity"] = to_string(rule.severity);
    out["measures"] = json::array_of(rule.measures);
    out["audience"] = ledger::audience_json(rule.audience);
    out["acknowledge_within"] = rule.acknowledge_within;
    out["per_hour"] = rule.per_hour;
    if (!stored) return out;
    out["member"] = rule.member;
    out["created"] = format_time_millis(rule.created);
    return out;
}

}  // namespace comity::intelligence
