#include "core/io/samples.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"
#include "core/io/file_reader.h"
#include "core/io/idx.h"
#include "core/io/npy.h"
#include "core/io/sample_folder.h"
#include "core/io/stored_values.h"

namespace synfire {
namespace {

/// A tensor's first `count` rows.
Tensor first_rows(const Tensor& rows, std::int64_t count) {
  Shape shape = rows.shape();
  shape[0] = count;
  Tensor result(rows.type(), std::move(shape));
  std::copy_n(rows.bytes().begin(), result.bytes().size(), result.bytes().begin());
  return result;
}

Shape without_ones(const Shape& shape) {
  Shape result;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(result),
               [](std::int64_t extent) { return extent != 1; });
  return result;
}

/// Whether an array of `array` dimensions is a sample of `shape`: the same up to dimensions of 1,
/// or flat. A transposed sample has the same size and is not.
bool is_sample(const Shape& array, const Shape& shape) {
  const Shape flat{element_count(shape)};
  return without_ones(array) == without_ones(shape) || without_ones(array) == without_ones(flat);
}

Shape tail(const Shape& shape) {
  return shape.empty() ? shape : Shape(shape.begin() + 1, shape.end());
}

std::int64_t limited(std::int64_t rows, std::int64_t limit) {
  return limit < 0 ? rows : std::min(rows, limit);
}

[[noreturn]] void fail_shape(const std::string& where, const Shape& got, const Shape& shape) {
  fail(Code::sample_size, where,
       "shape " + to_string(got) + " is not samples of the network's input shape " +
           to_string(shape));
}

Tensor read_raw(const std::filesystem::path& path, DataType element, const Shape& shape,
                std::int64_t limit) {
  FileReader file(path);
  const std::int64_t row = element_count(shape);
  const std::int64_t row_bytes = row * static_cast<std::int64_t>(size_of(element));
  if (file.size() == 0) fail(Code::file_truncated, file.where(), "the file is empty");
  if (row_bytes == 0 || file.size() % row_bytes != 0)
    fail(Code::sample_size, file.where(),
         std::to_string(file.size()) + " bytes are not a whole number of samples of " +
             std::to_string(row_bytes) + " bytes (" + std::string(to_string(element)) + " " +
             to_string(shape) + ")");
  const std::int64_t rows = limited(file.size() / row_bytes, limit);
  check_sample_bytes(path, rows, row, size_of(element));
  Tensor data(element, {rows, row});
  file.read(data.bytes());
  return data;
}

Tensor read_npy(const std::filesystem::path& path, DataType element, const Shape& shape,
                std::int64_t limit) {
  FileReader file(path);
  NpyHeader header = read_npy_header(file);
  // One sample without a leading dimension, unless it can be read as several.
  if (!is_sample(tail(header.shape), shape) && is_sample(header.shape, shape))
    header.shape.insert(header.shape.begin(), 1);
  if (header.shape.empty() || !is_sample(tail(header.shape), shape))
    fail_shape(file.where(), header.shape, shape);
  return read_npy_rows(file, header, element, limited(header.rows(), limit));
}

/// Pixels as the network expects them: images are stored as 0 .. 255.
Tensor scale_pixels(const Tensor& pixels, DataType element, const std::string& where) {
  const auto from = pixels.as<std::uint8_t>();
  if (element == DataType::uint8) return pixels;
  Tensor result(element, pixels.shape());
  if (element == DataType::float32)
    std::transform(from.begin(), from.end(), result.as<float>().begin(),
                   [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0F; });
  else if (element == DataType::int8)
    std::transform(from.begin(), from.end(), result.as<std::int8_t>().begin(),
                   [](std::uint8_t pixel) { return static_cast<std::int8_t>(pixel - 128); });
  else
    fail(Code::sample_size, where,
         "8-bit images cannot enter an input of " + std::string(to_string(element)));
  return result;
}

Tensor read_images(const std::filesystem::path& path, DataType element, const Shape& shape,
                   std::int64_t limit) {
  const Tensor stored = read_idx(path, limit);
  const std::string where = path.string();
  if (!is_sample(tail(stored.shape()), shape)) fail_shape(where, stored.shape(), shape);
  const Tensor rows = stored.reshaped({stored.shape()[0], element_count(shape)});
  check_sample_bytes(path, rows.shape()[0], rows.shape()[1], size_of(element));
  if (rows.type() == DataType::uint8) return scale_pixels(rows, element, where);
  Tensor result(element, rows.shape());
  convert_exactly(rows.bytes(), stored_type_of(rows.type()), result, where);
  return result;
}

/// A sample a line, or, of samples with several rows, a row a line.
Tensor read_csv(const std::filesystem::path& path, DataType element, const Shape& shape,
                std::int64_t limit) {
  const std::int64_t row = element_count(shape), width = element_count(tail(shape));
  if (width == row || csv_width(path) != width)
    return read_csv_rows(path, element, row, limit, false);
  const std::int64_t lines = row / width;
  const Tensor rows = read_csv_rows(path, element, width, limit < 0 ? -1 : limit * lines, false);
  if (rows.shape()[0] % lines != 0)
    fail(Code::sample_size, path.string(),
         std::to_string(rows.shape()[0]) + " lines are not a whole number of samples of " +
             std::to_string(lines) + " lines");
  return rows.reshaped({rows.shape()[0] / lines, row});
}

Tensor read_file(const std::filesystem::path& path, DataType element, const Shape& shape,
                 std::int64_t limit) {
  switch (format_of(path)) {
    case TensorFormat::raw:
      return read_raw(path, element, shape, limit);
    case TensorFormat::npy:
      return read_npy(path, element, shape, limit);
    case TensorFormat::csv:
      return read_csv(path, element, shape, limit);
    case TensorFormat::idx:
      return read_images(path, element, shape, limit);
  }
  return {};
}

}  // namespace

Tensor SampleSet::sample(std::int64_t index) const {
  Tensor result(data.type(), shape);
  const std::size_t bytes = result.bytes().size();
  const auto first = data.bytes().subspan(static_cast<std::size_t>(index) * bytes, bytes);
  std::copy(first.begin(), first.end(), result.bytes().begin());
  return result;
}

SampleSet read_samples(const std::filesystem::path& path, DataType element, const Shape& shape,
                       std::int64_t limit) {
  SampleSet samples;
  samples.shape = shape;
  if (std::filesystem::is_directory(path))
    read_sample_folder(path, element, shape, limit, samples);
  else
    samples.data = read_file(path, element, shape, limit);
  if (samples.count() == 0 && limit != 0)
    fail(Code::sample_size, path.string(), "there are no samples in it");
  check_finite(samples.data, path.string());
  return samples;
}

SampleSet first_samples(const SampleSet& samples, std::int64_t count) {
  SampleSet result{first_rows(samples.data, count), samples.shape, samples.labels};
  if (!result.labels.empty()) result.labels.resize(static_cast<std::size_t>(count));
  return result;
}

}  // namespace synfire
