// Comma-separated numbers, with or without a header line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// Lines of fields; blank lines are passed over. Fields may be separated by comma or semicolon.
class CsvReader {
 public:
  /// Lines longer than `longest_line` characters are refused, not stored.
  CsvReader(std::filesystem::path path, std::size_t longest_line);
  /// The next line's fields, trimmed of blanks; nothing at the end. Valid until the next call.
  const std::vector<std::string_view>* next();
  /// "labels.csv:12", the line that next() gave last.
  std::string where() const;
  std::int64_t line() const { return line_; }

 private:
  bool read_line();

  std::filesystem::path path_;
  std::size_t longest_line_;
  std::ifstream stream_;
  std::string text_;
  std::vector<std::string_view> fields_;
  std::int64_t line_ = 0;
};

std::optional<double> parse_number(std::string_view field);

/// Fields of the first line; 0 of an empty file.
std::int64_t csv_width(const std::filesystem::path& path);

/// Lines of exactly `row` numbers as `element` values, at most `limit` lines when limit >= 0; shape
/// {rows, row}. A first line with a field that is no number is the header. NaN is refused unless
/// `allow_nan`.
Tensor read_csv_rows(const std::filesystem::path& path, DataType element, std::int64_t row,
                     std::int64_t limit, bool allow_nan);

}  // namespace synfire
