#include "core/io/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"

namespace synfire {
namespace {

constexpr std::string_view kBlanks = " \t\r\"";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// For messages: a hostile field may be long or hold control characters.
std::string shown(std::string_view field) {
  std::string text(field.substr(0, 40));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + text + "'";
}

template <typename T>
std::optional<T> parse(std::string_view field) {
  if (field.starts_with('+')) field.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) return std::nullopt;
  return value;
}

/// Appends `field` as a T; false when it is not a T.
template <typename T>
bool append(std::vector<std::byte>& data, std::string_view field, bool allow_nan) {
  const auto value = parse<T>(field);
  if (!value) return false;
  if constexpr (std::is_floating_point_v<T>)
    if (!allow_nan && !std::isfinite(*value)) return false;
  const auto* const bytes = reinterpret_cast<const std::byte*>(&*value);
  data.insert(data.end(), bytes, bytes + sizeof(T));
  return true;
}

bool append(std::vector<std::byte>& data, std::string_view field, DataType type, bool allow_nan) {
  switch (type) {
    case DataType::int8:
      return append<std::int8_t>(data, field, allow_nan);
    case DataType::uint8:
      return append<std::uint8_t>(data, field, allow_nan);
    case DataType::int16:
      return append<std::int16_t>(data, field, allow_nan);
    case DataType::int32:
      return append<std::int32_t>(data, field, allow_nan);
    case DataType::int64:
      return append<std::int64_t>(data, field, allow_nan);
    case DataType::float32:
      return append<float>(data, field, allow_nan);
    case DataType::float64:
      return append<double>(data, field, allow_nan);
  }
  return false;
}

bool is_header(const std::vector<std::string_view>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
    return !field.empty() && !parse_number(field) &&
           std::isalpha(static_cast<unsigned char>(field[0]));
  });
}

void append_line(std::vector<std::byte>& data, const std::vector<std::string_view>& fields,
                 const CsvReader& reader, DataType element, bool allow_nan) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (!append(data, fields[i], element, allow_nan))
      fail(Code::file_corrupt, reader.where(),
           "field " + std::to_string(i + 1) + " is " + shown(fields[i]) + ", not a " +
               (allow_nan ? "" : "finite ") + std::string(to_string(element)) + " number");
}

}  // namespace

CsvReader::CsvReader(std::filesystem::path path, std::size_t longest_line)
    : path_(std::move(path)), longest_line_(longest_line) {
  regular_file_size(path_);
  stream_.open(path_, std::ios::binary);
  if (!stream_) fail(Code::file_not_found, path_.string(), "cannot be opened for reading");
}

std::string CsvReader::where() const { return path_.string() + ":" + std::to_string(line_); }

bool CsvReader::read_line() {
  text_.clear();
  ++line_;
  auto* const buffer = stream_.rdbuf();
  for (int c = buffer->sbumpc(); c != EOF; c = buffer->sbumpc()) {
    if (c == '\n') return true;
    if (text_.size() >= longest_line_)
      fail(Code::file_corrupt, where(),
           "the line is longer than " + std::to_string(longest_line_) + " characters");
    text_ += static_cast<char>(c);
  }
  return !text_.empty();
}

const std::vector<std::string_view>* CsvReader::next() {
  do {
    if (!read_line()) return nullptr;
  } while (trim(text_).empty());
  std::string_view rest = text_;
  if (line_ == 1 && rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  const char separator = rest.find(',') == std::string_view::npos ? ';' : ',';
  fields_.clear();
  while (true) {
    const std::size_t end = rest.find(separator);
    fields_.push_back(trim(rest.substr(0, end)));
    if (end == std::string_view::npos) return &fields_;
    rest.remove_prefix(end + 1);
  }
}

std::optional<double> parse_number(std::string_view field) { return parse<double>(field); }

std::int64_t csv_width(const std::filesystem::path& path) {
  constexpr std::size_t kLongest = 1 << 26;
  CsvReader reader(path, kLongest);
  const auto* const fields = reader.next();
  return fields == nullptr ? 0 : std::ssize(*fields);
}

Tensor read_csv_rows(const std::filesystem::path& path, DataType element, std::int64_t row,
                     std::int64_t limit, bool allow_nan) {
  // 32 characters hold any number and its separator.
  CsvReader reader(path, 1024 + 32 * static_cast<std::size_t>(row));
  std::vector<std::byte> data;
  std::int64_t rows = 0;
  bool first = true;
  while (limit < 0 || rows < limit) {
    const auto* fields = reader.next();
    if (fields == nullptr) break;
    if (std::exchange(first, false) && is_header(*fields)) continue;
    if (static_cast<std::int64_t>(fields->size()) != row)
      fail(Code::sample_size, reader.where(),
           std::to_string(fields->size()) + " fields, but a row has " + std::to_string(row) +
               " values");
    append_line(data, *fields, reader, element, allow_nan);
    check_sample_bytes(path, ++rows, row, size_of(element));
  }
  Tensor result(element, {rows, row});
  std::copy(data.begin(), data.end(), result.bytes().begin());
  return result;
}

}  // namespace synfire
