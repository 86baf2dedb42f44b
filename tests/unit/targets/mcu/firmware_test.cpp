// Generated C, compiled for this machine with the sanitizers, against the reference executor.
#include "targets/mcu/firmware.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "core/base/diagnostics.h"
#include "support/reference_executor.h"
#include "support/scratch.h"
#include "targets/mcu/networks.h"

namespace synfire::mcu {
namespace {

namespace fs = std::filesystem;
using synfire::test::ScratchFolder;

constexpr std::int64_t kSamples = 20;

bool has_compiler() { return std::system("cc --version >/dev/null 2>&1") == 0; }

void write_firmware(const Network& network, const fs::path& folder) {
  const Plan plan = make_plan(network);
  for (const FirmwareFile& file :
       make_firmware(plan, find_board("mps2-an386"), {.ring = 8, .version = "test"})) {
    fs::create_directories((folder / file.path).parent_path());
    synfire::test::write_all(folder / file.path, file.text);
  }
}

/// Compiles the folder with `main` and runs it there; the exit status.
int build_and_run(const fs::path& folder, const std::string& main, const std::string& flags) {
  const std::string command =
      "cd '" + folder.string() +
      "' && cc -O1 -std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror "
      "-fsanitize=address,undefined -fno-sanitize-recover=all " +
      flags + " -I. -Iboard snn*.c " + main + " -o firmware && ./firmware >/dev/null";
  return std::system(command.c_str());
}

std::string bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size()};
}

struct Expected {
  std::string input, output;
};

Expected expected_of(const Network& network) {
  synfire::test::ReferenceExecutor executor(network);
  Expected expected;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const Tensor sample = test::random_weights(network.inputs.front().shape, 100 + i);
    expected.input += bytes_of(sample);
    executor.infer(sample);
    const Population& output = network.population(network.outputs.front().population);
    const std::int64_t zero_point = integer_or(output.parameters, "zero_point", 0, output.name);
    for (const std::int32_t value : executor.values(output.name))
      expected.output.push_back(static_cast<char>(value + zero_point));
  }
  return expected;
}

class Firmware : public ::testing::TestWithParam<const char*> {
 protected:
  void expect_equal(const Network& network) {
    if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
    const ScratchFolder folder;
    const Expected expected = expected_of(network);
    write_firmware(network, folder.path());
    synfire::test::write_all(folder / "input.bin", expected.input);
    ASSERT_EQ(build_and_run(folder.path(), "main.c board/host.c", GetParam()), 0);
    EXPECT_EQ(synfire::test::read_all(folder / "output.bin"), expected.output);
  }
};

TEST_P(Firmware, OfSeparableLayersHasTheReferencesBytes) { expect_equal(test::separable(4, 6)); }
TEST_P(Firmware, OfTallMapsHasTheReferencesBytes) { expect_equal(test::separable(9, 3)); }
TEST_P(Firmware, OfOneRowHasTheReferencesBytes) { expect_equal(test::separable(1, 8)); }
TEST_P(Firmware, OfIrregularLayersHasTheReferencesBytes) { expect_equal(test::irregular()); }
TEST_P(Firmware, OfSkipConnectionsHasTheReferencesBytes) { expect_equal(test::residual()); }
TEST_P(Firmware, OfMaximaHasTheReferencesBytes) { expect_equal(test::pooled()); }
TEST_P(Firmware, OfMeansHasTheReferencesBytes) { expect_equal(test::averaged({7, 6})); }
TEST_P(Firmware, OfMeansOverRowsHasTheReferencesBytes) { expect_equal(test::averaged({7, 1})); }
TEST_P(Firmware, OfWideningLayersHasTheReferencesBytes) { expect_equal(test::widening()); }
TEST_P(Firmware, OfGroupsAndMeansOverChannelsHasTheReferencesBytes) {
  expect_equal(test::grouped());
}

/// The ways to compute that processors choose from.
constexpr std::array kForms{std::pair{"Plain", "-DSNN_PACKED=0"},
                            std::pair{"Long", "-DSNN_PACKED=SNN_LONG"},
                            std::pair{"Twins", "-DSNN_PACKED=SNN_TWINS -DSNN_SHORT_PRODUCTS=1"}};

INSTANTIATE_TEST_SUITE_P(Sums, Firmware,
                         ::testing::Values(kForms[0].second, kForms[1].second, kForms[2].second),
                         [](const auto& test) { return kForms[test.index].first; });

/// Pushed values give what a sample gives; a flood and bad neurons are counted and change nothing.
constexpr const char* kEventsMain = R"c(
#include <string.h>
#include "snn.h"
static snn_state_t a, b;
int main(void) {
  int8_t sample[SNN_INPUT_SIZE];
  uint32_t i;
  for (i = 0; i < SNN_INPUT_SIZE; ++i) sample[i] = (int8_t)(snn_input_map.zero + SNN_INPUT_LOW);
  sample[3] = 100, sample[17] = -20;
  snn_init(&a);
  snn_init(&b);
  snn_run(&a, sample);
  snn_push(&b, 3, 100 - snn_input_map.zero - SNN_INPUT_LOW);
  snn_push(&b, 17, -20 - snn_input_map.zero - SNN_INPUT_LOW);
  snn_step(&b);
  if (memcmp(snn_out(&a), snn_out(&b), SNN_OUTPUT_SIZE) != 0 || snn_dropped(&b) != 0) return 1;
  if (snn_push(&b, SNN_INPUT_SIZE, 1) || snn_push(&b, 0, 1000) || snn_dropped(&b) != 2) return 2;
  for (i = 0; i < 1000; ++i) (void)snn_push(&b, i % SNN_INPUT_SIZE, 1);
  if (snn_dropped(&b) != 2 + 1000 - SNN_RING_SIZE) return 3;
  snn_step(&b);
  snn_run(&b, sample);
  if (memcmp(snn_out(&a), snn_out(&b), SNN_OUTPUT_SIZE) != 0) return 4;
  snn_reset(&b);
  return snn_dropped(&b) == 0 ? 0 : 5;
}
)c";

TEST(FirmwareEvents, GiveWhatASampleGivesAndAFloodIsCounted) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const ScratchFolder folder;
  write_firmware(test::separable(4, 6), folder.path());
  synfire::test::write_all(folder / "events.c", kEventsMain);
  EXPECT_EQ(build_and_run(folder.path(), "events.c", ""), 0);
}

TEST(FirmwareSize, BeyondTheBoardIsRefusedWithBothNumbers) {
  Board board = find_board("mps2-an386");
  board.ram_size = board.stack_size + 100;
  board.flash_size = 10;
  const Plan plan = make_plan(test::separable(4, 6));
  try {
    make_firmware(plan, board, {});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics().size(), 2U);
    EXPECT_EQ(failure.exit_status(), 5);
  }
}

}  // namespace
}  // namespace synfire::mcu
