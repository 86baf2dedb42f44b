#include "core/io/npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::int64_t kMaxHeader = 1 << 16;

[[noreturn]] void corrupt(const FileReader& file, const std::string& what) {
  fail(Code::file_corrupt, file.where(), "npy header: " + what);
}

/// The header's dictionary, a Python literal such as
/// {'descr': '<f4', 'fortran_order': False, 'shape': (10, 490), }
std::string read_dictionary(FileReader& file) {
  std::array<std::byte, 8> start{};
  file.seek(0);
  file.read(start);
  const int version = static_cast<int>(start[6]);
  if (version < 1 || version > 3)
    fail(Code::file_format, file.where(), "npy version " + std::to_string(version) + " is unknown");
  std::array<std::byte, 4> length{};
  file.read(std::span(length).first(version == 1 ? 2 : 4));
  std::int64_t count = 0;
  for (std::size_t i = 4; i-- > 0;) count = count * 256 + static_cast<std::int64_t>(length[i]);
  if (count > kMaxHeader) corrupt(file, std::to_string(count) + " bytes long");
  std::string text(static_cast<std::size_t>(count), '\0');
  file.read(std::as_writable_bytes(std::span(text)));
  return text;
}

/// The text after 'key': with leading blanks removed.
std::string_view value_of(const FileReader& file, std::string_view text, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "'";
  std::size_t at = text.find(quoted);
  if (at == std::string_view::npos) corrupt(file, quoted + " is missing");
  at = text.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos) corrupt(file, quoted + " has no value");
  return text.substr(at);
}

StoredType parse_type(const FileReader& file, std::string_view value) {
  const std::size_t end = value.find('\'', 1);
  if (value.front() != '\'' || end == std::string_view::npos)
    fail(Code::file_format, file.where(), "npy holds records, not numbers");
  const std::string_view descr = value.substr(1, end - 1);
  const auto unsupported = [&] {
    fail(Code::file_format, file.where(),
         "npy element type '" + std::string(descr.substr(0, 20)) + "' is not a number");
  };
  if (descr.size() != 3) unsupported();
  static constexpr std::string_view kinds = "biuf";
  const std::size_t kind = kinds.find(descr[1]);
  const auto size = static_cast<std::uint8_t>(descr[2] - '0');
  const bool known_size = size == 1 || size == 2 || size == 4 || size == 8;
  const bool fits = kind == 0 ? size == 1 : kind != 3 || size > 1;
  if (kind == std::string_view::npos || !known_size || !fits ||
      std::string_view("<>|=").find(descr[0]) == std::string_view::npos)
    unsupported();
  return {static_cast<StoredType::Kind>(kind), size, descr[0] == '>'};
}

Shape parse_shape(const FileReader& file, std::string_view value) {
  const std::size_t end = value.find(')');
  if (value.front() != '(' || end == std::string_view::npos) corrupt(file, "shape is not a tuple");
  Shape shape;
  const char* at = value.data() + 1;
  const char* const last = value.data() + end;
  while (true) {
    while (at != last && (*at == ' ' || *at == ',')) ++at;
    if (at == last) break;
    std::int64_t dimension = 0;
    const auto [next, error] = std::from_chars(at, last, dimension);
    if (error != std::errc{} || dimension < 0) corrupt(file, "shape has an impossible dimension");
    shape.push_back(dimension);
    at = next;
  }
  if (shape.size() > 32) corrupt(file, "more than 32 dimensions");
  return shape;
}

void check_size(const FileReader& file, const NpyHeader& header) {
  std::int64_t bytes = header.type.size;
  for (const std::int64_t dimension : header.shape)
    if (dimension != 0 && __builtin_mul_overflow(bytes, dimension, &bytes))
      corrupt(file, "shape " + to_string(header.shape) + " is impossible");
  if (std::find(header.shape.begin(), header.shape.end(), 0) != header.shape.end()) bytes = 0;
  const std::int64_t present = file.size() - header.data_offset;
  if (present < bytes)
    fail(Code::file_truncated, file.where(),
         "shape " + to_string(header.shape) + " of " + to_string(header.type) + " needs " +
             std::to_string(bytes) + " bytes, the file has " + std::to_string(present));
  if (present > bytes)
    fail(Code::file_corrupt, file.where(),
         std::to_string(present - bytes) + " bytes after the array's end");
}

/// Fortran order: element (row, k) of C order lies at k' * rows + row, where k' counts the trailing
/// dimensions with the first of them fastest.
std::vector<std::byte> to_c_order(std::span<const std::byte> data, const NpyHeader& header,
                                  std::int64_t rows) {
  const auto size = std::size_t{header.type.size};
  const auto all_rows = static_cast<std::size_t>(header.rows());
  const auto row_size = static_cast<std::size_t>(header.row_size());
  std::vector<std::byte> result(static_cast<std::size_t>(rows) * row_size * size);
  Shape index(header.shape.size(), 0);
  for (std::size_t k = 0; k < row_size; ++k) {
    std::size_t offset = 0;
    for (std::size_t d = header.shape.size(); d-- > 1;)
      offset =
          offset * static_cast<std::size_t>(header.shape[d]) + static_cast<std::size_t>(index[d]);
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row)
      std::copy_n(&data[(offset * all_rows + row) * size], size,
                  &result[(row * row_size + k) * size]);
    for (std::size_t d = header.shape.size(); d-- > 1;) {
      if (++index[d] < header.shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

}  // namespace

std::int64_t NpyHeader::row_size() const {
  std::int64_t size = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) size *= shape[d];
  return size;
}

bool is_npy(FileReader& file) {
  const auto start = file.peek(kMagic.size());
  return std::string_view(reinterpret_cast<const char*>(start.data()), start.size()) == kMagic;
}

NpyHeader read_npy_header(FileReader& file) {
  if (file.size() == 0) fail(Code::file_truncated, file.where(), "the file is empty");
  if (!is_npy(file)) fail(Code::file_format, file.where(), "does not start like a .npy file");
  const std::string text = read_dictionary(file);
  NpyHeader header;
  header.data_offset = file.size() - file.remaining();
  header.type = parse_type(file, value_of(file, text, "descr"));
  header.fortran_order = value_of(file, text, "fortran_order").starts_with("True");
  header.shape = parse_shape(file, value_of(file, text, "shape"));
  check_size(file, header);
  return header;
}

Tensor read_npy_rows(FileReader& file, const NpyHeader& header, DataType element,
                     std::int64_t rows) {
  const std::int64_t row_size = header.row_size();
  const std::int64_t read_rows = header.fortran_order ? header.rows() : rows;
  check_sample_bytes(file.path(), read_rows, row_size, header.type.size);
  check_sample_bytes(file.path(), rows, row_size, size_of(element));
  std::vector<std::byte> data(static_cast<std::size_t>(read_rows * row_size) * header.type.size);
  file.seek(header.data_offset);
  file.read(data);
  if (header.fortran_order && header.shape.size() > 1) data = to_c_order(data, header, rows);
  Tensor result(element, {rows, row_size});
  convert_exactly(data, header.type, result, file.where());
  return result;
}

std::string npy_header(DataType type, const Shape& shape) {
  const StoredType stored = stored_type_of(type);
  std::string text = "{'descr': '";
  text += stored.size == 1 ? '|' : '<';
  text += "biuf"[static_cast<std::size_t>(stored.kind)];
  text += std::to_string(stored.size) + "', 'fortran_order': False, 'shape': (";
  for (const std::int64_t dimension : shape) text += std::to_string(dimension) + ", ";
  text += "), }";
  // The array starts at a multiple of 64 bytes, and the dictionary ends with a line feed.
  while ((10 + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string header(kMagic);
  header +=
      {'\x01', '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace synfire
