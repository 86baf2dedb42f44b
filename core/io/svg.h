// Charts as SVG: plain structs in, text out. Colours tell apart for colour-blind readers, every
// series has a marker or place of its own too, and dark mode follows the reader's system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace synfire {

enum class Scale : std::uint8_t { linear, log2, log10 };

/// Which of the palette's colours; absent: that of its place among the others.
using Colour = std::optional<std::size_t>;

/// A point that is not finite (or not positive on a logarithmic axis) breaks the line.
struct Series {
  std::string name;
  std::vector<double> x, y;
  Colour colour = {};
  std::vector<double> error = {};  // half the length of each point's bar; empty: none
  bool has_line = true;            // false: only markers, which curves have none of then
};

/// The space between two curves, such as quantiles; drawn in the colour of the first series.
struct Band {
  std::string name;
  std::vector<double> x, low, high;
};

/// A dashed horizontal line, such as the accuracy of the source model.
struct ReferenceLine {
  std::string label;
  double y = 0;
};

struct LineChart {
  std::string title;
  std::string description;       // for those who cannot see the picture
  std::string x_label, y_label;  // with units: "accuracy (%)"
  Scale x_scale = Scale::linear, y_scale = Scale::linear;
  bool x_is_time = false;   // in ms; the axis counts in what suits the range, and its label says so
  std::vector<Band> bands;  // the wider first
  std::vector<Series> series;
  std::vector<ReferenceLine> references;
  std::optional<double> x_low, x_high, y_low, y_high;  // to be within; absent: from the data
};

struct BarSeries {
  std::string name;
  std::vector<double> values;  // one per group; not finite: "no value"
};

/// Groups of horizontal bars, one group below the other: any number of layers, names readable.
struct BarChart {
  std::string title;
  std::string description;
  std::string value_label;
  Scale value_scale = Scale::linear;
  std::vector<std::string> groups;
  std::vector<BarSeries> series;
};

/// A filled curve: bins where x has one value more than y (their edges), else points.
struct Panel {
  std::string name;
  std::string note;  // below the name: "13.6 Hz"
  std::vector<double> x, y;
  Colour colour = {};
};

/// One panel below the other, from zero up, over one x axis; the y axes differ.
struct PanelChart {
  std::string title;
  std::string description;
  std::string x_label, y_label;
  bool x_is_time = false;               // as in LineChart
  std::optional<double> x_low, x_high;  // absent: from the data
  std::vector<Panel> panels;
};

struct SpikeBand {
  std::string name;
  std::int64_t neurons = 0;
  std::vector<double> times;
  std::vector<std::uint64_t> indices;  // neuron of each time
  Colour colour = {};
};

/// Populations in bands, the first on top. Beyond `max_spikes` every k-th neuron of the larger ones
/// is drawn, and where that is not enough a reproducible sample of the spikes; the picture says so.
struct RasterPlot {
  std::string title;
  std::string description;
  std::string x_label = "time";
  bool x_is_time = true;  // as in LineChart
  std::vector<SpikeBand> bands;
  std::optional<double> time_low, time_high;  // absent: from the data
  std::size_t max_spikes = 20000;
};

struct GreyImage {
  std::int64_t width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  // row by row, 0 black
  std::string caption;
  bool highlight = false;
};

/// What black and white stand for.
struct GreyScale {
  double black = 0, white = 1;
  std::string label;  // with its unit
};

struct ImageGrid {
  std::string title;
  std::string description;
  std::string highlight_label;  // what a highlight means: "wrong"
  std::vector<GreyImage> images;
  std::size_t columns = 0;              // 0: by their number
  std::optional<GreyScale> scale = {};  // of all images; absent: not told
};

/// A table of numbers whose cells are the darker the greater their share of the row's sum. Any
/// number of rows and columns is as wide as the picture; numbers stand in cells that have room for
/// them.
struct HeatMap {
  std::string title;
  std::string description;
  std::string row_label, column_label;
  std::vector<std::string> rows, columns;
  std::vector<double> values;  // row by row
};

/// A file of its own, or a part of a page that has svg_style() once.
enum class SvgUse : std::uint8_t { file, inlined };

std::string to_svg(const LineChart& chart, SvgUse use = SvgUse::file);
std::string to_svg(const BarChart& chart, SvgUse use = SvgUse::file);
std::string to_svg(const PanelChart& chart, SvgUse use = SvgUse::file);
std::string to_svg(const RasterPlot& plot, SvgUse use = SvgUse::file);
std::string to_svg(const ImageGrid& grid, SvgUse use = SvgUse::file);
std::string to_svg(const HeatMap& map, SvgUse use = SvgUse::file);

/// The style sheet that every chart uses.
std::string_view svg_style();

/// Text made safe as content or in a quoted attribute of XML and HTML. Bytes that are not UTF-8,
/// and characters that XML forbids, become U+FFFD.
std::string escape_markup(std::string_view text);

}  // namespace synfire
