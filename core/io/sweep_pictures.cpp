#include <fmt/format.h>

#include <cmath>

#include "core/base/diagnostics.h"
#include "core/io/common/axis.h"
#include "core/io/picture.h"

namespace synfire {
namespace {

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : name + " (" + unit + ")";
}

/// "a rate_hz" is "a rate (Hz)", "b weight_change" is "b weight change".
std::string readable_name(std::string column) {
  constexpr std::string_view kRate = " rate_hz", kChange = " weight_change";
  if (column.ends_with(kRate)) column.replace(column.size() - 3, 3, " (Hz)");
  if (column.ends_with(kChange))
    column.replace(column.size() - kChange.size(), kChange.size(), " weight change");
  return column;
}

/// "0.12, 0.58 standard errors"
std::string distance_text(const CurvePoints& points) {
  std::string text = svg::readable(points.rms());
  if (!points.error.empty())
    text += fmt::format(", {:.2f} standard errors", points.rms_in_errors());
  return text;
}

void add_curves(LineChart& chart, const SweepCurves& curves) {
  for (const SweepCurve& curve : curves.curves)
    chart.series.push_back({curve.name.empty() ? readable_name(curves.y) : curve.name,
                            curve.x,
                            curve.y,
                            {},
                            curve.deviation});
}

/// In the colour of their curve.
void add_points(LineChart& chart, const SweepCurves& curves, const PointTable& table) {
  for (const CurvePoints& points : compare(curves, table)) {
    if (points.x.empty()) continue;
    const std::string& curve = curves.curves[points.curve].name;
    chart.series.push_back({curve.empty() ? table.name : table.name + ": " + curve, points.x,
                            points.y, points.curve, points.error, false});
    chart.description += fmt::format(" Root of the mean square distance from the points of {}: {}.",
                                     chart.series.back().name, distance_text(points));
  }
}

}  // namespace

std::vector<Picture> draw_sweep(const RecordingView& view, const PictureOptions& options) {
  const std::vector<std::string> columns =
      options.y.empty() ? usual_columns(view.summary) : options.y;
  if (columns.size() > 1 && !options.against.rows.empty())
    fail(Code::bad_option_value, "against", "points are compared with one result",
         "say which with --y");
  std::vector<Picture> pictures;
  for (const std::string& column : columns) {
    const SweepCurves curves = sweep_curves(view.summary, options.x, column);
    LineChart chart;
    const std::string name = readable_name(column);
    chart.title = options.title.empty() ? name : options.title;
    chart.description = fmt::format("{} over {}, {} runs.", name, curves.x, view.summary.runs());
    chart.x_label = with_unit(curves.x.substr(0, curves.x.find(',')), curves.unit);
    chart.y_label = name;
    add_curves(chart, curves);
    if (!options.against.rows.empty()) add_points(chart, curves, options.against);
    pictures.emplace_back(std::move(chart));
  }
  return pictures;
}

}  // namespace synfire
