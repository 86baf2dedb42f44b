#include "core/io/svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string_view>

#include "core/io/common/png.h"
#include "support/xml.h"

namespace synfire {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr const char* kHostile = "<script>\"'&\x01\xff</script>";

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// The commands of the first path of a class that starts with `style`.
std::string commands_of(const std::string& svg, const std::string& style) {
  const auto end = svg.find("\" class=\"" + style);
  if (end == std::string::npos) return {};
  const auto start = svg.rfind('"', end - 1) + 1;
  return svg.substr(start, end - start);
}

// Whatever the chart, the picture is well-formed and every coordinate is a number.
template <typename Chart>
std::string checked_svg(const Chart& chart) {
  EXPECT_EQ(test::xml_fault(to_svg(chart, SvgUse::file)), "");
  std::string svg = to_svg(chart, SvgUse::inlined);
  EXPECT_EQ(test::xml_fault(svg), "");
  for (const char* word : {"nan", "inf"}) EXPECT_EQ(count_of(svg, word), 0U) << svg;
  return svg;
}

LineChart accuracy_chart() {
  LineChart chart;
  chart.title = "Accuracy";
  chart.x_scale = Scale::log2;
  chart.series = {{"rate", {1, 2, 4}, {10, 50, 90}}, {"ttfs", {1, 2, 4}, {20, kNan, 80}}};
  chart.references = {{"source model", 97}};
  return chart;
}

BarChart operation_chart() {
  BarChart chart;
  chart.groups = {"conv", "dense"};
  chart.series = {{"SynOps", {120, 30}}, {"MACs", {1000, 64}}};
  return chart;
}

RasterPlot raster_plot(std::size_t spikes) {
  SpikeBand band{.name = "hidden", .neurons = 10, .times = {}, .indices = {}};
  for (std::size_t i = 0; i < spikes; ++i) {
    band.times.push_back(static_cast<double>(i));
    band.indices.push_back(i % 10);
  }
  RasterPlot plot;
  plot.bands = {band};
  return plot;
}

std::size_t drawn_spikes(const std::string& svg) {
  return count_of(commands_of(svg, "ticks"), "M");
}

TEST(Escape, leaves_markup_harmless) {
  EXPECT_EQ(escape_markup("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(escape_markup("\xc3\xa9\xe2\x82\xac"), "\xc3\xa9\xe2\x82\xac");
}

TEST(Escape, replaces_what_is_not_text) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(escape_markup(std::string_view("a\0b", 3)), "a" + mark + "b");
  EXPECT_EQ(escape_markup("\xff"), mark);
  EXPECT_EQ(escape_markup("\xe2\x82"), mark + mark);      // cut off
  EXPECT_EQ(escape_markup("\xed\xa0\x80"), mark);         // surrogate
  EXPECT_EQ(escape_markup("\xe0\x80\xaf"), mark);         // longer than need be
  EXPECT_EQ(escape_markup("\xf4\x90\x80\x80"), mark);     // beyond Unicode
  EXPECT_EQ(escape_markup("\xc3(\t\n"), mark + "(\t\n");  // the rest is kept
}

TEST(LineChart, draws_a_marker_for_each_point_and_breaks_at_gaps) {
  const std::string svg = checked_svg(accuracy_chart());
  EXPECT_EQ(count_of(svg, " at "), 5U);  // tips: six points, one is not a number
  EXPECT_EQ(count_of(commands_of(svg, "curve l1"), "M"), 2U);
}

TEST(LineChart, names_every_series_and_reference) {
  const std::string svg = checked_svg(accuracy_chart());
  for (const char* name : {">rate<", ">ttfs<", ">source model<"})
    EXPECT_EQ(count_of(svg, name), 1U);
}

TEST(LineChart, takes_any_number) {
  LineChart chart = accuracy_chart();
  for (const double value : {0.0, -1.0, kNan, kInfinity, -kInfinity, 1e-300, 1e300, 1.7e308}) {
    chart.series[0].x[1] = value;
    chart.series[0].y[1] = value;
    chart.references[0].y = value;
    for (const Scale scale : {Scale::linear, Scale::log2, Scale::log10}) {
      chart.x_scale = scale;
      checked_svg(chart);
    }
  }
}

TEST(LineChart, without_points_says_so) {
  LineChart chart;
  EXPECT_EQ(count_of(checked_svg(chart), "no data"), 1U);
  chart.series = {{"empty", {}, {}}, {"nothing", {1, 2}, {kNan, kNan}}, {"no y", {1}, {}}};
  EXPECT_EQ(count_of(checked_svg(chart), "no data"), 1U);
}

TEST(LineChart, thins_a_dense_curve_to_its_extremes_and_says_so) {
  LineChart chart;
  Series series{"v", {}, {}};
  for (int i = 0; i < 100000; ++i) {
    series.x.push_back(i);
    series.y.push_back(i == 54321 ? 7 : i % 2);
  }
  series.y[777] = kNan;
  chart.series = {series};
  const std::string svg = checked_svg(chart);
  EXPECT_LT(count_of(commands_of(svg, "curve"), "L"), 1500U);
  EXPECT_EQ(count_of(commands_of(svg, "curve"), "M"), 2U);  // the gap stays
  EXPECT_EQ(count_of(svg, "Of every 139 values"), 1U);
  EXPECT_EQ(count_of(svg, ">8<"), 1U);  // the axis reaches beyond the one peak
}

TEST(LineChart, fills_bands_and_tells_them_in_the_legend) {
  LineChart chart;
  chart.series = {{"median", {0, 1, 2}, {5, 6, 7}}};
  chart.bands = {{"half", {0, 1, 2}, {4, kNan, 6}, {6, 7, 8}}};
  const std::string svg = checked_svg(chart);
  EXPECT_EQ(count_of(svg, ">half<"), 1U);
  const auto end = svg.find("Z\" class=\"s0 wide");
  ASSERT_NE(end, std::string::npos);
  const auto start = svg.rfind('"', end) + 1;
  EXPECT_EQ(count_of(svg.substr(start, end - start), "L"), 3U);  // two points there, two back
}

TEST(LineChart, has_a_logarithmic_y_axis_without_what_it_cannot_show) {
  LineChart chart;
  chart.y_scale = Scale::log10;
  chart.series = {{"power", {1, 2, 3}, {0, 0.01, 100}}};
  const std::string svg = checked_svg(chart);
  for (const char* const label : {">0.01<", ">0.1<", ">1<", ">10<", ">100<"})
    EXPECT_GE(count_of(svg, label), 1U) << label;
  EXPECT_EQ(count_of(svg, "power: "), 2U);
}

TEST(PanelChart, draws_bins_as_steps_and_points_as_a_curve) {
  PanelChart chart;
  chart.panels = {{"bins", "", {0, 1, 2, 3}, {5, 0, 5}}, {"points", "", {0, 1, 2}, {5, 0, 5}}};
  const std::string svg = checked_svg(chart);
  EXPECT_EQ(count_of(commands_of(svg, "curve thin l0"), "L"), 5U);
  EXPECT_EQ(count_of(commands_of(svg, "curve thin l1"), "L"), 2U);
}

TEST(PanelChart, takes_silence_and_any_number) {
  EXPECT_EQ(count_of(checked_svg(PanelChart{}), "no data"), 1U);
  PanelChart chart;
  chart.panels = {{"empty", "", {}, {}}, {"silent", "", {0, 1}, {0}}};
  EXPECT_EQ(count_of(checked_svg(chart), "no data"), 1U);
  for (const double value : {-1.0, kNan, kInfinity, 1e-300, 1e300, 1.7e308}) {
    chart.panels[1].x[1] = chart.panels[1].y[0] = value;
    chart.x_high = value;
    checked_svg(chart);
  }
}

TEST(BarChart, draws_a_bar_for_each_value_with_its_number) {
  const std::string svg = checked_svg(operation_chart());
  EXPECT_EQ(count_of(svg, "conv, MACs: 1,000"), 1U);
  EXPECT_EQ(count_of(svg, "<title>"), 4U);
}

TEST(BarChart, says_where_there_is_no_value) {
  BarChart chart = operation_chart();
  chart.value_scale = Scale::log10;
  chart.series[0].values = {kNan, 0};
  chart.series[1].values = {5};
  const std::string svg = checked_svg(chart);
  EXPECT_EQ(count_of(svg, "no value"), 2U);
}

TEST(BarChart, takes_any_number) {
  BarChart chart = operation_chart();
  for (const double value : {0.0, -5.0, kInfinity, 1e-300, 1e300}) {
    for (const Scale scale : {Scale::linear, Scale::log2, Scale::log10}) {
      chart.value_scale = scale;
      chart.series[0].values = {value, value};
      checked_svg(chart);
    }
  }
  checked_svg(BarChart{});
}

TEST(RasterPlot, draws_every_spike_of_a_small_recording) {
  const std::string svg = checked_svg(raster_plot(1000));
  EXPECT_EQ(drawn_spikes(svg), 1000U);
  EXPECT_EQ(count_of(svg, "are drawn"), 0U);
}

TEST(RasterPlot, thins_a_large_recording_and_says_so) {
  const std::string svg = checked_svg(raster_plot(100000));
  EXPECT_NEAR(static_cast<double>(drawn_spikes(svg)), 20000, 600);
  EXPECT_EQ(count_of(svg, "of 100,000 spikes are drawn"), 1U);
  EXPECT_EQ(svg, to_svg(raster_plot(100000), SvgUse::inlined));
}

TEST(RasterPlot, thins_a_large_population_by_whole_neurons) {
  RasterPlot plot = raster_plot(0);
  plot.bands[0].neurons = 400;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    plot.bands[0].times.push_back(static_cast<double>(i / 400));
    plot.bands[0].indices.push_back(i % 400);
  }
  const std::string svg = checked_svg(plot);
  EXPECT_EQ(drawn_spikes(svg), 20000U);
  EXPECT_EQ(count_of(svg, "20,000 of 100,000 spikes are drawn, those of one neuron in 5"), 1U);
}

TEST(RasterPlot, of_silence_at_a_known_time_shows_the_populations) {
  RasterPlot plot = raster_plot(0);
  plot.time_low = 0, plot.time_high = 100;
  const std::string svg = checked_svg(plot);
  EXPECT_EQ(count_of(svg, "no data"), 0U);
  EXPECT_EQ(count_of(svg, "10 neurons, 0 spikes"), 1U);
}

TEST(RasterPlot, leaves_out_spikes_of_no_neuron_and_says_so) {
  RasterPlot plot = raster_plot(10);
  plot.bands[0].indices[3] = 99;
  plot.bands[0].times[4] = kNan;
  plot.bands[0].times[5] = kInfinity;
  const std::string svg = checked_svg(plot);
  EXPECT_EQ(drawn_spikes(svg), 7U);
  EXPECT_EQ(count_of(svg, "7 of 10 spikes are drawn"), 1U);
}

TEST(RasterPlot, takes_silence) {
  EXPECT_EQ(count_of(checked_svg(RasterPlot{}), "no data"), 1U);
  EXPECT_EQ(count_of(checked_svg(raster_plot(0)), "no data"), 1U);
  RasterPlot plot = raster_plot(3);
  plot.bands.push_back({.name = "silent", .neurons = 0, .times = {}, .indices = {}});
  checked_svg(plot);
}

HeatMap heat_map(std::size_t classes) {
  HeatMap map;
  map.title = "Classes", map.row_label = "class", map.column_label = "taken for";
  for (std::size_t c = 0; c < classes; ++c) map.rows.push_back(std::to_string(c));
  map.columns = map.rows, map.columns.emplace_back("none");
  map.values.resize(classes * (classes + 1));
  for (std::size_t c = 0; c < classes; ++c) map.values[c * (classes + 1) + c] = 7;
  return map;
}

TEST(ImageGrid, shows_images_and_marks_the_highlighted) {
  ImageGrid grid;
  grid.highlight_label = "wrong";
  grid.images = {{2, 1, {0, 255}, "4", false}, {1, 1, {9}, "3, true 8", true}};
  const std::string svg = checked_svg(grid);
  EXPECT_EQ(count_of(svg, "data:image/png;base64,"), 2U);
  EXPECT_EQ(count_of(svg, "class=\"alarm\""), 2U);  // the image and the key
}

TEST(ImageGrid, says_where_pixels_are_missing) {
  ImageGrid grid;
  grid.images = {{8, 8, {1, 2}, "short", false}, {0, 0, {}, "empty", false}, {-1, 5, {}, "", true}};
  EXPECT_EQ(count_of(checked_svg(grid), "no data"), 3U);
  EXPECT_EQ(count_of(checked_svg(ImageGrid{}), "no data"), 1U);
}

TEST(Png, of_one_black_pixel_has_the_known_bytes) {
  const std::string png = svg::to_png({1, 1, {0}, "", false});
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  // Header chunk with its checksum, from the PNG specification's layout.
  EXPECT_EQ(png.substr(12, 21),
            std::string("IHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55", 21));
  EXPECT_EQ(png.substr(png.size() - 8), std::string("IEND\xae\x42\x60\x82"));
}

TEST(Png, is_encoded_in_base64_with_padding) {
  const std::string start = "data:image/png;base64,";
  EXPECT_EQ(svg::to_data_uri("Man"), start + "TWFu");
  EXPECT_EQ(svg::to_data_uri("Ma"), start + "TWE=");
  EXPECT_EQ(svg::to_data_uri("M"), start + "TQ==");
}

TEST(Svg, escapes_every_text) {
  LineChart line = accuracy_chart();
  line.title = line.description = line.x_label = line.y_label = kHostile;
  line.series[0].name = line.references[0].label = kHostile;
  BarChart bar = operation_chart();
  bar.title = bar.value_label = bar.groups[0] = bar.series[0].name = kHostile;
  RasterPlot raster = raster_plot(2);
  raster.title = raster.x_label = raster.bands[0].name = kHostile;
  PanelChart panels;
  panels.title = panels.x_label = panels.y_label = kHostile;
  panels.panels = {{kHostile, kHostile, {0}, {1}}};
  ImageGrid grid;
  grid.title = grid.highlight_label = kHostile;
  grid.images = {{1, 1, {0}, kHostile, true}};
  HeatMap map = heat_map(1);
  map.title = map.row_label = map.columns[0] = kHostile;
  for (const std::string& svg : {checked_svg(line), checked_svg(bar), checked_svg(raster),
                                 checked_svg(panels), checked_svg(grid), checked_svg(map)}) {
    EXPECT_EQ(count_of(svg, "<script"), 0U);
    EXPECT_GT(count_of(svg, "&lt;script"), 0U);
  }
}

TEST(Svg, shortens_long_names_at_whole_characters) {
  BarChart bar = operation_chart();
  for (int i = 0; i < 100; ++i) bar.groups[0] += "\xc3\xa9";
  const std::string svg = checked_svg(bar);
  EXPECT_EQ(count_of(svg, "\xef\xbf\xbd"), 0U);
  EXPECT_EQ(count_of(svg, "\xe2\x80\xa6"), 1U);
}

TEST(HeatMap, HasNumbersWhereTheyFitAndTipsEverywhere) {
  const std::string few = checked_svg(heat_map(4)), many = checked_svg(heat_map(200));
  EXPECT_EQ(count_of(few, ">7</text>"), 4U);
  EXPECT_EQ(count_of(few, "class 3, taken for 3: 7"), 1U);
  EXPECT_EQ(count_of(many, ">7</text>"), 0U);
  EXPECT_EQ(count_of(many, "class 199, taken for 199: 7"), 1U);
}

TEST(HeatMap, IsNeverWiderThanThePicture) {
  for (const std::size_t classes : {1U, 12U, 40U, 256U}) {
    const std::string svg = checked_svg(heat_map(classes));
    for (auto at = svg.find("<rect x=\""); at != svg.npos; at = svg.find("<rect x=\"", at + 1)) {
      const double x = std::stod(svg.substr(at + 9));
      const double width = std::stod(svg.substr(svg.find("width=\"", at) + 7));
      EXPECT_LE(x + width, 760.5) << classes;
    }
  }
}

TEST(HeatMap, TakesSilenceAndWrongSizes) {
  EXPECT_EQ(count_of(checked_svg(HeatMap{}), "no data"), 1U);
  HeatMap map = heat_map(3);
  map.values.pop_back();
  EXPECT_EQ(count_of(checked_svg(map), "no data"), 1U);
}

}  // namespace
}  // namespace synfire
