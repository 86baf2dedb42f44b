#include "targets/mcu/board.h"

#include <charconv>

#include "core/base/diagnostics.h"
#include "targets/mcu/embedded.h"

namespace synfire::mcu {
namespace {

constexpr std::string_view kFolder = "targets/mcu/boards/";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The lines of a board's file as key and value, and what was not asked for.
class Keys {
 public:
  Keys(std::string_view text, std::string where) : where_(std::move(where)) {
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      read(trimmed(text.substr(0, end)), line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string text(const std::string& key) {
    const auto found = values_.find(key);
    if (found == values_.end()) fail(Code::file_corrupt, where_, "has no key " + key);
    std::string value = found->second;
    values_.erase(found);
    return value;
  }

  /// "4M", "8K" or plain bytes.
  std::int64_t size(const std::string& key) {
    const std::string value = text(key);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
    const bool known = unit.empty() || unit == "K" || unit == "M";
    if (error != std::errc() || !known || number < 0)
      fail(Code::file_corrupt, where_, key + " is no size: " + value);
    return number << (unit == "M" ? 20 : unit == "K" ? 10 : 0);
  }

  void expect_none_left() const {
    if (!values_.empty())
      fail(Code::file_corrupt, where_, "has an unknown key " + values_.begin()->first);
  }

 private:
  void read(std::string_view line, std::size_t number) {
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

  std::string where_;
  std::map<std::string, std::string> values_;
};

std::map<std::string, Board> all_boards() {
  std::map<std::string, Board> list;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(kFolder) || !file.path.ends_with(".toml")) continue;
    Board board = read_board(file.text, std::string(file.path));
    list.emplace(board.name, std::move(board));
  }
  return list;
}

}  // namespace

Board read_board(std::string_view text, const std::string& where) {
  Keys keys(text, where);
  Board board;
  board.name = keys.text("name"), board.summary = keys.text("summary");
  board.compiler = keys.text("compiler"), board.compiler_package = keys.text("compiler_package");
  board.flags = keys.text("flags"), board.link_flags = keys.text("link_flags");
  board.startup = keys.text("startup"), board.entry = keys.text("entry");
  board.flash_origin = keys.text("flash_origin"), board.flash_size = keys.size("flash_size");
  board.ram_origin = keys.text("ram_origin"), board.ram_size = keys.size("ram_size");
  board.stack_size = keys.size("stack_size"), board.timer = keys.text("timer");
  board.ticks = keys.size("ticks"), board.instructions = keys.size("instructions");
  board.long_multiply = keys.size("long_multiply") != 0;
  board.emulator = keys.text("emulator"), board.emulator_package = keys.text("emulator_package");
  board.emulator_arguments = keys.text("emulator_arguments");
  keys.expect_none_left();
  return board;
}

const std::map<std::string, Board>& boards() {
  static const std::map<std::string, Board> list = all_boards();
  return list;
}

std::vector<std::string> board_names() {
  std::vector<std::string> names;
  for (const auto& [name, board] : boards()) names.push_back(name);
  return names;
}

const Board& find_board(const std::string& name) {
  const auto found = boards().find(name);
  if (found != boards().end()) return found->second;
  const std::string near = nearest_name(name, board_names());
  std::string all;
  for (const std::string& known : board_names()) all += (all.empty() ? "" : ", ") + known;
  fail(Code::unknown_name, "--board", "there is no board " + name,
       near.empty() ? "boards: " + all : "did you mean '" + near + "'?");
}

}  // namespace synfire::mcu
