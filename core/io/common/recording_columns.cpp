#include "core/io/common/recording_columns.h"

#include <cmath>
#include <string>

#include "core/base/diagnostics.h"

namespace synfire {

std::int64_t rows_of(const Hdf5Group& group, std::string_view member, std::size_t rank) {
  const Shape shape = group.shape(member);
  if (shape.size() != rank)
    fail(Code::file_format, group.where(member),
         std::to_string(shape.size()) + " dimensions instead of " + std::to_string(rank));
  return shape.front();
}

/// SONATA's times are in ms; a file that says something else means it.
static double milliseconds_per_unit(const Hdf5Group& group, std::string_view member) {
  if (!group.has_attribute(member, "units")) return 1;
  const std::string units = group.text_attribute(member, "units");
  if (units.empty() || units == "ms" || units == "milliseconds") return 1;
  if (units == "s" || units == "seconds") return 1000;
  if (units == "us" || units == "microseconds") return 1e-3;
  fail(Code::file_format, group.where(member), "times in '" + units + "', expected ms, s or us");
}

std::vector<double> read_times(const Hdf5Group& group, std::string_view member) {
  rows_of(group, member, 1);
  const double unit = milliseconds_per_unit(group, member);
  const Tensor tensor = group.read(member);
  std::vector<double> times(tensor.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = tensor.number(i) * unit;
    if (!(std::abs(times[i]) <= kMaxTime))
      fail(Code::file_corrupt, group.where(member),
           "time " + std::to_string(i) + " is no time of a simulation");
  }
  return times;
}

std::vector<std::uint64_t> read_ids(const Hdf5Group& group, std::string_view member) {
  rows_of(group, member, 1);
  const Tensor tensor = group.read(member);
  if (tensor.type() == DataType::float32 || tensor.type() == DataType::float64)
    fail(Code::file_format, group.where(member), "neurons are numbered with integers");
  std::vector<std::uint64_t> ids(tensor.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const double id = tensor.number(i);
    if (id < 0 || id >= kMaxNeurons)
      fail(Code::file_corrupt, group.where(member),
           "id " + std::to_string(i) + " is not a number from 0 to 2^31 - 1");
    ids[i] = static_cast<std::uint64_t>(id);
  }
  return ids;
}

std::vector<std::int64_t> read_numbers(const Hdf5Group& group, std::string_view member) {
  rows_of(group, member, 1);
  const Tensor numbers = group.read(member);
  if (numbers.type() != DataType::int64)
    fail(Code::file_format, group.where(member), "it must be integers of 64 bits");
  const auto values = numbers.as<std::int64_t>();
  return {values.begin(), values.end()};
}

}  // namespace synfire
