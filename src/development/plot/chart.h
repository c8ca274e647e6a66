// Pictures of what the answers say: lines over years with bands around them, and the world as marked points.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "development/plot/drawing.h"

namespace comity::development {

struct Line {
    std::string name{};
    std::vector<Spot> points{};  // x: year, y: value
    bool dashed = false;
    bool dots = false;
};
struct Band {
    std::size_t line = 0;  // whose colour it has
    std::vector<Spot> low{};
    std::vector<Spot> high{};  // the same years as low
};
struct LineChart {
    std::string title{};
    std::string unit{};
    std::string source{};  // a line at the foot: where the figures are from
    std::vector<Line> lines{};
    std::vector<Band> bands{};
    std::optional<double> low{};  // where the axis begins and ends, if not as the figures do
    std::optional<double> high{};
    std::optional<double> mark{};  // a level across: a target
};
Drawing draw(const LineChart& chart);

// A country or territory each, at its place (equirectangular): the area of its disc grows with `weight`, its
// colour with the value; one without a value is an empty ring, so that nobody is missing.
struct Marked {
    std::string place{};
    std::optional<double> value{};
    double weight = 0;
};
struct PointMap {
    std::string title{};
    std::string unit{};
    std::string source{};
    double low = 0;
    double high = 100;
    std::vector<Marked> places{};
};
Drawing draw(const PointMap& map);

}  // namespace comity::development
