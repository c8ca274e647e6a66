// A picture as a list of strokes, areas and words, in points from the upper left corner; written as SVG or
// PNG. The same drawing, the same bytes of SVG.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace comity::development {

struct Spot {
    double x = 0;
    double y = 0;
};

// "#rrggbb".
using Colour = std::string;

struct Stroke {
    std::vector<Spot> through;
    Colour colour;
    double width = 1;
    bool dashed = false;
};
struct Area {
    std::vector<Spot> around;
    Colour colour;
    double opacity = 1;
};
struct Disc {
    Spot centre;
    double radius = 1;
    Colour fill;
    Colour edge;
    std::string title;  // what it is: a tooltip in SVG
};
struct Words {
    Spot at;  // the base line's begin, middle or end
    std::string text;
    double size = 12;
    Colour colour;
    enum class Anchor { kStart, kMiddle, kEnd } anchor = Anchor::kStart;
};

struct Drawing {
    double width = 0;
    double height = 0;
    std::string title;  // for who cannot see it
    std::vector<std::variant<Stroke, Area, Disc, Words>> parts;
};

std::string write_svg(const Drawing& drawing);
// Twice as many pixels as points. kInternal where the picture is too large to be made.
Result<std::string> write_png(const Drawing& drawing);

}  // namespace comity::development
