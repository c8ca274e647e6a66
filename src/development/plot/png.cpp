#include <cairo.h>

#include <charconv>
#include <memory>
#include <numbers>

#include "development/plot/drawing.h"

namespace comity::development {
namespace {

constexpr double kPixels = 2;       // to a point
constexpr double kMostSide = 8000;  // points

struct Rgb {
    double red = 0, green = 0, blue = 0;
};

Rgb rgb_of(const Colour& colour) {
    const auto part = [&](std::size_t at) {
        unsigned value = 0;
        if (colour.size() == 7) std::from_chars(colour.data() + at, colour.data() + at + 2, value, 16);
        return value / 255.0;
    };
    return {part(1), part(3), part(5)};
}

class Painter {
  public:
    explicit Painter(cairo_t* cairo) : cairo_(cairo) {}

    void operator()(const Stroke& part) const {
        path(part.through);
        ink(part.colour);
        constexpr double kDashes[] = {5, 4};
        cairo_set_dash(cairo_, kDashes, part.dashed ? 2 : 0, 0);
        cairo_set_line_width(cairo_, part.width);
        cairo_stroke(cairo_);
        cairo_set_dash(cairo_, kDashes, 0, 0);
    }
    void operator()(const Area& part) const {
        path(part.around);
        cairo_close_path(cairo_);
        ink(part.colour, part.opacity);
        cairo_fill(cairo_);
    }
    void operator()(const Disc& part) const {
        cairo_new_path(cairo_);
        cairo_arc(cairo_, part.centre.x, part.centre.y, part.radius, 0, 2 * std::numbers::pi);
        ink(part.fill);
        cairo_fill_preserve(cairo_);
        ink(part.edge);
        cairo_set_line_width(cairo_, 1);
        cairo_stroke(cairo_);
    }
    void operator()(const Words& part) const {
        cairo_set_font_size(cairo_, part.size);
        cairo_text_extents_t size{};
        cairo_text_extents(cairo_, part.text.c_str(), &size);
        double x = part.at.x;
        if (part.anchor == Words::Anchor::kMiddle) x -= size.x_advance / 2;
        if (part.anchor == Words::Anchor::kEnd) x -= size.x_advance;
        ink(part.colour);
        cairo_move_to(cairo_, x, part.at.y);
        cairo_show_text(cairo_, part.text.c_str());
    }

  private:
    void ink(const Colour& colour, double opacity = 1) const {
        const Rgb rgb = rgb_of(colour);
        cairo_set_source_rgba(cairo_, rgb.red, rgb.green, rgb.blue, opacity);
    }
    void path(const std::vector<Spot>& spots) const {
        cairo_new_path(cairo_);
        for (const Spot& spot : spots) cairo_line_to(cairo_, spot.x, spot.y);
    }

    cairo_t* cairo_;
};

cairo_status_t take(void* into, const unsigned char* data, unsigned length) {
    static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> write_png(const Drawing& drawing) {
    if (!(drawing.width > 0 && drawing.height > 0 && drawing.width <= kMostSide &&
          drawing.height <= kMostSide))
        return internal("plot", "has no size that a picture can have");
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(drawing.width * kPixels),
                                   static_cast<int>(drawing.height * kPixels)),
        cairo_surface_destroy);
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface.get()),
                                                                   cairo_destroy);
    cairo_scale(cairo.get(), kPixels, kPixels);
    cairo_select_font_face(cairo.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_source_rgb(cairo.get(), 1, 1, 1);
    cairo_paint(cairo.get());
    for (const auto& part : drawing.parts) std::visit(Painter(cairo.get()), part);
    std::string png;
    if (const auto status = cairo_surface_write_to_png_stream(surface.get(), take, &png);
        status != CAIRO_STATUS_SUCCESS)
        return internal("plot", cairo_status_to_string(status));
    return png;
}

}  // namespace comity::development
