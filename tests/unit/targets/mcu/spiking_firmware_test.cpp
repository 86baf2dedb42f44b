// Generated C of spiking networks, compiled for this machine with the sanitizers, against the clock
// engine: every spike of every step, and the output's potentials.
#include "targets/mcu/spiking_firmware.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/diagnostics.h"
#include "support/scratch.h"
#include "targets/cpu/step_trace.h"
#include "targets/mcu/spiking_networks.h"

namespace synfire::mcu {
namespace {

namespace fs = std::filesystem;
using synfire::test::ScratchFolder;

bool has_compiler() { return std::system("cc --version >/dev/null 2>&1") == 0; }

void write_firmware(const Network& network, std::int64_t ring, const fs::path& folder) {
  for (const FirmwareFile& file :
       make_firmware(make_spiking_plan(network, ring), find_board("mps2-an386"),
                     {.ring = ring, .version = "test"})) {
    fs::create_directories((folder / file.path).parent_path());
    synfire::test::write_all(folder / file.path, file.text);
  }
}

int build_and_run(const fs::path& folder, const std::string& main) {
  const std::string command =
      "cd '" + folder.string() +
      "' && cc -O1 -std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror "
      "-fsanitize=address,undefined -fno-sanitize-recover=all -I. -Iboard snn*.c " +
      main + " -o firmware && ./firmware >report";
  return std::system(command.c_str());
}

void append(std::string& bytes, const std::vector<std::uint32_t>& words) {
  bytes.append(reinterpret_cast<const char*>(words.data()), 4 * words.size());
}

/// What the demo should write.
std::string expected_of(const Network& network, const Tensor& sample) {
  const SpikingPlan plan = make_spiking_plan(network, 1024);
  const StepTrace trace = StepTracer(network).trace(sample);
  std::string bytes;
  for (std::size_t step = 0; step < trace.spikes.size(); ++step) {
    for (const SpikingLayer& layer : plan.layers) {
      std::vector<std::uint32_t> words(static_cast<std::size_t>(layer.spikes.words));
      for (const std::uint32_t id : trace.spikes[step][network.index_of(layer.name)]) {
        const auto bit = static_cast<std::size_t>(layer.places.bit(id));
        words[bit / 32] |= std::uint32_t{1} << bit % 32;
      }
      append(bytes, words);
    }
    const Places& places = plan.out().places;
    std::vector<std::uint32_t> potentials(static_cast<std::size_t>(places.lane_count()));
    for (std::size_t i = 0; i < trace.potential[step].size(); ++i)
      potentials[static_cast<std::size_t>(places.lane(static_cast<std::int64_t>(i)))] =
          static_cast<std::uint32_t>(static_cast<std::int32_t>(trace.potential[step][i]));
    append(bytes, potentials);
  }
  return bytes;
}

std::int64_t spikes_of(const Network& network, const StepTrace& trace, std::string_view name) {
  std::int64_t count = 0;
  for (const auto& step : trace.spikes) count += std::ssize(step[network.index_of(name)]);
  return count;
}

Network lowered() { return lower_to_fixed_point(test::event_network(), {}).network; }

TEST(SpikingFirmware, HasEverySpikeAndPotentialOfTheEngine) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const Network network = lowered();
  const Tensor a = test::events(network, 10, 1), b = test::events(network, 3, 2);
  for (const char* name : {"conv", "pool", "hidden"})
    EXPECT_GT(spikes_of(network, StepTracer(network).trace(a), name), 20) << name;
  const ScratchFolder folder;
  write_firmware(network, 1024, folder.path());
  std::string input;
  for (const Tensor& sample : {a, b})
    input.append(reinterpret_cast<const char*>(sample.bytes().data()), sample.size());
  synfire::test::write_all(folder / "input.bin", input);
  ASSERT_EQ(build_and_run(folder.path(), "main.c board/host.c"), 0);
  EXPECT_TRUE(synfire::test::read_all(folder / "output.bin") ==
              expected_of(network, a) + expected_of(network, b));
  EXPECT_NE(synfire::test::read_all(folder / "report").find("\ndropped 0\n"), std::string::npos);
}

/// A flood between two steps, and bad neurons, are counted; the network goes on as after a full
/// ring of events, and after a reset as if nothing had been.
constexpr const char* kFloodMain = R"c(
#include <string.h>
#include "snn.h"
static snn_state_t a, b, fresh;
int main(void) {
  uint32_t i, step;
  snn_init(&a);
  snn_init(&b);
  snn_init(&fresh);
  for (step = 0; step < 100; ++step) {
    const uint32_t before = snn_dropped(&a);
    uint32_t taken = 0;
    for (i = 0; i < 1000; ++i) taken += (uint32_t)snn_push(&a, (i * 7u + step) % SNN_INPUT_SIZE);
    if (snn_dropped(&a) - before != 1000u - taken || taken > SNN_RING_SIZE) return 1;
    for (i = 0; i < taken; ++i) (void)snn_push(&b, (i * 7u + step) % SNN_INPUT_SIZE);
    if (snn_step(&a) != snn_step(&b)) return 2;
    if (memcmp(snn_out(&a), snn_out(&b), 4u * SNN_OUTPUT_SIZE) != 0) return 3;
  }
  if (snn_dropped(&b) != 0) return 4;
  if (snn_push(&b, SNN_INPUT_SIZE) || snn_dropped(&b) != 1) return 5;
  snn_reset(&a);
  return memcmp(&a, &fresh, sizeof a) == 0 ? 0 : 6;
}
)c";

TEST(SpikingFirmware, CountsAFloodAndIsNotHarmedByIt) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const ScratchFolder folder;
  write_firmware(lowered(), 16, folder.path());
  synfire::test::write_all(folder / "flood.c", kFloodMain);
  EXPECT_EQ(build_and_run(folder.path(), "flood.c"), 0);
}

/// The places of all faults.
std::vector<std::string> faults_of(const Network& network) {
  std::vector<std::string> places;
  try {
    (void)make_spiking_plan(network, 64);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 4);
    for (const Diagnostic& d : failure.diagnostics()) places.push_back(d.where + ": " + d.message);
  }
  return places;
}

TEST(SpikingPlan, RefusesLongDelaysWithNumberAndLimit) {
  Network network = lowered();
  network.projections[0].delay_ms = 257;
  network.projections[4].delay_ms = 300;
  const auto faults = faults_of(network);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_NE(faults[0].find("net.projections.w1: a delay of 257 steps, the limit is 256"),
            std::string::npos);
}

TEST(SpikingPlan, RefusesOtherModelsAndFloatWeightsByName) {
  Network network = lowered();
  network.populations[2] = test::event_network().populations[2];
  EXPECT_EQ(faults_of(network).size(), 1U);
  network = lowered();
  network.projections[2].connectivity = test::event_network().projections[2].connectivity;
  EXPECT_EQ(faults_of(network).size(), 1U);
}

}  // namespace
}  // namespace synfire::mcu
