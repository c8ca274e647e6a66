// What the answers share: parameters, datasets told, figures of a year.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "development/answer/answer.h"
#include "development/observatory/queries.h"

namespace comity::development {

inline constexpr int kMostCarried = 20;  // years that a figure may stand for

// Reads an answer's parameters. kInvalid names the parameter.
class QueryReader {
  public:
    explicit QueryReader(const Query& query) : query_(query) {}

    std::optional<std::string_view> text(
        std::string_view name) const;  // the first; nothing where it is empty
    Result<std::string> required(std::string_view name) const;
    Result<std::optional<std::int64_t>> integer(std::string_view name, std::int64_t min,
                                                std::int64_t max) const;
    Result<std::optional<double>> number(std::string_view name, double min, double max) const;
    Result<bool> flag(std::string_view name) const;  // "true", "false"; false where it is absent
    Result<std::optional<std::string>> place(std::string_view name) const;  // alpha-3

    // ?year= or ?from= and ?to=, within what there is.
    struct Years {
        int first = 0;
        int last = 0;
    };
    Result<Years> years(int first, int last) const;

  private:
    const Query& query_;
};

// A dataset as answers name it, with its statement.
json::Object dataset_form(const Dataset& dataset);
json::Value number_or_null(const std::optional<double>& value);
std::string name_of(std::string_view place);
// What the dataset's figure can be, as bounds of forecasts have it.
double low_of(const DatasetBody& body);

// The figure that a series has for a year: that year's, or the last of up to `carry` years before. A censored
// one counts for half of what it is below.
struct YearFigure {
    double value = 0;
    int year = 0;
    Known known = Known::kStated;
};
std::optional<YearFigure> figure_of(const Series& series, int year, int carry);

}  // namespace comity::development
