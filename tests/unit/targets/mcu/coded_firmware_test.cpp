// Firmware of coded networks, compiled for this machine with the sanitizers, against the engine.
#include <gtest/gtest.h>

#include <cstdlib>

#include "converters/passes/common/coding.h"
#include "core/base/diagnostics.h"
#include "support/scratch.h"
#include "targets/cpu/runner.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/firmware.h"
#include "targets/mcu/networks.h"

namespace synfire::mcu {
namespace {

namespace fs = std::filesystem;
using synfire::test::ScratchFolder;

constexpr std::int64_t kSamples = 4;
constexpr std::string_view kCompile =
    "cc -O1 -std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror "
    "-fsanitize=address,undefined -fno-sanitize-recover=all -I. -Iboard ";

bool has_compiler() { return std::system("cc --version >/dev/null 2>&1") == 0; }

int shell(const fs::path& folder, const std::string& command) {
  return std::system(("cd '" + folder.string() + "' && " + command).c_str());
}

Network coded(Network network, std::string_view coding, const CodingOptions& options = {}) {
  Diagnostics diagnostics;
  apply_coding(network, coding, options, diagnostics);
  return network;
}

void write_firmware(const Network& network, const fs::path& folder) {
  for (const FirmwareFile& file : make_firmware(make_plan(network), find_board("mps2-an386"),
                                                {.ring = 8, .version = "test"})) {
    fs::create_directories((folder / file.path).parent_path());
    synfire::test::write_all(folder / file.path, file.text);
  }
}

/// What knows the model, by its sizes or its shift.
constexpr std::string_view kModelFiles = "snn.c snn_model.c snn_linear.c ";

/// Other kernels are compiled once for all networks with the same files.
void compile_kernels(const Network& network, const fs::path& folder) {
  write_firmware(network, folder);
  ASSERT_EQ(shell(folder, "rm " + std::string(kModelFiles) + "&& " + std::string(kCompile) +
                              "-c snn*.c board/host.c && ar -cr ../kernels.a *.o"),
            0);
}

SampleSet samples_of(const Network& network) {
  const auto& input = network.inputs.front();
  Shape shape = input.shape;
  shape.insert(shape.begin(), kSamples);
  return {synfire::test::random_weights(std::move(shape), 77), input.shape, {}};
}

std::string bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size()};
}

/// In a folder beside kernels.a.
void expect_engines_bytes(const Network& network, const fs::path& folder) {
  const SampleSet samples = samples_of(network);
  write_firmware(network, folder);
  synfire::test::write_all(folder / "input.bin", bytes_of(samples.data));
  ASSERT_EQ(shell(folder, std::string(kCompile) + std::string(kModelFiles) +
                              "main.c ../kernels.a -o firmware && ./firmware >/dev/null"),
            0);
  EXPECT_EQ(synfire::test::read_all(folder / "output.bin"),
            bytes_of(run_samples(network, samples, {}).logits));
}

struct Case {
  const char* name;
  const char* coding;
  CodingOptions options;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

/// Every kind of layer that the coding has kernels for.
std::vector<Network> networks_of(const Case& c) {
  std::vector<Network> networks{
      test::separable(9, 3),  test::irregular(),        test::residual(),   test::pooled(),
      test::averaged({7, 1}), test::ending_in_a_mean(), test::many_inputs()};
  if (!c.options.pipelined) networks.push_back(test::grouped());
  return networks;
}

class CodedFirmware : public ::testing::TestWithParam<Case> {};

TEST_P(CodedFirmware, OfEveryKindOfLayerHasTheEnginesBytes) {
  if (!has_compiler()) GTEST_SKIP() << "no C compiler (cc) to build firmware with";
  const Case& c = GetParam();
  const ScratchFolder folder;
  compile_kernels(coded(test::irregular(), c.coding, c.options), folder / "kernels");
  for (const Network& values : networks_of(c)) {
    const Network network = coded(values, c.coding, c.options);
    SCOPED_TRACE("ends in " + network.outputs.front().population);
    expect_engines_bytes(network, folder / "firmware");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codings, CodedFirmware,
    ::testing::Values(Case{"Radix", "radix", {}}, Case{"Rate20", "rate", {.steps = 20}},
                      Case{"Rate255Unsigned", "rate", {.signed_spikes = false}},
                      Case{"Pipelined255", "rate", {.pipelined = true}},
                      Case{"Pipelined30Unsigned",
                           "rate",
                           {.steps = 30, .pipelined = true, .signed_spikes = false}}),
    [](const auto& test) { return std::string(test.param.name); });

void expect_refused(const Network& network, const std::string& where) {
  try {
    make_plan(network);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 4);
    EXPECT_EQ(failure.diagnostics().front().where, where);
  }
}

TEST(CodedPlan, CountsThatDoNotFitAByteAreRefused) {
  expect_refused(coded(test::separable(4, 6), "rate", {.steps = 256}), "net.populations.first");
  expect_refused(coded(test::separable(4, 6), "rate", {.steps = 256, .pipelined = true}),
                 "net.populations.first");
}

TEST(CodedPlan, NeuronsOfSeveralCodingsAreRefused) {
  Network network = coded(test::separable(4, 6), "radix");
  network.populations[2].model = "lif";
  expect_refused(network, "net.populations.depth1");
}

std::vector<std::string> refused(const Network& network) {
  std::vector<std::string> names;
  try {
    make_plan(network);
  } catch (const Failure& failure) {
    for (const Diagnostic& diagnostic : failure.diagnostics()) names.push_back(diagnostic.where);
  }
  return names;
}

TEST(CodedPlan, EveryLayerWithoutAKernelOfTheCodingIsNamed) {
  using Names = std::vector<std::string>;
  const Names end{"net.populations.rescaled"};  // where counts become values
  EXPECT_EQ(refused(coded(test::ending_in_a_relay(), "rate", {.steps = 20})), end);
  EXPECT_EQ(refused(coded(test::ending_in_a_relay(), "rate")), Names{});
  EXPECT_EQ(refused(coded(test::grouped(), "rate", {.pipelined = true})),
            (Names{"net.populations.first", "net.populations.second", "net.populations.rescaled",
                   "net.populations.mean"}));
}

TEST(CodedPlan, LayersThatServeSpikesHaveWorkingMemoryForThemselves) {
  const Plan plan = make_plan(coded(test::separable(4, 6), "rate"));
  EXPECT_GT(plan.word_bytes, 0);
  EXPECT_GT(plan.spike_bytes, 0);
  EXPECT_GE(plan.input.at, 1);
  EXPECT_EQ(plan.plain_arena_bytes, plan.arena_bytes);
}

TEST(CodedPlan, OfTimesToFirstSpikeIsThatOfValues) {
  const Plan plan = make_plan(coded(test::separable(4, 6), "ttfs"));
  const Plan values = make_plan(test::separable(4, 6));
  EXPECT_TRUE(coding_folder(plan.coding).empty());
  ASSERT_EQ(plan.layers.size(), values.layers.size());
  for (std::size_t i = 0; i < plan.layers.size(); ++i)
    EXPECT_EQ(kernel_name(plan.layers[i]), kernel_name(values.layers[i]));
}

TEST(CodedPlan, StepsWhoseSumsFit16BitsAreAddedTogether) {
  const auto fold = [](std::int8_t weight, std::string_view coding, const CodingOptions& options) {
    const Tensor weights =
        Tensor::of({2, 4}, std::vector<std::int8_t>{weight, weight, 0, 0, 1, 1, -1, 0});
    const Network network = test::graded(
        test::QuantizedBuilder({4}, -128, 6)
            .linear("first", "input", {4}, Dense{test::random_weights({4, 4}, 1)}, -128, true)
            .linear("dense", "first", {2}, Dense{weights}, 0, false)
            .build("dense"));
    return make_plan(coded(network, coding, options)).layers[1].spikes->fold;
  };
  EXPECT_EQ(fold(64, "radix", {}), 8);    // 128 (2^8 - 1) = 32640
  EXPECT_EQ(fold(65, "radix", {}), 7);    // 130 (2^8 - 1) > 2^15 - 1
  EXPECT_EQ(fold(-128, "radix", {}), 7);  // 256 (2^7 - 1) = 32512
  EXPECT_EQ(fold(127, "rate", {}), 129);
  EXPECT_EQ(fold(3, "rate", {}), 255);
}

}  // namespace
}  // namespace synfire::mcu
