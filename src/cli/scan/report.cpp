#include "cli/scan/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "cli/output.h"
#include "cli/scan/listed_json.h"
#include "crypto/random.h"
#include "intelligence/stix/identifier.h"
#include "ledger/audience.h"

namespace comity::cli {

using intelligence::match::About;
using intelligence::match::Finding;
using intelligence::match::left_out_json;
using intelligence::match::LeftOut;
using intelligence::match::PatternFinding;
using intelligence::match::ScanTotals;

json::Object finding_json(const Finding& finding) {
    json::Array indicators;
    for (const About& about : finding.abouts) indicators.push_back(about_json(about));
    // A log may hold bytes that no JSON does.
    const auto text = [](const std::string& bytes) { return printable(bytes); };
    json::Object out{{"file", text(finding.file)},      {"line", finding.line},
                     {"offset", finding.offset},        {"size", finding.size},
                     {"kind", to_string(finding.kind)}, {"value", text(finding.value)},
                     {"met", text(finding.met)}};
    if (!finding.field.empty()) out["field"] = text(finding.field);
    out["indicators"] = std::move(indicators);
    out["text"] = text(finding.text);
    return out;
}

json::Object pattern_finding_json(const PatternFinding& finding) {
    json::Array records;
    for (const PatternFinding::Place& place : finding.places) {
        records.push_back(json::Object{
            {"file", printable(place.file)}, {"line", place.line}, {"time", format_time_micros(place.at)}});
    }
    json::Array indicators;
    if (!finding.pattern->about.id.empty()) indicators.push_back(about_json(finding.pattern->about));
    return {{"kind", "pattern"},
            {"pattern", printable(finding.pattern->text)},
            {"indicators", std::move(indicators)},
            {"records", std::move(records)}};
}

namespace {

constexpr std::size_t kMaxPatternShown = 100;  // bytes

constexpr std::size_t kMaxResults = 100'000;  // of a SARIF file

std::string finding_sources(const Finding& finding) {
    std::set<std::string> sources;
    for (const About& about : finding.abouts) sources.insert(printable(about.source));
    return fmt::format("{}", fmt::join(sources, ", "));
}

// What people call a pattern: the indicator's name, or the pattern.
std::string pattern_name(const PatternFinding& finding) {
    const std::string& name = finding.pattern->about.name;
    return shown(printable(name.empty() ? finding.pattern->text : name), kMaxPatternShown);
}

std::string place_text(const PatternFinding::Place& place) {
    return fmt::format("{}:{}", printable(place.file), place.line);
}

// As grep prints: where, what, and the line.
class LinesReport final : public ScanReport {
  public:
    explicit LinesReport(Context& context) : context_(context) {}
    void add(const Finding& finding) override {
        const About* const best = finding.abouts.empty() ? nullptr : &finding.abouts.front();
        std::string about = finding_sources(finding);
        if (best != nullptr && best->tlp) about += fmt::format(", TLP:{}", ledger::to_string(*best->tlp));
        if (best != nullptr && best->confidence) about += fmt::format(", confidence {}", *best->confidence);
        context_.out << fmt::format("{}:{}: {} {} ({}): {}\n", printable(finding.file), finding.line,
                                    to_string(finding.kind), printable(finding.value), about,
                                    printable(finding.text));
    }
    // Where it became whole, and where each of its parts stands.
    void add(const PatternFinding& finding) override {
        std::vector<std::string> parts;
        for (const PatternFinding::Place& place : finding.places)
            parts.push_back(place_text(place) + " " + format_time_millis(place.at));
        const About& about = finding.pattern->about;
        std::string said = printable(about.source);
        if (about.tlp) said += fmt::format(", TLP:{}", ledger::to_string(*about.tlp));
        if (about.confidence) said += fmt::format(", confidence {}", *about.confidence);
        context_.out << fmt::format("{}: pattern {} ({}): {}\n", place_text(finding.places.back()),
                                    pattern_name(finding), said, fmt::join(parts, ", "));
    }
    void unwatched(const LeftOut&) override {}
    void finish(const ScanTotals&) override {}

  private:
    Context& context_;
};

class JsonLinesReport final : public ScanReport {
  public:
    explicit JsonLinesReport(Context& context) : context_(context) {}
    void add(const Finding& finding) override {
        context_.out << printable_json(json::write(json::Value(finding_json(finding)))) << '\n';
    }
    void add(const PatternFinding& finding) override {
        context_.out << printable_json(json::write(json::Value(pattern_finding_json(finding)))) << '\n';
    }
    void unwatched(const LeftOut& left) override {
        json::Object out = left_out_json(left);
        json::Object line{{"kind", "not-looked-for"}};
        for (const auto& each : out) line[each.key()] = each.value();
        context_.out << printable_json(json::write(line)) << '\n';
    }
    void finish(const ScanTotals&) override {}

  private:
    Context& context_;
};

// A row for each value.
class TableReport final : public ScanReport {
  public:
    explicit TableReport(Context& context) : context_(context) {}
    void add(const Finding& finding) override {
        auto [row, first] = rows_.try_emplace({finding.value, std::string(to_string(finding.kind))});
        ++row->second.count;
        if (first) {
            row->second.where = fmt::format("{}:{}", printable(finding.file), finding.line);
            row->second.sources = finding_sources(finding);
        }
    }
    void add(const PatternFinding& finding) override {
        auto [row, first] = rows_.try_emplace({pattern_name(finding), "pattern"});
        ++row->second.count;
        if (!first) return;
        row->second.where = place_text(finding.places.front());
        row->second.sources = printable(finding.pattern->about.source);
    }
    void unwatched(const LeftOut&) override {}
    void finish(const ScanTotals&) override {
        std::vector<std::pair<std::uint64_t, std::vector<std::string>>> rows;
        for (const auto& [key, row] : rows_)
            rows.push_back(
                {row.count,
                 {printable(key.first), key.second, std::to_string(row.count), row.where, row.sources}});
        std::ranges::sort(rows, [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        std::vector<std::vector<std::string>> cells;
        for (auto& [count, row] : rows) cells.push_back(std::move(row));
        print_table(context_, {"VALUE", "KIND", "MET", "FIRST", "SOURCES"}, cells,
                    "nothing that is listed was met");
    }

  private:
    struct Row {
        std::uint64_t count = 0;
        std::string where;
        std::string sources;
    };
    Context& context_;
    std::map<std::pair<std::string, std::string>, Row> rows_;
};

// SARIF 2.1.0 (OASIS): what tools that show findings in files read.
class SarifReport final : public ScanReport {
  public:
    explicit SarifReport(Context& context) : context_(context) {}
    void add(const Finding& finding) override {
        kinds_.insert(std::string(to_string(finding.kind)));
        if (results_.size() >= kMaxResults) {
            ++left_;
            return;
        }
        json::Object region{
            {"startLine", finding.line}, {"byteOffset", finding.offset}, {"byteLength", finding.size}};
        json::Object place{{"artifactLocation", json::Object{{"uri", printable(finding.file)}}},
                           {"region", std::move(region)}};
        results_.push_back(json::Object{
            {"ruleId", to_string(finding.kind)},
            {"level", "warning"},
            {"message", json::Object{{"text", fmt::format("{} is listed by {}", printable(finding.value),
                                                          finding_sources(finding))}}},
            {"locations", json::Array{json::Object{{"physicalLocation", std::move(place)}}}},
            {"properties", json::Object{{"indicators", finding_json(finding)["indicators"]}}}});
    }
    void add(const PatternFinding& finding) override {
        kinds_.insert("pattern");
        if (results_.size() >= kMaxResults) {
            ++left_;
            return;
        }
        json::Array places;
        for (const PatternFinding::Place& place : finding.places) {
            json::Object where{{"artifactLocation", json::Object{{"uri", printable(place.file)}}},
                               {"region", json::Object{{"startLine", place.line}}}};
            places.push_back(json::Object{{"physicalLocation", std::move(where)}});
        }
        json::Value last = places.back();
        places.pop_back();
        results_.push_back(json::Object{
            {"ruleId", "pattern"},
            {"level", "warning"},
            {"message", json::Object{{"text", fmt::format("matches {}", pattern_name(finding))}}},
            {"locations", json::Array{std::move(last)}},
            {"relatedLocations", std::move(places)},
            {"properties", json::Object{{"indicators", pattern_finding_json(finding)["indicators"]}}}});
    }
    void unwatched(const LeftOut& left) override { unwatched_ = left; }
    void finish(const ScanTotals& totals) override {
        json::Array rules;
        for (const std::string& kind : kinds_) rules.push_back(json::Object{{"id", kind}});
        json::Object driver{{"name", "comity scan"}, {"rules", std::move(rules)}};
        json::Object run{{"tool", json::Object{{"driver", std::move(driver)}}},
                         {"results", std::move(results_)},
                         {"properties", json::Object{{"bytes", totals.bytes},
                                                     {"lines", totals.lines},
                                                     {"findings", totals.findings},
                                                     {"left_out", left_},
                                                     {"not_looked_for", left_out_json(unwatched_)}}}};
        print_json(context_, json::Object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                          {"version", "2.1.0"},
                                          {"runs", json::Array{std::move(run)}}});
    }

  private:
    Context& context_;
    std::set<std::string> kinds_;
    json::Array results_;
    std::uint64_t left_ = 0;
    LeftOut unwatched_;
};

std::string random_object_id(std::string type) {
    intelligence::ObjectId id{std::move(type), {}};
    const Bytes random = crypto::random_bytes(id.uuid.bytes.size());
    std::ranges::copy(random, id.uuid.bytes.begin());
    id.uuid.bytes[6] = static_cast<std::uint8_t>((id.uuid.bytes[6] & 0x0f) | 0x40);
    id.uuid.bytes[8] = static_cast<std::uint8_t>((id.uuid.bytes[8] & 0x3f) | 0x80);
    return id.text();
}

// A bundle of sightings, one for each indicator: what `comity share` takes. Where it was seen is not in it.
class StixReport final : public ScanReport {
  public:
    explicit StixReport(Context& context) : context_(context) {}
    void add(const Finding& finding) override {
        for (const About& about : finding.abouts) {
            if (!about.id.empty()) ++counts_[about.id];
        }
    }
    void add(const PatternFinding& finding) override {
        if (!finding.pattern->about.id.empty()) ++counts_[finding.pattern->about.id];
    }
    void unwatched(const LeftOut&) override {}
    void finish(const ScanTotals&) override {
        const std::string now = format_time_millis(context_.clock->now());
        json::Array objects;
        for (const auto& [id, count] : counts_) {
            objects.push_back(json::Object{{"type", "sighting"},
                                           {"spec_version", "2.1"},
                                           {"id", random_object_id("sighting")},
                                           {"created", now},
                                           {"modified", now},
                                           {"last_seen", now},
                                           {"count", std::min<std::uint64_t>(count, 999'999'999)},
                                           {"sighting_of_ref", id}});
        }
        print_json(context_, json::Object{{"type", "bundle"},
                                          {"id", random_object_id("bundle")},
                                          {"objects", std::move(objects)}});
    }

  private:
    Context& context_;
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

Result<std::unique_ptr<ScanReport>> ScanReport::make(const std::string& form, Context& context) {
    if (form == "lines") return std::make_unique<LinesReport>(context);
    if (form == "jsonl") return std::make_unique<JsonLinesReport>(context);
    if (form == "table") return std::make_unique<TableReport>(context);
    if (form == "sarif") return std::make_unique<SarifReport>(context);
    if (form == "stix") return std::make_unique<StixReport>(context);
    return invalid("--output", fmt::format("'{}' is no form", form), "lines, jsonl, table, sarif or stix");
}

}  // namespace comity::cli
