#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/diagnostics.h"
#include "core/base/units.h"
#include "core/io/csv.h"
#include "core/io/sweep_curves.h"

namespace synfire {
namespace {

constexpr std::size_t kLongestLine = 4096;

/// A column's name and the unit that is written behind it.
struct Heading {
  std::string name, unit;
};

Heading heading_of(const std::string& text) {
  const std::size_t open = text.find(" [");
  if (open == text.npos || !text.ends_with(']')) return {text, ""};
  return {text.substr(0, open), text.substr(open + 2, text.size() - open - 3)};
}

bool is_key(const std::string& keys, const std::string& name) {
  return (", " + keys + ",").find(", " + name + ",") != std::string::npos;
}

/// Which column is what.
class Roles {
 public:
  Roles(const SweepCurves& curves, const PointTable& table) : curves_(curves), table_(table) {
    Diagnostics faults;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (!take(heading_of(table.columns[c]), c)) refuse(table.columns[c], faults);
    faults.throw_if_error();
    for (const auto& [column, name] : {std::pair{x_, curves.x}, {y_, curves.y}})
      if (column == kNone)
        faults.error(Code::file_format, table.where(), "there is no column '" + name + "'");
    faults.throw_if_error();
  }

  std::size_t y() const { return y_; }
  bool has_error() const { return error_ != kNone; }
  double standard_error(std::size_t row) const {
    const double value = number(row, error_);
    if (value > 0) return value;
    fail(Code::file_format, table_.where(row), "a standard error must be above 0",
         in_column(error_));
  }

  double number(std::size_t row, std::size_t column) const {
    const std::string& cell = table_.rows[row][column];
    const auto measure = read_measure(cell);
    if (!measure)
      fail(Code::file_format, table_.where(row), fmt::format("'{}' is no number", cell),
           in_column(column));
    return measure->number;
  }

  /// In the unit of the curves.
  double x(std::size_t row) const {
    const double value = number(row, x_);
    std::string unit = read_measure(table_.rows[row][x_])->unit;
    if (unit.empty()) unit = heading_of(table_.columns[x_]).unit;
    if (unit.empty()) return value;
    const auto scaled = read_quantity(fmt::format("{} {}", value, unit), curves_.unit);
    if (const auto* const fault = std::get_if<QuantityFault>(&scaled))
      fail(Code::file_format, table_.where(row), fault->message, fault->hint);
    return std::get<double>(scaled);
  }

  /// Every cell that is no number, at once.
  void check_cells() const {
    std::vector<Diagnostic> faults;
    const auto attempt = [&](const auto& read) {
      try {
        read();
      } catch (const Failure& failure) {
        faults.insert(faults.end(), failure.diagnostics().begin(), failure.diagnostics().end());
      }
    };
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      attempt([&] { x(row); });
      attempt([&] { number(row, y_); });
      if (has_error()) attempt([&] { standard_error(row); });
    }
    if (!faults.empty()) throw Failure(std::move(faults));
  }

  /// Whether the row's keys are those of the curve.
  bool is_of(std::size_t row, const SweepCurve& curve) const {
    return std::ranges::all_of(keys_, [&](const Key& key) {
      const std::string cell = key.unit.empty() ? table_.rows[row][key.column]
                                                : table_.rows[row][key.column] + " " + key.unit;
      return std::ranges::any_of(curve.at, [&](const Setting& each) {
        return is_key(each.key, key.name) && is_same_value(each.value, cell);
      });
    });
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  struct Key {
    std::string name, unit;
    std::size_t column;
  };

  std::string in_column(std::size_t column) const {
    return fmt::format("in column '{}'", table_.columns[column]);
  }

  bool take(const Heading& heading, std::size_t column) {
    if (heading.name == "source") return true;
    if (heading.name == curves_.y) return y_ = column, true;
    if (heading.name == curves_.y + " error") return error_ = column, true;
    if (heading.name == curves_.x || is_key(curves_.x, heading.name)) return x_ = column, true;
    for (const SweepCurve& curve : curves_.curves)
      for (const Setting& each : curve.at)
        if (is_key(each.key, heading.name))
          return keys_.push_back({heading.name, heading.unit, column}), true;
    return false;
  }

  void refuse(const std::string& name, Diagnostics& faults) const {
    std::vector<std::string> names{"source", curves_.x, curves_.y, curves_.y + " error"};
    if (!curves_.curves.empty())
      for (const Setting& each : curves_.curves.front().at) names.push_back(each.key);
    const std::string near = nearest_name(heading_of(name).name, names);
    faults.error(Code::unknown_name, table_.where(),
                 fmt::format("column '{}' is nothing of the picture", name),
                 near.empty() ? fmt::format("it may have: {}", fmt::join(names, "; "))
                              : "did you mean '" + near + "'?");
  }

  const SweepCurves& curves_;
  const PointTable& table_;
  std::size_t x_ = kNone, y_ = kNone, error_ = kNone;
  std::vector<Key> keys_;
};

/// The curve at x, linear between its points; nothing beyond its ends.
std::optional<double> value_at(const SweepCurve& curve, double x) {
  const auto at = std::ranges::lower_bound(curve.x, x);
  if (at == curve.x.end()) return std::nullopt;
  const auto i = static_cast<std::size_t>(at - curve.x.begin());
  if (*at == x) return curve.y[i];
  if (i == 0) return std::nullopt;
  const double share = (x - curve.x[i - 1]) / (curve.x[i] - curve.x[i - 1]);
  return curve.y[i - 1] + share * (curve.y[i] - curve.y[i - 1]);
}

double mean_square_root(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace

double CurvePoints::rms() const { return mean_square_root(distance); }

double CurvePoints::rms_in_errors() const {
  std::vector<double> scaled;
  for (std::size_t i = 0; i < error.size(); ++i) scaled.push_back(distance[i] / error[i]);
  return mean_square_root(scaled);
}

PointTable read_points(const std::filesystem::path& path) {
  CsvReader reader(path, kLongestLine);
  PointTable table{path.stem().string(), {}, {}, path.string()};
  while (const auto* const fields = reader.next()) {
    if (fields->front().starts_with('#')) continue;
    std::vector<std::string> cells(fields->begin(), fields->end());
    if (table.columns.empty()) {
      table.columns = std::move(cells), table.header_place = reader.where();
      continue;
    }
    if (cells.size() != table.columns.size())
      fail(Code::file_format, reader.where(),
           fmt::format("{} cells, the header has {}", cells.size(), table.columns.size()));
    table.rows.push_back(std::move(cells)), table.row_places.push_back(reader.where());
  }
  if (table.rows.empty()) fail(Code::file_format, path.string(), "there are no points");
  return table;
}

std::vector<CurvePoints> compare(const SweepCurves& curves, const PointTable& table) {
  const Roles roles(curves, table);
  roles.check_cells();
  std::vector<CurvePoints> result;
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    CurvePoints points;
    points.curve = c;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      if (!roles.is_of(row, curves.curves[c])) continue;
      const double x = roles.x(row), y = roles.number(row, roles.y());
      const auto value = value_at(curves.curves[c], x);
      if (!value) {
        ++points.outside;
        continue;
      }
      points.x.push_back(x), points.y.push_back(y), points.distance.push_back(*value - y);
      if (roles.has_error()) points.error.push_back(roles.standard_error(row));
    }
    if (!points.x.empty() || points.outside > 0) result.push_back(std::move(points));
  }
  if (std::ranges::all_of(result, [](const CurvePoints& each) { return each.x.empty(); }))
    fail(Code::bad_option_value, table.where(), "no point is on a curve",
         "the columns of keys say whose points they are; x must be within the sweep");
  return result;
}

}  // namespace synfire
