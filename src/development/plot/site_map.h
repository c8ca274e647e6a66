// Places of one region at their coordinates, with lines between them: what is connected by what.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "development/plot/drawing.h"

namespace comity::development {

struct MapSite {
    std::string name{};
    double latitude = 0;
    double longitude = 0;
    double weight = 0;   // the disc's area grows with it
    std::string kind{};  // its colour; empty: a ring
};
struct MapLine {
    double from_latitude = 0, from_longitude = 0;
    double to_latitude = 0, to_longitude = 0;
};
struct SiteMap {
    std::string title{};
    std::string note{};
    std::string source{};
    std::vector<std::string> kinds{};  // in the order of the legend
    std::vector<MapSite> sites{};
    std::vector<MapLine> lines{};
    std::vector<MapSite> nodes{};  // small squares: what was there before
};
// Longitudes are drawn as long as they are in the middle of the map.
Drawing draw(const SiteMap& map);

}  // namespace comity::development
