#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"
#include "core/io/file_reader.h"
#include "core/io/idx.h"
#include "core/io/npy.h"
#include "core/io/sample_folder.h"
#include "core/io/samples.h"

namespace synfire {
namespace {

constexpr std::size_t kLongestLine = 1 << 16;

std::vector<std::int64_t> labels_of(const Tensor& values, const std::string& where) {
  std::vector<std::int64_t> labels;
  for (std::size_t i = 0; i < values.size(); ++i) {
    labels.push_back(values.as<std::int64_t>()[i]);
    if (labels.back() < 0)
      fail(Code::label_mismatch, where,
           "label " + std::to_string(i) + " is " + std::to_string(labels.back()));
  }
  return labels;
}

std::vector<std::int64_t> npy_labels(const std::filesystem::path& path) {
  FileReader file(path);
  const NpyHeader header = read_npy_header(file);
  if (header.shape.empty() || header.row_size() != 1)
    fail(Code::label_mismatch, path.string(),
         "shape " + to_string(header.shape) + " is not a list of labels");
  return labels_of(read_npy_rows(file, header, DataType::int64, header.rows()), path.string());
}

std::vector<std::int64_t> idx_labels(const std::filesystem::path& path) {
  const Tensor stored = read_idx(path, -1);
  if (stored.shape().size() != 1)
    fail(Code::label_mismatch, path.string(),
         "shape " + to_string(stored.shape()) + " is not a list of labels");
  Tensor values(DataType::int64, stored.shape());
  convert_exactly(stored.bytes(), stored_type_of(stored.type()), values, path.string());
  return labels_of(values, path.string());
}

bool is_header(const std::vector<std::string_view>& fields) {
  return std::none_of(fields.begin(), fields.end(),
                      [](std::string_view field) { return parse_number(field).has_value(); });
}

/// The column named label or y; without such a name the last.
std::size_t label_column(const std::vector<std::string_view>& header) {
  for (const std::string_view name : {"label", "labels", "y"})
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == name) return i;
  return header.size() - 1;
}

std::vector<std::int64_t> csv_labels(const std::filesystem::path& path) {
  CsvReader reader(path, kLongestLine);
  std::vector<std::int64_t> labels;
  std::size_t columns = 0;
  std::size_t column = 0;
  while (const auto* fields = reader.next()) {
    const bool first = columns == 0;
    if (first) {
      columns = fields->size();
      column = columns - 1;
    }
    if (first && is_header(*fields)) {
      column = label_column(*fields);
      continue;
    }
    if (fields->size() != columns)
      fail(Code::label_mismatch, reader.where(),
           std::to_string(fields->size()) + " fields, the lines before have " +
               std::to_string(columns));
    labels.push_back(parse_label((*fields)[column], reader.where()));
  }
  return labels;
}

std::vector<std::int64_t> labels_in(const std::filesystem::path& path) {
  switch (format_of(path)) {
    case TensorFormat::npy:
      return npy_labels(path);
    case TensorFormat::idx:
      return idx_labels(path);
    case TensorFormat::csv:
      return csv_labels(path);
    case TensorFormat::raw:
      break;
  }
  fail(Code::file_format, path.string(), "labels are read from .csv, .npy or IDX (.gz)");
}

}  // namespace

std::vector<std::int64_t> read_labels(const std::filesystem::path& path) {
  auto labels = labels_in(path);
  if (labels.empty()) fail(Code::label_mismatch, path.string(), "there are no labels in it");
  return labels;
}

}  // namespace synfire
