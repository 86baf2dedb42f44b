#include "targets/mcu/commands.h"

#include <sstream>

namespace synfire::mcu {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Words joined(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

Words start_up_files(const Board& board) { return words_of(board.startup); }

Words warning_options() {
  return {"-Wall", "-Wextra", "-Wconversion", "-Wcast-align", "-pedantic"};
}

Words machine_options(const Board& board) {
  return joined(words_of(board.flags), {"-ffunction-sections", "-fdata-sections"});
}

Words link_options(const Board& board) {
  return joined(words_of(board.link_flags), {"-nostartfiles", "-Wl,--gc-sections", "-T"});
}

Words emulator_command(const Board& board) {
  return joined(
      joined({board.emulator}, words_of(board.emulator_arguments)),
      {"-display", "none", "-monitor", "none", "-serial", "none", "-chardev", "stdio,id=sh",
       "-semihosting-config", "enable=on,target=native,chardev=sh", "-kernel"});
}

}  // namespace synfire::mcu
