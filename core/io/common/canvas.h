// The elements of an SVG picture, and the frame that all charts share.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/io/svg.h"

namespace synfire::svg {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

inline constexpr double kWidth = 760;
inline constexpr std::size_t kColours = 8;

/// A coordinate: two decimals at most, no trailing zeros.
std::string coordinate(double value);
/// Width that a text takes, near enough to leave room for it.
double text_width(std::string_view text, double font_size = 12);
/// The text, or its beginning and an ellipsis when it is wider than `width`.
std::string shortened(std::string_view text, double width);
/// "s0" to "s7": the class of a series' colour.
std::string colour_class(std::size_t series);

class Canvas {
 public:
  void line(double x1, double y1, double x2, double y2, std::string_view style);
  void rectangle(const Box& box, std::string_view style, std::string_view tip = {});
  /// A cell of a heat map: the darker the greater its share of 1.
  void shade(const Box& box, double share, std::string_view tip);
  /// `style` may hold "middle" or "end" for the anchor.
  void text(double x, double y, std::string_view content, std::string_view style);
  void vertical_text(double x, double y, std::string_view content);
  void path(std::string_view commands, std::string_view style);
  /// The series' own shape (circle, square, triangle, diamond ...) at a point.
  void marker(double x, double y, std::size_t series, std::string_view tip);
  /// `fit` is how it fills the box, as SVG's preserveAspectRatio says it.
  void image(const Box& box, std::string_view uri, std::string_view alternative,
             std::string_view fit = "xMidYMid meet");

  /// A whole picture inside this one.
  void nest(const Box& box, std::string_view svg);
  /// Says that there is nothing to draw.
  void empty(const Box& box);

  std::string finish(double height, std::string_view title, std::string_view description,
                     SvgUse use) const;

 private:
  std::string body_;
};

/// Names of series beside their signs, in rows as wide as the picture.
class Legend {
 public:
  Legend(Canvas& canvas, double y) : canvas_(canvas), y_(y) {}
  void add_marker(std::string_view name, std::size_t series);
  void add_block(std::string_view name, std::string_view style);
  void add_line(std::string_view name, std::string_view style);
  void add_dashes(std::string_view name);
  double bottom() const { return y_ + 22; }

 private:
  // Room for an entry; returns where its sign starts.
  double place(std::string_view name, double sign_width);

  Canvas& canvas_;
  double x_ = 0, y_;
};

/// A file of whole inlined pictures, one below the other.
std::string stack(std::span<const std::string> pictures, std::string_view title);

/// Draws the title; returns the y below it.
double draw_title(Canvas& canvas, std::string_view title);

}  // namespace synfire::svg
