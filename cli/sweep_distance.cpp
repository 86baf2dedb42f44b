#include "cli/sweep_distance.h"

#include "cli/table.h"

namespace synfire {
namespace {

/// Of all points.
CurvePoints together(const std::vector<Distance>& distances) {
  CurvePoints all;
  for (const auto& [result, curve, points] : distances) {
    all.x.insert(all.x.end(), points.x.begin(), points.x.end());
    all.error.insert(all.error.end(), points.error.begin(), points.error.end());
    all.distance.insert(all.distance.end(), points.distance.begin(), points.distance.end());
  }
  return all;
}

}  // namespace

std::vector<Distance> distances_of(const RecordingView& view, const PictureOptions& options) {
  std::vector<Distance> distances;
  if (view.summary.columns.empty() || options.against.rows.empty()) return distances;
  for (const std::string& result : options.y.empty() ? usual_columns(view.summary) : options.y) {
    const SweepCurves curves = sweep_curves(view.summary, options.x, result);
    for (CurvePoints& points : compare(curves, options.against))
      distances.push_back({result, curves.curves[points.curve].name, std::move(points)});
  }
  return distances;
}

Json to_json(const std::vector<Distance>& distances) {
  Json json = Json::array();
  for (const Distance& each : distances)
    json.push_back({{"result", each.result},
                    {"curve", each.curve},
                    {"points", each.points.x.size()},
                    {"points_outside", each.points.outside},
                    {"rms", number_or_null(each.points.rms())},
                    {"rms_in_errors", number_or_null(each.points.rms_in_errors())}});
  return json;
}

std::string to_text(const std::vector<Distance>& distances) {
  if (distances.empty()) return {};
  std::vector<std::vector<std::string>> rows{
      {"curve", "points", "RMS distance", "in standard errors"}};
  const auto add = [&rows](const std::string& curve, const CurvePoints& points) {
    rows.push_back({curve, std::to_string(points.x.size()), text_or_dash("{:.4g}", points.rms()),
                    text_or_dash("{:.2f}", points.rms_in_errors())});
  };
  for (const Distance& each : distances)
    add(each.curve.empty() ? each.result : each.curve, each.points);
  if (distances.size() > 1) add("all", together(distances));
  return text_table(rows);
}

}  // namespace synfire
