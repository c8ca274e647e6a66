#include "development/observatory/dataset.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>

#include "development/observatory/names.h"
#include "development/place/place.h"
#include "json/fields.h"
#include "json/number.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxDatasetText = 500;
constexpr std::size_t kMaxNote = 4000;
constexpr std::size_t kPacked = 11;  // bytes of a point
constexpr std::array<std::string_view, 5> kKnown{"stated", "estimated", "provisional", "projected", "below"};

Result<std::optional<double>> bound(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) return invalid(fields.path(name), "is no number");
    return value->to_number<double>();
}

Result<std::string> optional(json::Fields& fields, std::string_view name, std::size_t max = kMaxDatasetText) {
    COMITY_TRY(auto text, fields.optional_text(name, 1, max));
    return std::move(text).value_or("");
}

Result<Point> parse_point(const json::Value& value, const std::string& where, const DatasetBody& dataset) {
    const json::Array* parts = value.if_array();
    if (parts == nullptr || parts->size() < 2 || parts->size() > 3 || !(*parts)[0].is_int64() ||
        !(*parts)[1].is_number())
        return invalid(where, "is no point", "write [year, value] or [year, value, \"estimated\"]");
    Point point;
    const std::int64_t year = (*parts)[0].get_int64();
    if (year < kFirstYear || year > kLastYear)
        return invalid(where, fmt::format("{} is no year between {} and {}", year, kFirstYear, kLastYear));
    point.year = static_cast<int>(year);
    point.value = (*parts)[1].to_number<double>();
    if (auto fault = bounds_fault(point.value, dataset.low, dataset.high))
        return invalid(where, *std::move(fault));
    if (parts->size() == 3) {
        const auto known = (*parts)[2].is_string() ? parse_known((*parts)[2].get_string()) : std::nullopt;
        if (!known || *known == Known::kStated)
            return invalid(where, "does not say how it is known",
                           "use estimated, provisional, projected or below, or leave it out");
        point.known = *known;
    }
    return point;
}

}  // namespace

std::string_view to_string(Known known) {
    return kKnown[static_cast<std::size_t>(known)];
}

std::optional<Known> parse_known(std::string_view text) {
    for (std::size_t i = 0; i < kKnown.size(); ++i)
        if (kKnown[i] == text) return static_cast<Known>(i);
    return std::nullopt;
}

std::optional<std::string> bounds_fault(double value, const std::optional<double>& low,
                                        const std::optional<double>& high) {
    if (!std::isfinite(value)) return "is not finite";
    if (low && value < *low) return fmt::format("{} is below {}, which the figure can't be", value, *low);
    if (high && value > *high) return fmt::format("{} is above {}, which the figure can't be", value, *high);
    return std::nullopt;
}

Result<DatasetBody> parse_dataset(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    DatasetBody out;
    COMITY_TRY(out.indicator, fields.text("indicator", 1, 64));
    COMITY_CHECK(check_name(out.indicator, "body.indicator"));
    COMITY_TRY(out.title, optional(fields, "title"));
    COMITY_TRY(out.unit, fields.text("unit", 1, 100));
    COMITY_TRY(out.source, fields.text("source", 1, 64));
    COMITY_CHECK(check_name(out.source, "body.source"));
    COMITY_TRY(out.publisher, optional(fields, "publisher"));
    COMITY_TRY(out.licence, fields.text("licence", 1, 100));
    COMITY_TRY(out.edition, fields.text("edition", 1, 100));
    COMITY_TRY(const auto revision, fields.optional_integer("revision", 0, 1'000'000));
    out.revision = revision.value_or(0);
    COMITY_TRY(out.confidence, fields.optional_integer("confidence", 0, 100));
    COMITY_TRY(out.url, optional(fields, "url", 2000));
    COMITY_TRY(out.note, optional(fields, "note", kMaxNote));
    COMITY_TRY(out.low, bound(fields, "low"));
    COMITY_TRY(out.high, bound(fields, "high"));
    if (out.low && out.high && *out.low >= *out.high) return invalid("body.high", "is not above body.low");
    fields.any("objects");
    COMITY_CHECK(fields.nothing_else());
    return out;
}

json::Object dataset_json(const DatasetBody& body) {
    json::Object out{{"indicator", body.indicator}};
    const auto add = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) out[name] = text;
    };
    add("title", body.title);
    out["unit"] = body.unit;
    out["source"] = body.source;
    add("publisher", body.publisher);
    out["licence"] = body.licence;
    out["edition"] = body.edition;
    if (body.revision > 0) out["revision"] = body.revision;
    if (body.confidence) out["confidence"] = *body.confidence;
    add("url", body.url);
    add("note", body.note);
    if (body.low) out["low"] = *body.low;
    if (body.high) out["high"] = *body.high;
    return out;
}

Result<Series> parse_series(std::string_view object, const DatasetBody& dataset) {
    COMITY_TRY(const json::Value value, json::parse(object));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "series"));
    Series series;
    COMITY_TRY(series.place, fields.text("place", 3, 3));
    if (find_place(series.place) == nullptr)
        return invalid("series.place", fmt::format("'{}' is no place", series.place),
                       "use the alpha-3 code of ISO 3166-1, in capitals");
    COMITY_TRY(const json::Array* points,
               fields.array("points", 1, static_cast<std::size_t>(kLastYear - kFirstYear + 1)));
    COMITY_CHECK(fields.nothing_else());
    series.points.reserve(points->size());
    for (std::size_t i = 0; i < points->size(); ++i) {
        const std::string where = fmt::format("series.points[{}]", i);
        COMITY_TRY(const Point point, parse_point((*points)[i], where, dataset));
        if (!series.points.empty() && point.year <= series.points.back().year)
            return invalid(
                where, fmt::format("the year {} does not follow {}", point.year, series.points.back().year),
                "each year once, rising");
        series.points.push_back(point);
    }
    return series;
}

std::string series_json(const Series& series) {
    json::Array points;
    for (const Point& point : series.points) {
        json::Array one{point.year, json::number(point.value)};
        if (point.known != Known::kStated) one.emplace_back(to_string(point.known));
        points.push_back(std::move(one));
    }
    return json::write(json::Object{{"place", series.place}, {"points", std::move(points)}});
}

Bytes pack(const std::vector<Point>& points) {
    Bytes out;
    out.reserve(points.size() * kPacked);
    for (const Point& point : points) {
        append_u16(out, static_cast<std::uint16_t>(point.year));
        out.push_back(static_cast<std::uint8_t>(point.known));
        append_u64(out, std::bit_cast<std::uint64_t>(point.value));
    }
    return out;
}

std::vector<Point> unpack(ByteView bytes) {
    std::vector<Point> out;
    out.reserve(bytes.size() / kPacked);
    for (; bytes.size() >= kPacked; bytes = bytes.subspan(kPacked)) {
        const auto known = bytes[2] < kKnown.size() ? static_cast<Known>(bytes[2]) : Known::kStated;
        out.push_back({bytes[0] << 8 | bytes[1], std::bit_cast<double>(read_u64(bytes.subspan(3))), known});
    }
    return out;
}

}  // namespace comity::development
