// NumPy's .npy files, versions 1 to 3 (numpy.lib.format).
#pragma once

#include <cstdint>

#include "core/base/tensor.h"
#include "core/io/file_reader.h"
#include "core/io/stored_values.h"

namespace synfire {

struct NpyHeader {
  StoredType type;
  bool fortran_order = false;
  Shape shape;
  std::int64_t data_offset = 0;

  std::int64_t rows() const { return shape.empty() ? 1 : shape[0]; }
  /// Elements of one row, the leading dimension being the row.
  std::int64_t row_size() const;
};

bool is_npy(FileReader& file);
/// The header, checked against the file's size.
NpyHeader read_npy_header(FileReader& file);
/// The first `rows` rows as `element` values in C order, shape {rows, row_size}.
Tensor read_npy_rows(FileReader& file, const NpyHeader& header, DataType element,
                     std::int64_t rows);

std::string npy_header(DataType type, const Shape& shape);

}  // namespace synfire
