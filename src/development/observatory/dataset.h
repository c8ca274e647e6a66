// development.dataset: what one source says of one indicator, in one edition: a statement's body and the
// series that it carries as objects, so that each place's figures have their own short proof.
//
//     body {"indicator":"internet_users", "title"?, "unit":"% of population", "source":"wdi", "publisher"?,
//           "licence":"CC-BY-4.0", "edition":"2024-10", "revision"?: 0, "confidence"?: 0 to 100, "url"?,
//           "note"?, "low"?: 0, "high"?: 100, "objects":{"count","root"}}
//         unit: of the values. low and high: what the figure can be; a value beyond them is refused.
//         edition: of the source; a later one (by its bytes) replaces an earlier one of the same author,
//         source and indicator, and so does a higher revision of the same edition.
//     an object {"place":"RWA", "points":[[1990,0],[1996,2.77,"estimated"],...]}
//         place: ISO 3166-1 alpha-3, each once; years rising; after a value may stand how it is known:
//         estimated, provisional, projected, or below: the true value is less than this one (censored).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "json/value.h"

namespace comity::development {

inline constexpr std::string_view kDataset = "development.dataset";
inline constexpr int kFirstYear = 1500;
inline constexpr int kLastYear = 2200;

// How a value is known. The numbers stand in the view's tables.
enum class Known : std::uint8_t { kStated = 0, kEstimated = 1, kProvisional = 2, kProjected = 3, kBelow = 4 };
std::string_view to_string(Known known);  // "stated", "estimated", ...
std::optional<Known> parse_known(std::string_view text);

struct Point {
    int year = 0;
    double value = 0;
    Known known = Known::kStated;
    friend bool operator==(const Point&, const Point&) = default;
};

struct Series {
    std::string place{};
    std::vector<Point> points{};  // years rising
    friend bool operator==(const Series&, const Series&) = default;
};

struct DatasetBody {
    std::string indicator{};
    std::string title{};
    std::string unit{};
    std::string source{};
    std::string publisher{};
    std::string licence{};
    std::string edition{};
    std::int64_t revision = 0;
    std::optional<std::int64_t> confidence{};
    std::string url{};
    std::string note{};
    std::optional<double> low{};
    std::optional<double> high{};
    friend bool operator==(const DatasetBody&, const DatasetBody&) = default;
};

// With or without `objects`, whose form is the ledger's to check. kInvalid with the field.
Result<DatasetBody> parse_dataset(const json::Value& body);
json::Object dataset_json(const DatasetBody& body);

// kInvalid with the field; values are held to the dataset's bounds.
Result<Series> parse_series(std::string_view object, const DatasetBody& dataset);
std::string series_json(const Series& series);

// As the view's tables keep points: 2 bytes of year, 1 of how it is known, 8 of the value, each.
Bytes pack(const std::vector<Point>& points);
std::vector<Point> unpack(ByteView bytes);  // what is no whole point is left out

// How bounds are broken; nothing where they hold.
std::optional<std::string> bounds_fault(double value, const std::optional<double>& low,
                                        const std::optional<double>& high);

}  // namespace comity::development
