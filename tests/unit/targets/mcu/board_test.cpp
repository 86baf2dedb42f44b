// Boards are read from files of keys; what is missing, unknown or no size is told with its place.
#include "targets/mcu/board.h"

#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "targets/mcu/embedded.h"

namespace synfire::mcu {
namespace {

std::string text_of_a_board() {
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.ends_with("mps2-an386.toml")) return std::string(file.text);
  return {};
}

Code code_of(const std::string& text) {
  try {
    read_board(text, "test.toml");
  } catch (const Failure& failure) {
    return failure.diagnostics().front().code;
  }
  return Code::internal;
}

TEST(Board, EveryOneOfTheTreeIsRead) {
  EXPECT_GE(boards().size(), 6U);
  for (const auto& [name, board] : boards()) {
    EXPECT_EQ(name, board.name);
    EXPECT_GT(board.flash_size, 0);
    EXPECT_GT(board.ram_size, board.stack_size);
  }
  EXPECT_EQ(find_board("mps2-an386").flash_size, 4 << 20);
}

TEST(Board, AnUnknownNameHasASuggestion) {
  try {
    find_board("mps2-an368");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 2);
    EXPECT_NE(failure.diagnostics().front().hint.find("mps2-an3"), std::string::npos);
  }
}

TEST(Board, FaultsOfAFileAreTold) {
  const std::string text = text_of_a_board();
  EXPECT_EQ(code_of(text + "colour = \"red\"\n"), Code::file_corrupt);
  EXPECT_EQ(code_of(text + "name = \"twice\"\n"), Code::file_corrupt);
  EXPECT_EQ(code_of(text + "no key here\n"), Code::file_corrupt);
  EXPECT_EQ(code_of("name = \"only this\"\n"), Code::file_corrupt);
}

}  // namespace
}  // namespace synfire::mcu
