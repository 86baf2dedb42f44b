// Boards: one TOML file each in boards/, with a start-up file that several may share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace synfire::mcu {

struct Board {
  std::string name, summary;
  std::string compiler, compiler_package, flags, link_flags;
  std::string startup, entry;
  std::string flash_origin, ram_origin, timer;
  std::int64_t flash_size = 0, ram_size = 0, stack_size = 0;  // bytes
  std::int64_t ticks = 1, instructions = 1;  // of the timer, in so many instructions
  bool long_multiply = false;                // SNN_PACKED of the runtime
  std::string emulator, emulator_package, emulator_arguments;
};

/// Reads the keys that Board has, all of them, from `key = "text"` and `key = number` lines. Throws
/// `file_corrupt` with the line.
Board read_board(std::string_view text, const std::string& where);

/// Every board of the tree, by name.
const std::map<std::string, Board>& boards();
std::vector<std::string> board_names();

/// Throws `unknown_name`.
const Board& find_board(const std::string& name);

}  // namespace synfire::mcu
