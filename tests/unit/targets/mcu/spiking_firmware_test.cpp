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

/// The demo's record of samples, built with a ring of so many events, is the engine's.
void expect_the_engines_bits(const Network& network, std::int64_t ring,
                             const std::vector<Tensor>& samples) {
  const ScratchFolder folder;
  write_firmware(network, ring, folder.path());
  std::string input, expected;
  for (const Tensor& sample : samples) {
    input.append(reinterpret_cast<const char*>(sample.bytes().data()), sample.size());
    expected += expected_of(network, sample);
  }
  synfire::test::write_all(folder / "input.bin", input);
  ASSERT_EQ(build_and_run(folder.path(), "main.c board/host.c"), 0);
  EXPECT_TRUE(synfire::test::read_all(folder / "output.bin") == expected);
  EXPECT_NE(synfire::test::read_all(folder / "report").find("\ndropped 0\n"), std::string::npos);
}

std::vector<bool> wide_sums(const SpikingPlan& plan) {
  std::vector<bool> wide;
  for (const SpikingLayer& layer : plan.layers) wide.push_back(layer.wide);
  return wide;
}

TEST(SpikingFirmware, HasEverySpikeAndPotentialOfTheEngine) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const Network network = lowered();
  const Tensor a = test::events(network, 10, 1), b = test::events(network, 3, 2);
  for (const char* name : {"conv", "pool", "hidden"})
    EXPECT_GT(spikes_of(network, StepTracer(network).trace(a), name), 20) << name;
  expect_the_engines_bits(network, 1024, {a, b});
}

TEST(SpikingFirmware, HasTheEnginesBitsWithOddMapsInSumsOfEitherWidth) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const Network network = lower_to_fixed_point(test::odd_network(), {.most_events = 512}).network;
  const Tensor sample = test::interrupted(test::events(network, 20, 3));
  const StepTrace trace = StepTracer(network).trace(sample);
  const SpikingPlan narrow = make_spiking_plan(network, 256),
                    wide = make_spiking_plan(network, 512);
  for (const SpikingLayer& layer : narrow.layers) {
    EXPECT_EQ(layer.quiet, layer.name != "out") << layer.name;
    EXPECT_GT(spikes_of(network, trace, layer.name), layer.name == "out" ? -1 : 20) << layer.name;
  }
  EXPECT_EQ(wide_sums(narrow), (std::vector<bool>{false, false, false, false, true, false}));
  EXPECT_EQ(wide_sums(wide), (std::vector<bool>{true, false, false, false, true, false}));
  expect_the_engines_bits(network, 256, {sample});
  expect_the_engines_bits(network, 512, {sample});
}

/// A flood between two steps, and bad neurons, are counted; the state is that of a network that got
/// the accepted events only, and after a reset as if nothing had been.
constexpr const char* kFloodMain = R"c(
#include <string.h>
#include "snn.h"
static snn_state_t a, b, fresh;
int main(void) {
  uint32_t i, step, spikes = 0, most = 0;
  snn_init(&a);
  snn_init(&b);
  snn_init(&fresh);
  for (step = 0; step < 100; ++step) {
    const uint32_t before = snn_dropped(&a);
    uint32_t taken = 0;
    for (i = 0; i < 1000; ++i) {
      const uint32_t neuron = (i * 7u + step) % SNN_INPUT_SIZE;
      if (!snn_push(&a, neuron)) continue;
      ++taken;
      if (!snn_push(&b, neuron)) return 1;
    }
    if (snn_dropped(&a) - before != 1000u - taken || snn_dropped(&b) != 0) return 2;
    if (taken > SNN_RING_SIZE || taken > SNN_MOST_EVENTS) return 3;
    if (taken > most) most = taken;
    i = snn_step(&a);
    if (i != snn_step(&b)) return 4;
    spikes += snn_spiked(&a, 0, 3u) ? 1u : 0u;
    b.dropped = a.dropped;
    if (memcmp(&a, &b, sizeof a) != 0) return 5;
    b.dropped = 0;
  }
  if (spikes == 0 || most != (SNN_RING_SIZE < SNN_MOST_EVENTS ? SNN_RING_SIZE : SNN_MOST_EVENTS))
    return 6;
  if (snn_push(&b, SNN_INPUT_SIZE) || snn_dropped(&b) != 1) return 7;
  snn_reset(&a);
  return memcmp(&a, &fresh, sizeof a) == 0 ? 0 : 8;
}
)c";

void expect_unharmed_by_a_flood(const Network& network, std::int64_t ring) {
  const ScratchFolder folder;
  write_firmware(network, ring, folder.path());
  synfire::test::write_all(folder / "flood.c", kFloodMain);
  EXPECT_EQ(build_and_run(folder.path(), "flood.c"), 0);
}

TEST(SpikingFirmware, CountsAFloodOfItsRingAndIsNotHarmedByIt) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  expect_unharmed_by_a_flood(lowered(), 16);
}

TEST(SpikingFirmware, TakesNoMoreEventsOfAStepThanSumsAreProvenFor) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  expect_unharmed_by_a_flood(
      lower_to_fixed_point(test::event_network(), {.most_events = 20}).network, 128);
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

TEST(SpikingPlan, StepsNeuronsOneByOneThatStartAboveTheirThresholds) {
  Network network = lower_to_fixed_point(test::odd_network(), {}).network;
  const auto quiet = [&] { return make_spiking_plan(network, 64).layers[2].quiet; };
  EXPECT_TRUE(quiet());
  network.populations[3].parameters["v_init"] = std::int64_t{1} << 29;
  EXPECT_FALSE(quiet());
}

TEST(SpikingPlan, RefusesPeriodsOfItsOutputAndOfNeuronsThatDoNotRest) {
  Network network = lowered();
  network.outputs[0].population = "pool";
  EXPECT_EQ(faults_of(network).size(), 1U);
  network = lowered();
  network.populations[2].parameters["threshold"] = std::int64_t{-1};
  EXPECT_EQ(faults_of(network).size(), 1U);
  network = lowered();
  network.populations[2].parameters["v_init"] = std::int64_t{1} << 29;
  EXPECT_EQ(faults_of(network).size(), 1U);
  network.populations[2].parameters["threshold"] = std::int64_t{1} << 25;
  EXPECT_THROW(make_spiking_plan(network, 64), Failure);
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
