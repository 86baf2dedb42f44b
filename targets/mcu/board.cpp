#include "targets/mcu/board.h"

#include "core/base/diagnostics.h"
#include "targets/mcu/embedded.h"
#include "targets/mcu/key_file.h"

namespace synfire::mcu {
namespace {

constexpr std::string_view kFolder = "targets/mcu/boards/";

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
  KeyFile keys(text, where);
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
