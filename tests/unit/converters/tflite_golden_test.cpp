// Whole models against outputs of TensorFlow Lite's reference kernels, byte for byte.
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <sstream>

#include "converters/tflite/tflite.h"
#include "support/data.h"
#include "support/golden.h"

namespace synfire {
namespace {

using test::bytes_of;
using test::Compared;
using test::mismatches;

struct GoldenCase {
  const char* name;
  const char* model;
  const char* input;
  const char* golden;
  Compared compared = Compared::output;
};

void PrintTo(const GoldenCase& golden, std::ostream* stream) { *stream << golden.name; }

class TfliteModel : public ::testing::TestWithParam<GoldenCase> {};

TEST_P(TfliteModel, GivesEveryByteOfTheReferenceOutput) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const GoldenCase& golden = GetParam();
  const Network network = read_tflite(data / "models" / golden.model);
  const auto expected = bytes_of(data / "golden" / golden.golden);
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(
      mismatches(network, bytes_of(data / "inputs" / golden.input), expected, golden.compared), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Shared, TfliteModel,
    ::testing::Values(
        GoldenCase{"kws", "kws_ref_model.tflite", "kws01_int8_500x490.bin",
                   "kws_ref_model.out_int8_500x12.bin"},
        GoldenCase{"kws_logits", "kws_ref_model.tflite", "kws01_int8_500x490.bin",
                   "kws_ref_model.logits_int8_500x12.bin", Compared::logits},
        GoldenCase{"resnet8_synthetic", "pretrainedResnet_quant.tflite",
                   "synthetic_ic_60x32x32x3.bin",
                   "pretrainedResnet_quant.synthetic_ic.out_int8_60x10.bin"},
        GoldenCase{"resnet8_edge", "pretrainedResnet_quant.tflite", "edge_ic_20x32x32x3.bin",
                   "pretrainedResnet_quant.edge_ic.out_int8_20x10.bin"},
        GoldenCase{"vww", "vww_96_int8.tflite", "synthetic_vww_20x96x96x3.bin",
                   "vww_96_int8.synthetic_vww.out_int8_20x2.bin"},
        GoldenCase{"ad01", "ad01_int8.tflite", "synthetic_ad_200x640.bin",
                   "ad01_int8.synthetic_ad.out_int8_200x640.bin"},
        GoldenCase{"str_ww", "str_ww_ref_model.tflite", "str_ww_calib45_int8_30x40.bin",
                   "str_ww_ref_model.out_int8_45x3.bin"},
        GoldenCase{"micro_speech", "micro_speech_quantized.tflite",
                   "micro_speech_int8_60x49x40.bin", "micro_speech_quantized.out_int8_60x4.bin"},
        GoldenCase{"hello_world", "hello_world_int8.tflite", "hello_world_int8_256x1.bin",
                   "hello_world_int8.out_int8_256x1.bin"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TfliteRounding, OnceOrTwiceGivesDifferentLogits) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const Network network =
      read_tflite(data / "models/kws_ref_model.tflite", {.single_rounding = true});
  auto input = bytes_of(data / "inputs/kws01_int8_500x490.bin");
  auto expected = bytes_of(data / "golden/kws_ref_model.logits_int8_500x12.bin");
  input.resize(20 * 490), expected.resize(20 * 12);
  // About half of the logits move by one.
  EXPECT_GT(mismatches(network, input, expected, Compared::logits), 60U);
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
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const Network network = read_tflite(data / "models/ptq_mnist_lenet-300-100.tflite");
  const auto images = mnist_images(data / "inputs/t10k-images-idx3-ubyte.gz", 5000);
  const auto golden = bytes_of(data / "golden/ptq_mnist_lenet-300-100.logits_int8_5000x10.bin");
  EXPECT_EQ(mismatches(network, images, golden, Compared::logits), 0U);
  EXPECT_EQ(network.outputs.at(0).decoders.back().name, "log_softmax");
}

/// The small models of tests/golden, listed in cases.csv.
std::vector<std::string> small_models(bool refused) {
  std::ifstream list(test::source_path("tests/golden/cases.csv"));
  std::vector<std::string> names;
  std::string line;
  std::getline(list, line);
  while (std::getline(list, line))
    if (line.starts_with("refuse") == refused) names.push_back(line.substr(0, line.find(',')));
  return names;
}

std::filesystem::path small_model_file(const std::string& name, const char* suffix) {
  return test::source_path("tests/golden") / (name + suffix);
}

TEST(TfliteOperators, GiveEveryByteOfTheReferenceKernels) {
  ASSERT_FALSE(small_models(false).empty());
  for (const std::string& name : small_models(false)) {
    SCOPED_TRACE(name);
    const Network network = read_tflite(small_model_file(name, ".tflite"));
    Diagnostics diagnostics;
    validate(network, diagnostics);
    EXPECT_FALSE(diagnostics.has_error());
    const auto expected = bytes_of(small_model_file(name, ".out.bin"));
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(mismatches(network, bytes_of(small_model_file(name, ".in.bin")), expected,
                         Compared::output),
              0U);
  }
}

TEST(TfliteOperators, ThatAreNotSupportedAreRefusedAsUnsupported) {
  ASSERT_FALSE(small_models(true).empty());
  for (const std::string& name : small_models(true)) {
    SCOPED_TRACE(name);
    try {
      read_tflite(small_model_file(name, ".tflite"));
      ADD_FAILURE() << "was converted";
    } catch (const Failure& failure) {
      for (const Diagnostic& diagnostic : failure.diagnostics())
        EXPECT_EQ(info_of(diagnostic.code).exit_status, 4) << to_string(diagnostic);
    }
  }
}

}  // namespace
}  // namespace synfire
