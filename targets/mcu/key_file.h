// Descriptors of boards and packages: lines of `key = "text"` and `key = number`, a part of TOML.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace synfire::mcu {

/// A descriptor's keys; every key is taken once. Throws `file_corrupt` with the place.
class KeyFile {
 public:
  KeyFile(std::string_view text, std::string where);

  std::string text(const std::string& key);
  /// "4M", "8K" or plain bytes.
  std::int64_t size(const std::string& key);
  /// Of what was not asked for.
  void expect_none_left() const;

 private:
  void read(std::string_view line, std::size_t number);

  std::string where_;
  std::map<std::string, std::string> values_;
};

}  // namespace synfire::mcu
