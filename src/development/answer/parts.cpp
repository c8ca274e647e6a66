#include "development/answer/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "development/place/place.h"

namespace comity::development {
namespace {

template <typename Number>
std::optional<Number> read(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::string_view> QueryReader::text(std::string_view name) const {
    const auto at = std::ranges::find(query_, name, &Query::value_type::first);
    if (at == query_.end() || at->second.empty()) return std::nullopt;
    return at->second;
}

Result<std::string> QueryReader::required(std::string_view name) const {
    const auto found = text(name);
    if (!found) return invalid(std::string(name), "is missing", fmt::format("say {}=...", name));
    return std::string(*found);
}

Result<std::optional<std::int64_t>> QueryReader::integer(std::string_view name, std::int64_t min,
                                                         std::int64_t max) const {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto value = read<std::int64_t>(*found);
    if (!value || *value < min || *value > max)
        return invalid(std::string(name),
                       fmt::format("'{}' is no whole number from {} to {}", shown(*found, 40), min, max));
    return *value;
}

Result<std::optional<double>> QueryReader::number(std::string_view name, double min, double max) const {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto value = read<double>(*found);
    if (!value || !(*value >= min && *value <= max))
        return invalid(std::string(name),
                       fmt::format("'{}' is no number from {} to {}", shown(*found, 40), min, max));
    return *value;
}

Result<bool> QueryReader::flag(std::string_view name) const {
    const auto found = text(name);
    if (!found || *found == "false") return false;
    if (*found == "true") return true;
    return invalid(std::string(name), "is neither true nor false");
}

Result<std::optional<std::string>> QueryReader::place(std::string_view name) const {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const Place* place = place_of(*found, CodeSpace::kIso);
    if (place == nullptr)
        return invalid(std::string(name), fmt::format("'{}' is no place", shown(*found, 40)),
                       "use a code of ISO 3166-1");
    return std::string(place->code);
}

Result<QueryReader::Years> QueryReader::years(int first, int last) const {
    COMITY_TRY(const auto year, integer("year", kFirstYear, kLastYear));
    if (year) return Years{static_cast<int>(*year), static_cast<int>(*year)};
    COMITY_TRY(const auto from, integer("from", kFirstYear, kLastYear));
    COMITY_TRY(const auto to, integer("to", kFirstYear, kLastYear));
    const Years out{static_cast<int>(from.value_or(first)), static_cast<int>(to.value_or(last))};
    if (out.first > out.last) return invalid("from", fmt::format("{} is after {}", out.first, out.last));
    return out;
}

json::Object dataset_form(const Dataset& dataset) {
    json::Object out = dataset_json(dataset.body);
    out["author"] = dataset.author;
    out["statement"] = dataset.statement.hex();
    out["places"] = dataset.places;
    out["figures"] = dataset.figures;
    out["first_year"] = dataset.first_year;
    out["last_year"] = dataset.last_year;
    return out;
}

json::Value number_or_null(const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return *value;
}

std::string name_of(std::string_view place) {
    const Place* found = find_place(place);
    return std::string(found == nullptr ? place : found->name);
}

double low_of(const DatasetBody& body) {
    return body.low.value_or(0);
}

std::optional<YearFigure> figure_of(const Series& series, int year, int carry) {
    const auto after = std::ranges::upper_bound(series.points, year, {}, &Point::year);
    if (after == series.points.begin()) return std::nullopt;
    const Point& point = *(after - 1);
    if (point.year < year - carry) return std::nullopt;
    return YearFigure{point.known == Known::kBelow ? point.value / 2 : point.value, point.year, point.known};
}

}  // namespace comity::development
