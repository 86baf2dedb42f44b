#include "targets/mcu/key_file.h"

#include <algorithm>
#include <charconv>

#include "core/base/diagnostics.h"

namespace synfire::mcu {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

KeyFile::KeyFile(std::string_view text, std::string where) : where_(std::move(where)) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read(trimmed(text.substr(0, end)), line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string KeyFile::text(const std::string& key) {
  const auto found = values_.find(key);
  if (found == values_.end()) fail(Code::file_corrupt, where_, "has no key " + key);
  std::string value = found->second;
  values_.erase(found);
  return value;
}

std::int64_t KeyFile::size(const std::string& key) {
  const std::string value = text(key);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
  const bool known = unit.empty() || unit == "K" || unit == "M";
  if (error != std::errc() || !known || number < 0)
    fail(Code::file_corrupt, where_, key + " is no size: " + value);
  return number << (unit == "M" ? 20 : unit == "K" ? 10 : 0);
}

void KeyFile::expect_none_left() const {
  if (!values_.empty())
    fail(Code::file_corrupt, where_, "has an unknown key " + values_.begin()->first);
}

void KeyFile::read(std::string_view line, std::size_t number) {
  if (line.empty() || line.front() == '#') return;
  const std::string where = where_ + ":" + std::to_string(number);
  const std::size_t equal = line.find('=');
  if (equal == std::string_view::npos) fail(Code::file_corrupt, where, "is not `key = value`");
  std::string_view value = trimmed(line.substr(equal + 1));
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  if (!values_.emplace(trimmed(line.substr(0, equal)), value).second)
    fail(Code::file_corrupt, where, "repeats a key");
}

}  // namespace synfire::mcu
