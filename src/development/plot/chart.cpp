#include "development/plot/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "development/place/place.h"

namespace comity::development {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 520;
constexpr double kLeft = 64, kRight = 190, kTop = 48, kBottom = 64;
constexpr double kMapTop = 48, kMapScale = 2.6;  // points to a degree
constexpr double kMostRadius = 22;
constexpr std::string_view kInk = "#222222", kGrey = "#777777", kFaint = "#dddddd";

// Told apart by eyes that do not tell red from green, too (Okabe and Ito).
constexpr std::array<std::string_view, 7> kColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                   "#e69f00", "#56b4e9", "#000000"};

std::string colour_of(std::size_t line) {
    return std::string(kColours[line % kColours.size()]);
}

// 1, 2 or 5 times a power of ten, so that about five fit.
double step_of(double range) {
    const double rough = range / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double times : {1.0, 2.0, 5.0})
        if (rough <= times * power) return times * power;
    return 10 * power;
}

struct Frame {
    double x_low, x_high, y_low, y_high;
    double x(double year) const {
        return kLeft + (year - x_low) / (x_high - x_low) * (kWidth - kLeft - kRight);
    }
    double y(double value) const {
        return kHeight - kBottom - (value - y_low) / (y_high - y_low) * (kHeight - kTop - kBottom);
    }
    std::vector<Spot> place(const std::vector<Spot>& points) const {
        std::vector<Spot> out;
        for (const Spot& each : points) out.push_back({x(each.x), y(each.y)});
        return out;
    }
};

Frame frame_of(const LineChart& chart) {
    constexpr double kMost = std::numeric_limits<double>::max();
    Frame frame{kMost, -kMost, kMost, -kMost};
    const auto take = [&](const std::vector<Spot>& points) {
        for (const Spot& each : points) {
            frame.x_low = std::min(frame.x_low, each.x);
            frame.x_high = std::max(frame.x_high, each.x);
            frame.y_low = std::min(frame.y_low, each.y);
            frame.y_high = std::max(frame.y_high, each.y);
        }
    };
    for (const Line& each : chart.lines) take(each.points);
    for (const Band& each : chart.bands) {
        take(each.low);
        take(each.high);
    }
    if (chart.mark) frame.y_high = std::max(frame.y_high, *chart.mark);
    if (frame.x_low > frame.x_high) return {0, 1, 0, 1};
    frame.y_low = chart.low.value_or(frame.y_low);
    frame.y_high = chart.high.value_or(frame.y_high);
    if (frame.x_low == frame.x_high) frame.x_high += 1;
    if (frame.y_low >= frame.y_high) frame.y_high = frame.y_low + 1;
    return frame;
}

void draw_axes(const LineChart& chart, const Frame& frame, Drawing& out) {
    const double y_step = step_of(frame.y_high - frame.y_low);
    for (double value = std::ceil(frame.y_low / y_step) * y_step; value <= frame.y_high + y_step * 1e-9;
         value += y_step) {
        const double y = frame.y(value);
        out.parts.emplace_back(Stroke{{{kLeft, y}, {kWidth - kRight, y}}, std::string(kFaint), 1, false});
        out.parts.emplace_back(Words{{kLeft - 8, y + 4},
                                     fmt::format("{:.6g}", std::abs(value) < y_step * 1e-9 ? 0 : value),
                                     12,
                                     std::string(kGrey),
                                     Words::Anchor::kEnd});
    }
    const double x_step = std::max(1.0, step_of(frame.x_high - frame.x_low));
    for (double year = std::ceil(frame.x_low / x_step) * x_step; year <= frame.x_high; year += x_step)
        out.parts.emplace_back(Words{{frame.x(year), kHeight - kBottom + 18},
                                     fmt::format("{:.0f}", year),
                                     12,
                                     std::string(kGrey),
                                     Words::Anchor::kMiddle});
    out.parts.emplace_back(Words{{kLeft, 22}, chart.title, 16, std::string(kInk), Words::Anchor::kStart});
    out.parts.emplace_back(Words{{kLeft, 38}, chart.unit, 12, std::string(kGrey), Words::Anchor::kStart});
    out.parts.emplace_back(
        Words{{kLeft, kHeight - 14}, chart.source, 11, std::string(kGrey), Words::Anchor::kStart});
}

}  // namespace

Drawing draw(const LineChart& chart) {
    Drawing out{kWidth, kHeight, chart.title, {}};
    const Frame frame = frame_of(chart);
    draw_axes(chart, frame, out);
    for (const Band& each : chart.bands) {
        std::vector<Spot> around = frame.place(each.low);
        std::vector<Spot> back = frame.place(each.high);
        around.insert(around.end(), back.rbegin(), back.rend());
        out.parts.emplace_back(Area{std::move(around), colour_of(each.line), 0.15});
    }
    if (chart.mark) {
        const double y = frame.y(*chart.mark);
        out.parts.emplace_back(Stroke{{{kLeft, y}, {kWidth - kRight, y}}, std::string(kInk), 1, true});
    }
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        const Line& line = chart.lines[i];
        const auto spots = frame.place(line.points);
        if (line.dots) {
            for (const Spot& each : spots)
                out.parts.emplace_back(Disc{each, 2.5, colour_of(i), colour_of(i), ""});
        } else {
            out.parts.emplace_back(Stroke{spots, colour_of(i), 2, line.dashed});
        }
        const double y = kTop + 18 * static_cast<double>(i);
        out.parts.emplace_back(
            Stroke{{{kWidth - kRight + 14, y}, {kWidth - kRight + 34, y}}, colour_of(i), 3, line.dashed});
        out.parts.emplace_back(
            Words{{kWidth - kRight + 40, y + 4}, line.name, 12, std::string(kInk), Words::Anchor::kStart});
    }
    return out;
}

namespace {

// Between two colours that differ in lightness, so that it is read without colour, too.
std::string shade(double share) {
    const double t = std::clamp(share, 0.0, 1.0);
    const auto mix = [&](int from, int to) { return static_cast<int>(std::lround(from + t * (to - from))); };
    return fmt::format("#{:02x}{:02x}{:02x}", mix(0xfd, 0x08), mix(0xe7, 0x30), mix(0xc5, 0x6b));
}

void draw_scale(const PointMap& map, double width, double height, Drawing& out) {
    constexpr double kSwatch = 24;
    constexpr int kSteps = 8;
    const double left = width - kSteps * kSwatch - 70;
    const double y = height - 30;
    for (int i = 0; i < kSteps; ++i) {
        const double x = left + i * kSwatch;
        out.parts.emplace_back(Area{
            {{x, y}, {x + kSwatch, y}, {x + kSwatch, y + 10}, {x, y + 10}}, shade(i / (kSteps - 1.0)), 1});
    }
    out.parts.emplace_back(Words{
        {left - 6, y + 10}, fmt::format("{:.6g}", map.low), 11, std::string(kGrey), Words::Anchor::kEnd});
    out.parts.emplace_back(Words{{left + kSteps * kSwatch + 6, y + 10},
                                 fmt::format("{:.6g}", map.high),
                                 11,
                                 std::string(kGrey),
                                 Words::Anchor::kStart});
}

}  // namespace

Drawing draw(const PointMap& map) {
    const double width = 360 * kMapScale + 20;
    const double height = kMapTop + 150 * kMapScale + 50;
    Drawing out{width, height, map.title, {}};
    const auto spot = [&](double latitude, double longitude) {
        return Spot{10 + (longitude + 180) * kMapScale, kMapTop + (84 - latitude) * kMapScale};
    };
    for (const double latitude : {60.0, 30.0, 0.0, -30.0, -60.0})
        out.parts.emplace_back(
            Stroke{{spot(latitude, -180), spot(latitude, 180)}, std::string(kFaint), 1, latitude != 0});
    double most = 0;
    std::map<std::string_view, const Marked*> by_place;
    for (const Marked& each : map.places) {
        most = std::max(most, each.weight);
        by_place.emplace(each.place, &each);
    }
    struct Mark {
        const Place* place;
        const Marked* marked;
        double radius;
    };
    std::vector<Mark> marks;
    for (const Place& place : all_places()) {
        const auto at = by_place.find(place.code);
        const Marked* marked = at == by_place.end() ? nullptr : at->second;
        const double share = marked == nullptr || most <= 0 ? 0 : marked->weight / most;
        marks.push_back({&place, marked, std::max(3.0, kMostRadius * std::sqrt(share))});
    }
    // The small ones above the large, so that no island lies hidden.
    std::ranges::sort(marks, [](const Mark& a, const Mark& b) {
        return std::pair(-a.radius, a.place->code) < std::pair(-b.radius, b.place->code);
    });
    for (const Mark& each : marks) {
        const bool known = each.marked != nullptr && each.marked->value;
        const double share = known ? (*each.marked->value - map.low) / (map.high - map.low) : 0;
        const std::string figure = known ? fmt::format("{:.4g}", *each.marked->value) : "no figure";
        out.parts.emplace_back(Disc{spot(each.place->latitude, each.place->longitude), each.radius,
                                    known ? shade(share) : "#ffffff", std::string(known ? kInk : kGrey),
                                    fmt::format("{}: {}", each.place->name, figure)});
    }
    out.parts.emplace_back(Words{{10, 22}, map.title, 16, std::string(kInk), Words::Anchor::kStart});
    out.parts.emplace_back(Words{{10, 38}, map.unit, 12, std::string(kGrey), Words::Anchor::kStart});
    out.parts.emplace_back(
        Words{{10, height - 20}, map.source, 11, std::string(kGrey), Words::Anchor::kStart});
    draw_scale(map, width, height, out);
    return out;
}

}  // namespace comity::development
