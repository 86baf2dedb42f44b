#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace synfire {
namespace {

bool is_numeric(const std::string& cell) {
  return std::all_of(cell.begin(), cell.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ' ';
  });
}

struct Column {
  std::size_t width = 0;
  bool numeric = true;
};

std::vector<Column> measure(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns(rows.empty() ? 0 : rows.front().size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < columns.size(); ++c) {
      columns[c].width = std::max(columns[c].width, rows[r][c].size());
      if (r > 0 && !is_numeric(rows[r][c])) columns[c].numeric = false;
    }
  return columns;
}

std::string line(const std::vector<std::string>& cells, const std::vector<Column>& columns) {
  std::string text;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string blanks(columns[c].width - cells[c].size(), ' ');
    text += c == 0 ? "" : "  ";
    text += columns[c].numeric ? blanks + cells[c] : cells[c] + blanks;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  const auto columns = measure(rows);
  std::string text;
  for (const auto& row : rows) text += line(row, columns);
  return text;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, 1, ' ');
  return text;
}

std::string short_origin(const std::string& origin) { return origin.substr(0, origin.find(" (")); }

std::string text_or_dash(std::string_view format, double value) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

}  // namespace synfire
