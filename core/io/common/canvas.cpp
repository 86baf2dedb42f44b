#include "core/io/common/canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

namespace synfire::svg {

std::string coordinate(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

double text_width(std::string_view text, double font_size) {
  // Continuation bytes of UTF-8 take no room of their own.
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
  });
  return static_cast<double>(characters) * font_size * 0.56;
}

std::string shortened(std::string_view text, double width) {
  if (text_width(text) <= width) return std::string(text);
  while (!text.empty() && text_width(text) + 8 > width) {
    do {
      text.remove_suffix(1);
    } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0);
  }
  return std::string(text) + "\xe2\x80\xa6";
}

std::string colour_class(std::size_t series) { return fmt::format("s{}", series % kColours); }

void Canvas::line(double x1, double y1, double x2, double y2, std::string_view style) {
  fmt::format_to(std::back_inserter(body_),
                 "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", coordinate(x1),
                 coordinate(y1), coordinate(x2), coordinate(y2), style);
}

void Canvas::rectangle(const Box& box, std::string_view style, std::string_view tip) {
  fmt::format_to(
      std::back_inserter(body_), "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"",
      coordinate(box.x), coordinate(box.y), coordinate(box.width), coordinate(box.height), style);
  body_ += tip.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escape_markup(tip));
}

void Canvas::shade(const Box& box, double share, std::string_view tip) {
  fmt::format_to(std::back_inserter(body_),
                 "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"s0\" "
                 "fill-opacity=\"{}\"",
                 coordinate(box.x), coordinate(box.y), coordinate(box.width),
                 coordinate(box.height), coordinate(share));
  body_ += tip.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escape_markup(tip));
}

void Canvas::text(double x, double y, std::string_view content, std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n",
                 coordinate(x), coordinate(y), style, escape_markup(content));
}

void Canvas::vertical_text(double x, double y, std::string_view content) {
  fmt::format_to(
      std::back_inserter(body_),
      "<text transform=\"translate({} {}) rotate(-90)\" class=\"middle soft\">{}</text>\n",
      coordinate(x), coordinate(y), escape_markup(content));
}

void Canvas::path(std::string_view commands, std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<path d=\"{}\" class=\"{}\"/>\n", commands, style);
}

void Canvas::marker(double x, double y, std::size_t series, std::string_view tip) {
  constexpr std::array kShapes{
      "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",     // circle
      "M-3.5-3.5h7v7h-7z",                      // square
      "M0-4.6L4.4 3.4H-4.4z",                   // triangle
      "M0-5L5 0L0 5L-5 0z",                     // diamond
      "M0 4.6L4.4-3.4H-4.4z",                   // triangle down
      "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",  // plus
      "M-4.8-1.6L0-5L4.8-1.6L3 4.2H-3z",        // pentagon
      "M-4.6-2.8L-2.8-4.6L0-1.8L2.8-4.6L4.6-2.8L1.8 0L4.6 2.8L2.8 4.6L0 1.8L-2.8 4.6L-4.6 2.8L-1.8 "
      "0z",  // cross
  };
  static_assert(kShapes.size() == kColours);
  fmt::format_to(std::back_inserter(body_),
                 "<path transform=\"translate({} {})\" d=\"{}\" class=\"{}\">", coordinate(x),
                 coordinate(y), kShapes[series % kShapes.size()], colour_class(series));
  if (!tip.empty()) body_ += "<title>" + escape_markup(tip) + "</title>";
  body_ += "</path>\n";
}

void Canvas::image(const Box& box, std::string_view uri, std::string_view alternative,
                   std::string_view fit) {
  fmt::format_to(std::back_inserter(body_),
                 "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"{}\" "
                 "preserveAspectRatio=\"{}\"><title>{}</title></image>\n",
                 coordinate(box.x), coordinate(box.y), coordinate(box.width),
                 coordinate(box.height), uri, fit, escape_markup(alternative));
}

void Canvas::nest(const Box& box, std::string_view svg) {
  constexpr std::string_view kStart = "<svg ";
  fmt::format_to(std::back_inserter(body_), "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}",
                 coordinate(box.x), coordinate(box.y), coordinate(box.width),
                 coordinate(box.height), svg.substr(kStart.size()));
}

void Canvas::empty(const Box& box) {
  rectangle(box, "band");
  text(box.x + box.width / 2, box.y + box.height / 2 + 4, "no data", "middle soft");
}

std::string Canvas::finish(double height, std::string_view title, std::string_view description,
                           SvgUse use) const {
  const bool is_file = use == SvgUse::file;
  // On a page the text around a chart lines up with its left edge; a file has a margin.
  const Box view = is_file ? Box{-20, -8, kWidth + 40, height + 20} : Box{0, 0, kWidth, height};
  const std::string name = escape_markup(title);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {} {}\" class=\"chart\" "
      "role=\"img\" aria-label=\"{}\">\n",
      coordinate(view.x), coordinate(view.y), coordinate(view.width), coordinate(view.height),
      name);
  if (!description.empty()) out += "<desc>" + escape_markup(description) + "</desc>\n";
  if (is_file) {
    out += fmt::format(
        "<title>{}</title>\n<style>{}</style>\n<rect x=\"{}\" y=\"{}\" "
        "width=\"100%\" height=\"100%\" class=\"back\"/>\n",
        name, svg_style(), coordinate(view.x), coordinate(view.y));
  }
  return out + body_ + "</svg>\n";
}

std::string stack(std::span<const std::string> pictures, std::string_view title) {
  constexpr std::string_view kView = "viewBox=\"0 0 760 ";  // of an inlined picture: its height
  static_assert(kWidth == 760);
  constexpr double kGap = 24;
  Canvas canvas;
  double y = 0;
  for (const std::string& picture : pictures) {
    const double height =
        std::strtod(picture.c_str() + picture.find(kView) + kView.size(), nullptr);
    canvas.nest({0, y, kWidth, height}, picture);
    y += height + kGap;
  }
  return canvas.finish(std::max(0.0, y - kGap), title, {}, SvgUse::file);
}

double Legend::place(std::string_view name, double sign_width) {
  const std::string shown = shortened(name, kWidth - 60);
  const double width = sign_width + 6 + text_width(shown) + 16;
  if (x_ > 0 && x_ + width > kWidth) {
    x_ = 0;
    y_ += 20;
  }
  canvas_.text(x_ + sign_width + 6, y_ + 8, shown, "");
  x_ += width;
  return x_ - width;
}

void Legend::add_marker(std::string_view name, std::size_t series) {
  const double x = place(name, 12);
  canvas_.marker(x + 6, y_ + 4, series, {});
}

void Legend::add_block(std::string_view name, std::string_view style) {
  const double x = place(name, 12);
  canvas_.rectangle({x, y_ - 2, 12, 12}, style);
}

void Legend::add_line(std::string_view name, std::string_view style) {
  const double x = place(name, 24);
  canvas_.line(x, y_ + 4, x + 24, y_ + 4, style);
}

void Legend::add_dashes(std::string_view name) {
  const double x = place(name, 28);
  canvas_.line(x, y_ + 4, x + 28, y_ + 4, "reference");
}

double draw_title(Canvas& canvas, std::string_view title) {
  if (title.empty()) return 10;
  canvas.text(0, 18, shortened(title, kWidth * 0.8), "title");
  return 36;
}

}  // namespace synfire::svg
