// Sets of samples and labels from files: raw .bin, .npy, .csv, IDX (also .gz) and folders of .bin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// Samples of one shape and element type; the leading dimension of `data` is the sample.
struct SampleSet {
  Tensor data;                       // {samples, element_count(shape)}
  Shape shape;                       // of one sample
  std::vector<std::int64_t> labels;  // from a folder's y_labels.csv; empty when there are none

  std::int64_t count() const { return data.shape().empty() ? 0 : data.shape()[0]; }
  Tensor sample(std::int64_t index) const;
};

/// Reads samples for an input of `element` type (int8 or float32) and sample shape `shape`; at most
/// `limit` of them when limit >= 0. 8-bit IDX images are given to a float32 input as x / 255 and to
/// an int8 input as x - 128. Throws file_not_found, file_truncated, file_corrupt, file_format,
/// file_too_large or sample_size, located at the file (and row).
SampleSet read_samples(const std::filesystem::path& path, DataType element, const Shape& shape,
                       std::int64_t limit = -1);

/// The first `count` samples with their labels.
SampleSet first_samples(const SampleSet& samples, std::int64_t count);

/// Class numbers: IDX (.gz), .npy, or .csv (a column named label or y; without a header the last
/// column). Throws label_mismatch, located at the file and line.
std::vector<std::int64_t> read_labels(const std::filesystem::path& path);

/// Writes a tensor's rows as raw .bin, .npy or .csv, by extension, through a temporary name.
void write_tensor(const std::filesystem::path& path, const Tensor& tensor);

/// Reads a tensor of `element` values, rows of `row` values, from .bin, .npy or .csv.
Tensor read_rows(const std::filesystem::path& path, DataType element, std::int64_t row);

}  // namespace synfire
