// What the runs of a sweep gave, as curves over one of the keys that it varies, and how far they
// are from points that others have measured.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/summary.h"

namespace synfire {

/// "10 ms", "[\"0.1 ms\"]" or "5" as a number and its unit.
struct Measure {
  double number = 0;
  std::string unit;
};
std::optional<Measure> read_measure(std::string_view text);
/// Whether two values are the same quantity, or else the same text.
bool is_same_value(const std::string& a, const std::string& b);

struct SweepCurve {
  std::string name;               // "projection.a.weight = 2 pA"; empty where there is one curve
  std::vector<Setting> at;        // the other keys that tell it from the rest
  std::vector<double> x, y;       // x rises
  std::vector<double> deviation;  // standard error over repetitions; empty without any
};

struct SweepCurves {
  std::string x, unit;  // the key, or several, and the unit of its values
  std::string y;        // the column
  std::vector<SweepCurve> curves;
};

/// `x`: a setting, or one of the keys that are set together; empty: the first. Runs that differ in
/// the seed only are averaged; keys that follow from x do not make curves of their own. Throws
/// unknown_name, and bad_option_value where values of x are no numbers of one dimension.
SweepCurves sweep_curves(const Summary& summary, std::string_view x, const std::string& y);

/// The columns that a picture shows where none is asked for: changes of weights, else rates.
std::vector<std::string> usual_columns(const Summary& summary);

/// Points to compare with: one row a point, cells as they are written.
struct PointTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string file = {};                     // that they were read from
  std::vector<std::string> row_places = {};  // "points.csv:7", where they are told
  std::string header_place = {};

  std::string where() const { return header_place.empty() ? name : header_place; }
  std::string where(std::size_t row) const {
    return row < row_places.size() ? row_places[row] : name + " row " + std::to_string(row + 1);
  }
};

/// CSV with a header; lines that begin with # are passed over. Throws file_format where a row does
/// not have the header's columns or there are no rows, and what CsvReader throws.
PointTable read_points(const std::filesystem::path& path);

/// The points of one curve.
struct CurvePoints {
  std::size_t curve = 0;         // its place in SweepCurves
  std::vector<double> x, y;      // in the curve's unit
  std::vector<double> error;     // standard errors; empty: not told
  std::vector<double> distance;  // the curve at x, linear between its points, minus y
  std::size_t outside = 0;       // points left of the curve's beginning or right of its end

  double rms() const;            // of the distances
  double rms_in_errors() const;  // of the distances in standard errors; NaN without them
};

/// The table's columns are x, y, "<y> error", keys of the sweep, which say whose points they are,
/// and "source"; names may have their unit behind them: "stimulus.a.shift [ms]". Throws
/// unknown_name (another column, with the nearest name), file_format (no x or y, or cells that are
/// no numbers, all of them at their lines) and bad_option_value where no point is on a curve.
std::vector<CurvePoints> compare(const SweepCurves& curves, const PointTable& points);

}  // namespace synfire
