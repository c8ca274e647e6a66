#include <fmt/format.h>

#include "base/text.h"
#include "development/plot/drawing.h"

namespace comity::development {
namespace {

std::string spots(const std::vector<Spot>& all) {
    std::string out;
    for (const Spot& each : all)
        out += fmt::format("{}{:.2f},{:.2f}", out.empty() ? "" : " ", each.x, each.y);
    return out;
}

struct Writer {
    std::string& out;

    void operator()(const Stroke& part) const {
        out += fmt::format(R"(<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"{}/>)",
                           spots(part.through), part.colour, part.width,
                           part.dashed ? R"( stroke-dasharray="5 4")" : "");
    }
    void operator()(const Area& part) const {
        out += fmt::format(R"(<polygon points="{}" fill="{}" fill-opacity="{}"/>)", spots(part.around),
                           part.colour, part.opacity);
    }
    void operator()(const Disc& part) const {
        out += fmt::format(R"(<circle cx="{:.2f}" cy="{:.2f}" r="{:.2f}" fill="{}" stroke="{}">)",
                           part.centre.x, part.centre.y, part.radius, part.fill, part.edge);
        if (!part.title.empty()) out += fmt::format("<title>{}</title>", xml_text(part.title));
        out += "</circle>";
    }
    void operator()(const Words& part) const {
        static constexpr std::string_view kAnchors[] = {"start", "middle", "end"};
        out +=
            fmt::format(R"(<text x="{:.2f}" y="{:.2f}" font-size="{}" fill="{}" text-anchor="{}">{}</text>)",
                        part.at.x, part.at.y, part.size, part.colour,
                        kAnchors[static_cast<std::size_t>(part.anchor)], xml_text(part.text));
    }
};

}  // namespace

std::string write_svg(const Drawing& drawing) {
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "role=\"img\" "
        "font-family=\"sans-serif\">\n<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" "
        "fill=\"#ffffff\"/>\n",
        drawing.width, drawing.height, xml_text(drawing.title));
    for (const auto& part : drawing.parts) {
        std::visit(Writer{out}, part);
        out += '\n';
    }
    return out + "</svg>\n";
}

}  // namespace comity::development
