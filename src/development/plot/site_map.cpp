#include "development/plot/site_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace comity::development {
namespace {

constexpr double kSiteSide = 700, kSiteTop = 54, kSiteFoot = 40, kSiteMargin = 24, kSiteLegend = 150;
constexpr double kLargest = 14;
constexpr std::string_view kSiteInk = "#222222", kSiteGrey = "#777777";
// Told apart by eyes that do not tell red from green, too (Okabe and Ito).
constexpr std::array<std::string_view, 5> kKindColours{"#0072b2", "#e69f00", "#cc79a7", "#009e73", "#56b4e9"};

// Degrees to points.
struct Region {
    double south = 90, north = -90, west = 180, east = -180;
    double squeeze = 1, scale = 1;

    void take(double latitude, double longitude) {
        south = std::min(south, latitude);
        north = std::max(north, latitude);
        west = std::min(west, longitude);
        east = std::max(east, longitude);
    }
    void fit() {
        if (south > north) south = north = west = east = 0;
        constexpr double kLeast = 0.05;  // degrees: one place alone is no region
        if (north - south < kLeast) north += kLeast;
        if (east - west < kLeast) east += kLeast;
        squeeze = std::max(0.05, std::cos((south + north) / 2 * std::numbers::pi / 180));
        scale = (kSiteSide - 2 * kSiteMargin) / std::max(north - south, (east - west) * squeeze);
    }
    double width() const { return (east - west) * squeeze * scale + 2 * kSiteMargin; }
    double height() const { return (north - south) * scale + 2 * kSiteMargin; }
    Spot at(double latitude, double longitude) const {
        return {kSiteMargin + (longitude - west) * squeeze * scale,
                kSiteTop + kSiteMargin + (north - latitude) * scale};
    }
};

std::string kind_colour(const SiteMap& map, std::string_view kind) {
    const auto at = std::ranges::find(map.kinds, kind);
    return std::string(kKindColours[static_cast<std::size_t>(at - map.kinds.begin()) % kKindColours.size()]);
}

void draw_legend(const SiteMap& map, double left, Drawing& out) {
    double y = kSiteTop + kSiteMargin;
    const auto entry = [&](Disc disc, std::string text) {
        out.parts.emplace_back(std::move(disc));
        out.parts.emplace_back(
            Words{{left + 14, y + 4}, std::move(text), 12, std::string(kSiteInk), Words::Anchor::kStart});
        y += 20;
    };
    for (const std::string& kind : map.kinds)
        entry({{left, y}, 6, kind_colour(map, kind), std::string(kSiteInk), ""}, kind);
    entry({{left, y}, 6, "#ffffff", std::string(kSiteGrey), ""}, "not connected");
}

}  // namespace

Drawing draw(const SiteMap& map) {
    Region region;
    double most = 0;
    for (const auto* list : {&map.sites, &map.nodes}) {
        for (const MapSite& each : *list) region.take(each.latitude, each.longitude);
    }
    for (const MapSite& each : map.sites) most = std::max(most, each.weight);
    region.fit();
    Drawing out{
        std::max(region.width(), 360.0) + kSiteLegend, kSiteTop + region.height() + kSiteFoot, map.title, {}};
    for (const MapLine& line : map.lines)
        out.parts.emplace_back(Stroke{{region.at(line.from_latitude, line.from_longitude),
                                       region.at(line.to_latitude, line.to_longitude)},
                                      std::string(kKindColours[0]),
                                      1.5,
                                      false});
    for (const MapSite& node : map.nodes) {
        const Spot at = region.at(node.latitude, node.longitude);
        out.parts.emplace_back(
            Area{{{at.x - 3, at.y - 3}, {at.x + 3, at.y - 3}, {at.x + 3, at.y + 3}, {at.x - 3, at.y + 3}},
                 std::string(kSiteInk),
                 1});
    }
    // The small ones above the large.
    std::vector<const MapSite*> order;
    for (const MapSite& site : map.sites) order.push_back(&site);
    std::ranges::sort(order, {}, [](const MapSite* site) { return std::pair(-site->weight, site); });
    for (const MapSite* site : order) {
        const bool connected = !site->kind.empty();
        const double radius = std::max(2.5, most > 0 ? kLargest * std::sqrt(site->weight / most) : 0);
        out.parts.emplace_back(
            Disc{region.at(site->latitude, site->longitude), radius,
                 connected ? kind_colour(map, site->kind) : "#ffffff",
                 std::string(connected ? kSiteInk : kSiteGrey),
                 fmt::format("{}: {}", site->name, connected ? site->kind : "not connected")});
    }
    out.parts.emplace_back(Words{{10, 22}, map.title, 16, std::string(kSiteInk), Words::Anchor::kStart});
    out.parts.emplace_back(Words{{10, 40}, map.note, 12, std::string(kSiteGrey), Words::Anchor::kStart});
    out.parts.emplace_back(
        Words{{10, out.height - 14}, map.source, 11, std::string(kSiteGrey), Words::Anchor::kStart});
    draw_legend(map, out.width - kSiteLegend + 20, out);
    return out;
}

}  // namespace comity::development
