// Whole models against outputs of TensorFlow Lite's reference kernels, byte for byte.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "converters/tflite/tflite.h"
#include "tests/unit/converters/golden_data.h"
#include "tests/unit/converters/reference_executor.h"

namespace synfire {
namespace {

using testing::bytes_of;
using testing::ReferenceExecutor;
using testing::sample_of;
using testing::shared_data;

struct GoldenCase {
  const char* name;
  const char* model;
  const char* input;
  const char* golden;
  bool logits;
};

void PrintTo(const GoldenCase& golden, std::ostream* stream) { *stream << golden.name; }

std::size_t mismatches(const Network& network, const std::vector<std::byte>& input,
                       const std::vector<std::byte>& golden, bool logits) {
  const Input& in = network.inputs.at(0);
  const std::size_t bytes_in =
      static_cast<std::size_t>(element_count(in.shape)) * size_of(in.element);
  ReferenceExecutor executor(network);
  std::size_t wrong = 0, at = 0;
  for (std::size_t i = 0; i < input.size() / bytes_in; ++i) {
    const Tensor sample = sample_of(input, i, in.element, in.shape);
    const Tensor result = logits ? executor.logits(sample) : executor.infer(sample);
    for (const std::byte byte : result.bytes())
      if (at < golden.size())
        wrong += byte == golden[at++] ? 0 : 1;
      else
        ++wrong;
  }
  return at == golden.size() ? wrong : golden.size();
}

class TfliteModel : public ::testing::TestWithParam<GoldenCase> {};

TEST_P(TfliteModel, GivesEveryByteOfTheReferenceOutput) {
  const GoldenCase& golden = GetParam();
  const auto data = shared_data();
  if (!std::filesystem::exists(data / golden.golden))
    GTEST_SKIP() << "no reference data at " << data;
  const Network network = read_tflite(data / golden.model);
  const auto expected = bytes_of(data / golden.golden);
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(mismatches(network, bytes_of(data / golden.input), expected, golden.logits), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Shared, TfliteModel,
    ::testing::Values(
        GoldenCase{"kws", "models/kws_ref_model.tflite", "inputs/kws01_int8_500x490.bin",
                   "golden/kws_ref_model.out_int8_500x12.bin", false},
        GoldenCase{"kws_logits", "models/kws_ref_model.tflite", "inputs/kws01_int8_500x490.bin",
                   "golden/kws_ref_model.logits_int8_500x12.bin", true},
        GoldenCase{"resnet8_synthetic", "models/pretrainedResnet_quant.tflite",
                   "inputs/synthetic_ic_60x32x32x3.bin",
                   "golden/pretrainedResnet_quant.synthetic_ic.out_int8_60x10.bin", false},
        GoldenCase{"resnet8_edge", "models/pretrainedResnet_quant.tflite",
                   "inputs/edge_ic_20x32x32x3.bin",
                   "golden/pretrainedResnet_quant.edge_ic.out_int8_20x10.bin", false},
        GoldenCase{"vww", "models/vww_96_int8.tflite", "inputs/synthetic_vww_20x96x96x3.bin",
                   "golden/vww_96_int8.synthetic_vww.out_int8_20x2.bin", false},
        GoldenCase{"ad01", "models/ad01_int8.tflite", "inputs/synthetic_ad_200x640.bin",
                   "golden/ad01_int8.synthetic_ad.out_int8_200x640.bin", false},
        GoldenCase{"str_ww", "models/str_ww_ref_model.tflite",
                   "inputs/str_ww_calib45_int8_30x40.bin",
                   "golden/str_ww_ref_model.out_int8_45x3.bin", false},
        GoldenCase{"micro_speech", "models/micro_speech_quantized.tflite",
                   "inputs/micro_speech_int8_60x49x40.bin",
                   "golden/micro_speech_quantized.out_int8_60x4.bin", false},
        GoldenCase{"hello_world", "models/hello_world_int8.tflite",
                   "inputs/hello_world_int8_256x1.bin",
                   "golden/hello_world_int8.out_int8_256x1.bin", false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TfliteRounding, SingleAndDoubleRoundingDiffer) {
  const auto data = shared_data();
  const auto golden = data / "golden/kws_ref_model.logits_int8_500x12.bin";
  if (!std::filesystem::exists(golden)) GTEST_SKIP() << "no reference data at " << data;
  const Network network =
      read_tflite(data / "models/kws_ref_model.tflite", {.single_rounding = true});
  auto input = bytes_of(data / "inputs/kws01_int8_500x490.bin");
  auto expected = bytes_of(golden);
  input.resize(20 * 490), expected.resize(20 * 12);
  const std::size_t wrong = mismatches(network, input, expected, true);
  EXPECT_GT(wrong, 60U);  // about half of the logits move by one
  EXPECT_EQ(network.metadata.at("rounding"), "single");
}

/// Pixels of an MNIST image file (IDX), as float32 x / 255.
std::vector<std::byte> mnist_images(const std::filesystem::path& file, std::size_t count) {
  std::vector<unsigned char> pixels(16 + count * 784);
  gzFile stream = gzopen(file.c_str(), "rb");
  gzread(stream, pixels.data(), static_cast<unsigned>(pixels.size()));
  gzclose(stream);
  std::vector<float> values;
  for (std::size_t i = 16; i < pixels.size(); ++i)
    values.push_back(static_cast<float>(pixels[i]) / 255.0F);
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

TEST(TfliteLenet, GivesTheReferenceLogitsFromFloatImages) {
  const auto data = shared_data();
  const auto golden = data / "golden/ptq_mnist_lenet-300-100.logits_int8_5000x10.bin";
  if (!std::filesystem::exists(golden)) GTEST_SKIP() << "no reference data at " << data;
  const Network network = read_tflite(data / "models/ptq_mnist_lenet-300-100.tflite");
  const auto images = mnist_images(data / "inputs/t10k-images-idx3-ubyte.gz", 5000);
  EXPECT_EQ(mismatches(network, images, bytes_of(golden), true), 0U);
  EXPECT_EQ(network.outputs.at(0).decoders.back().name, "log_softmax");
}

/// The small models of tests/golden: name.tflite, name.in.bin, name.out.bin, listed in cases.csv.
std::vector<std::string> small_cases() {
  std::vector<std::string> names;
#ifdef SYNFIRE_SOURCE_DIR
  const char* folder = std::getenv("SYNFIRE_GOLDEN");
  const std::filesystem::path golden =
      folder != nullptr ? folder : SYNFIRE_SOURCE_DIR "/tests/golden";
  std::ifstream list(golden / "cases.csv");
  std::string line;
  std::getline(list, line);
  while (std::getline(list, line)) {
    const std::string name = line.substr(0, line.find(','));
    names.push_back((golden / name).string());
  }
#endif
  return names;
}

bool is_refused(const std::string& stem) {
  return std::filesystem::path(stem).filename().string().starts_with("refuse");
}

TEST(TfliteOperators, GiveEveryByteOfTheReferenceKernels) {
  if (small_cases().empty()) GTEST_SKIP() << "no tests/golden/cases.csv";
  for (const std::string& stem : small_cases()) {
    if (is_refused(stem)) continue;
    SCOPED_TRACE(stem);
    const Network network = read_tflite(stem + ".tflite");
    Diagnostics diagnostics;
    validate(network, diagnostics);
    diagnostics.throw_if_error();
    const auto expected = bytes_of(stem + ".out.bin");
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(mismatches(network, bytes_of(stem + ".in.bin"), expected, false), 0U);
  }
}

TEST(TfliteOperators, ThatAreNotSupportedAreRefusedWithADiagnostic) {
  if (small_cases().empty()) GTEST_SKIP() << "no tests/golden/cases.csv";
  for (const std::string& stem : small_cases()) {
    if (!is_refused(stem)) continue;
    SCOPED_TRACE(stem);
    try {
      read_tflite(stem + ".tflite");
      ADD_FAILURE() << "was converted";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.exit_status(), 4) << failure.what();
    }
  }
}

}  // namespace
}  // namespace synfire
