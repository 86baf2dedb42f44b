#include <array>
#include <charconv>
#include <fstream>
#include <string>

#include "core/base/diagnostics.h"
#include "core/io/atomic_file.h"
#include "core/io/csv.h"
#include "core/io/file_reader.h"
#include "core/io/npy.h"
#include "core/io/sample_folder.h"
#include "core/io/samples.h"

namespace synfire {
namespace {

std::int64_t row_count(const Tensor& tensor) {
  return tensor.shape().empty() ? 1 : tensor.shape()[0];
}

/// The shortest text that reads back as the same value.
template <typename T>
void append_values(std::string& text, std::span<const T> values) {
  std::array<char, 64> buffer{};
  for (const T& value : values) {
    if (&value != values.data()) text += ',';
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    text.append(buffer.data(), end);
  }
  text += '\n';
}

void append_row(std::string& text, const Tensor& tensor, std::size_t first, std::size_t count) {
  switch (tensor.type()) {
    case DataType::int8:
      return append_values(text, tensor.as<std::int8_t>().subspan(first, count));
    case DataType::uint8:
      return append_values(text, tensor.as<std::uint8_t>().subspan(first, count));
    case DataType::int16:
      return append_values(text, tensor.as<std::int16_t>().subspan(first, count));
    case DataType::int32:
      return append_values(text, tensor.as<std::int32_t>().subspan(first, count));
    case DataType::int64:
      return append_values(text, tensor.as<std::int64_t>().subspan(first, count));
    case DataType::float32:
      return append_values(text, tensor.as<float>().subspan(first, count));
    case DataType::float64:
      return append_values(text, tensor.as<double>().subspan(first, count));
  }
}

std::string csv_text(const Tensor& tensor) {
  const auto rows = static_cast<std::size_t>(row_count(tensor));
  const std::size_t row = rows == 0 ? 0 : tensor.size() / rows;
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) append_row(text, tensor, i * row, row);
  return text;
}

std::string raw_text(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size()};
}

Tensor read_raw_rows(const std::filesystem::path& path, DataType element, std::int64_t row) {
  FileReader file(path);
  const std::int64_t row_bytes = row * static_cast<std::int64_t>(size_of(element));
  if (row_bytes == 0 || file.size() == 0 || file.size() % row_bytes != 0)
    fail(Code::sample_size, file.where(),
         std::to_string(file.size()) + " bytes are not a whole number of rows of " +
             std::to_string(row) + " " + std::string(to_string(element)) + " values");
  check_sample_bytes(path, file.size() / row_bytes, row, size_of(element));
  Tensor rows(element, {file.size() / row_bytes, row});
  file.read(rows.bytes());
  return rows;
}

Tensor read_npy_file(const std::filesystem::path& path, DataType element, std::int64_t row) {
  FileReader file(path);
  const NpyHeader header = read_npy_header(file);
  if (header.shape.empty() || header.row_size() != row)
    fail(Code::sample_size, path.string(),
         "shape " + to_string(header.shape) + " has no rows of " + std::to_string(row) + " values");
  return read_npy_rows(file, header, element, header.rows());
}

}  // namespace

void write_tensor(const std::filesystem::path& path, const Tensor& tensor) {
  const auto extension = path.extension();
  std::string content;
  if (extension == ".csv")
    content = csv_text(tensor);
  else if (extension == ".npy")
    content = npy_header(tensor.type(), tensor.shape()) + raw_text(tensor);
  else if (extension == ".bin")
    content = raw_text(tensor);
  else
    fail(Code::file_write, path.string(), "arrays are written as .bin, .npy or .csv");
  write_file(path, content);
}

Tensor read_rows(const std::filesystem::path& path, DataType element, std::int64_t row) {
  switch (format_of(path)) {
    case TensorFormat::raw:
      return read_raw_rows(path, element, row);
    case TensorFormat::npy:
      return read_npy_file(path, element, row);
    case TensorFormat::csv:
      return read_csv_rows(path, element, row, -1, true);
    case TensorFormat::idx:
      break;
  }
  fail(Code::file_format, path.string(), "rows are read from .bin, .npy or .csv");
}

}  // namespace synfire
