#include "development/import/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/text.h"
#include "development/observatory/names.h"

namespace comity::development {
namespace {

// What a statement takes of what a file says, in bytes, with "..." behind it.
constexpr std::size_t kMaxTitle = 400;
constexpr std::size_t kMaxUnit = 90;
constexpr std::string_view kBlanks = " \t\r";

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// A dataset under way: points by place and year, with their lines.
struct Draft {
    DatasetBody body;
    std::map<std::string, std::map<int, std::pair<Point, std::size_t>>, std::less<>> cells;
};

class Assembler {
  public:
    Assembler(const Reading& reading, std::string file, const DatasetBody& about, CodeSpace codes)
        : reading_(reading), file_(std::move(file)), about_(about), codes_(codes) {
        out_.defects = reading.defects;
        std::set<std::string_view> names;
        for (const Observation& each : reading.observations) names.insert(each.indicator);
        alone_ = names.size() <= 1;
    }

    Assembled run() {
        for (const Observation& each : reading_.observations) take(each);
        for (auto& [name, draft] : drafts_) {
            Assembled::One one{std::move(draft.body), {}};
            for (auto& [place, years] : draft.cells) {
                Series series{place, {}};
                for (const auto& [year, cell] : years) series.points.push_back(cell.first);
                one.series.push_back(std::move(series));
            }
            if (!one.series.empty()) out_.datasets.push_back(std::move(one));
        }
        out_.of_aggregates.assign(aggregates_.begin(), aggregates_.end());
        return std::move(out_);
    }

  private:
    void defect(DefectKind kind, std::size_t line, std::string what, std::string mend) {
        out_.defects.push_back({kind, file_, line, std::move(what), std::move(mend)});
    }

    Draft* draft_of(const Observation& each) {
        const std::string name =
            alone_ && !about_.indicator.empty() ? about_.indicator : name_from(each.indicator);
        if (name.empty()) {
            defect(DefectKind::kBadName, each.line,
                   fmt::format("'{}' gives the indicator no name", shown(each.indicator, 60)),
                   "name it: --indicator NAME");
            return nullptr;
        }
        const auto [at, added] = drafts_.try_emplace(name);
        if (added) {
            at->second.body = about_;
            at->second.body.indicator = name;
            if (const auto note = reading_.indicators.find(each.indicator);
                note != reading_.indicators.end()) {
                if (about_.title.empty()) at->second.body.title = shown(note->second.title, kMaxTitle);
                if (about_.unit.empty()) at->second.body.unit = shown(note->second.unit, kMaxUnit);
            }
        }
        return &at->second;
    }

    void take(const Observation& each) {
        const std::string_view text = trimmed(each.place, kBlanks);
        const Place* place = place_of(text, codes_);
        if (place == nullptr && is_aggregate(text)) {
            ++out_.aggregates;
            aggregates_.emplace(text);
            return;
        }
        const auto value = read_value(each.value);
        if (value && !value->value) {
            ++out_.missing;  // whatever its place and year are, it states nothing
            return;
        }
        if (place == nullptr)
            return defect(DefectKind::kUnknownPlace, each.line,
                          fmt::format("'{}' is no place", shown(text, 60)),
                          "use codes of ISO 3166-1, or say which they are: --codes");
        const auto year = read_year(trimmed(each.year, kBlanks));
        if (!year)
            return defect(DefectKind::kImpossibleYear, each.line, year.error().what, year.error().mend);
        if (!value) return defect(DefectKind::kBadValue, each.line, value.error().what, value.error().mend);
        Draft* draft = draft_of(each);
        if (draft == nullptr) return;
        if (auto fault = bounds_fault(*value->value, draft->body.low, draft->body.high))
            return defect(DefectKind::kOutOfBounds, each.line,
                          fmt::format("{} {}: {}", place->code, *year, *std::move(fault)),
                          "mend it at the source, or leave it out");
        Point point{*year, *value->value, parse_known(each.status).value_or(Known::kStated)};
        if (value->below) point.known = Known::kBelow;
        const auto [at, added] = draft->cells[std::string(place->code)].try_emplace(*year, point, each.line);
        if (!added)
            defect(DefectKind::kDuplicate, each.line,
                   fmt::format("{} {} stands in line {} already", place->code, *year, at->second.second),
                   "keep one of them");
    }

    const Reading& reading_;
    const std::string file_;
    const DatasetBody& about_;
    const CodeSpace codes_;
    bool alone_ = false;
    std::map<std::string, Draft> drafts_;
    std::set<std::string> aggregates_;
    Assembled out_;
};

}  // namespace

Result<ReadValue> read_value(std::string_view text) {
    text = trimmed(text, kBlanks);
    static constexpr std::string_view kNone[] = {"",    "..",   "...", "NA",  "N/A",
                                                 "n/a", "null", "-",   "NaN", ":"};
    if (std::ranges::find(kNone, text) != std::end(kNone)) return ReadValue{};
    ReadValue out;
    std::string_view digits = text;
    for (const std::string_view sign : {"less than ", "Less than ", "&lt;", "<"}) {
        if (!digits.starts_with(sign)) continue;
        digits = trimmed(digits.substr(sign.size()), kBlanks);
        out.below = true;
        break;
    }
    out.value = number(digits);
    if (!out.value)
        return invalid("value", fmt::format("'{}' is no number", shown(text, 60)),
                       "write digits and a decimal point, without separators of thousands, signs or units");
    return out;
}

Result<int> read_year(std::string_view text) {
    if (text.ends_with(".0")) text.remove_suffix(2);  // as spreadsheets write it
    int year = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    if (error != std::errc{} || end != text.data() + text.size() || year < kFirstYear || year > kLastYear)
        return invalid(
            "year", fmt::format("'{}' is no year between {} and {}", shown(text, 60), kFirstYear, kLastYear),
            "figures are of whole years");
    return year;
}

Assembled assemble(const Reading& reading, const std::string& file, const DatasetBody& about,
                   CodeSpace codes) {
    return Assembler(reading, file, about, codes).run();
}

}  // namespace comity::development
