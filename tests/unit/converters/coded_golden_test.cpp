// Operators and models, converted with every exact coding and simulated by the engine, against the
// outputs of TensorFlow Lite's reference kernels.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "converters/passes/common/coding.h"
#include "converters/tflite/tflite.h"
#include "support/data.h"
#include "support/golden.h"
#include "targets/cpu/runner.h"

namespace synfire {
namespace {

using test::source_path;

struct OperatorCase {
  std::string name;
  bool float_output = false;
};

void PrintTo(const OperatorCase& operator_case, std::ostream* stream) {
  *stream << operator_case.name;
}

/// The rows of cases.csv that have outputs: name,operators,input_dtype,output_dtype,samples.
std::vector<OperatorCase> operator_cases() {
  std::vector<OperatorCase> cases;
  std::ifstream table(source_path("tests/golden/cases.csv"));
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::vector<std::string> fields;
    std::stringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    if (fields.size() >= 5 && !fields[0].starts_with("refuse_"))
      cases.push_back({fields[0], fields[3] == "float32"});
  }
  return cases;
}

RunResult run(Network network, const char* coding, const SampleSet& samples) {
  Diagnostics diagnostics;
  apply_coding(network, coding, {}, diagnostics);
  return run_samples(network, samples, {});
}

/// Bytes, or float values that may differ in the last digits where the C library's exp does.
void expect_equal(const Tensor& got, const std::vector<std::byte>& expected, bool is_float) {
  ASSERT_EQ(got.bytes().size(), expected.size());
  if (!is_float) {
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), got.bytes().begin()));
    return;
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    float value = 0;
    std::memcpy(&value, expected.data() + i * sizeof value, sizeof value);
    EXPECT_FLOAT_EQ(got.as<float>()[i], value) << "value " << i;
  }
}

class CodedOperator : public ::testing::TestWithParam<OperatorCase> {};

TEST_P(CodedOperator, GivesTheReferenceOutputInEveryExactCoding) {
  const auto folder = source_path("tests/golden");
  const std::string& name = GetParam().name;
  const Network network = read_tflite(folder / (name + ".tflite"));
  const Input& input = network.inputs.front();
  const SampleSet samples = read_samples(folder / (name + ".in.bin"), input.element, input.shape);
  const auto expected = test::bytes_of(folder / (name + ".out.bin"));
  for (const char* coding : {"graded", "radix", "ttfs", "rate"}) {
    SCOPED_TRACE(coding);
    expect_equal(run(network, coding, samples).outputs, expected, GetParam().float_output);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, CodedOperator, ::testing::ValuesIn(operator_cases()),
                         [](const auto& variant) { return variant.param.name; });

struct ModelCase {
  const char* name;
  const char* model;
  const char* input;
  const char* golden;
  std::int64_t samples;  // all of them run in `graded`, these in the slower codings
};

void PrintTo(const ModelCase& model, std::ostream* stream) { *stream << model.name; }

class CodedModel : public ::testing::TestWithParam<ModelCase> {};

TEST_P(CodedModel, GivesTheReferenceOutputInEveryExactCoding) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const ModelCase& model = GetParam();
  const Network network = read_tflite(data / "models" / model.model);
  const Input& input = network.inputs.front();
  auto expected = test::bytes_of(data / "golden" / model.golden);
  const auto all = read_samples(data / "inputs" / model.input, input.element, input.shape);
  const std::size_t row = expected.size() / static_cast<std::size_t>(all.count());
  expect_equal(run(network, "graded", all).outputs, expected, false);
  const auto few =
      read_samples(data / "inputs" / model.input, input.element, input.shape, model.samples);
  expected.resize(row * static_cast<std::size_t>(model.samples));
  for (const char* coding : {"radix", "ttfs", "rate"}) {
    SCOPED_TRACE(coding);
    expect_equal(run(network, coding, few).outputs, expected, false);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shared, CodedModel,
    ::testing::Values(
        ModelCase{"kws", "kws_ref_model.tflite", "kws01_int8_500x490.bin",
                  "kws_ref_model.out_int8_500x12.bin", 5},
        ModelCase{"resnet8", "pretrainedResnet_quant.tflite", "synthetic_ic_60x32x32x3.bin",
                  "pretrainedResnet_quant.synthetic_ic.out_int8_60x10.bin", 1},
        ModelCase{"resnet8_edge", "pretrainedResnet_quant.tflite", "edge_ic_20x32x32x3.bin",
                  "pretrainedResnet_quant.edge_ic.out_int8_20x10.bin", 1},
        ModelCase{"vww", "vww_96_int8.tflite", "synthetic_vww_20x96x96x3.bin",
                  "vww_96_int8.synthetic_vww.out_int8_20x2.bin", 1},
        ModelCase{"ad01", "ad01_int8.tflite", "synthetic_ad_200x640.bin",
                  "ad01_int8.synthetic_ad.out_int8_200x640.bin", 5},
        ModelCase{"str_ww", "str_ww_ref_model.tflite", "str_ww_calib45_int8_30x40.bin",
                  "str_ww_ref_model.out_int8_45x3.bin", 5},
        ModelCase{"micro_speech", "micro_speech_quantized.tflite", "micro_speech_int8_60x49x40.bin",
                  "micro_speech_quantized.out_int8_60x4.bin", 5},
        ModelCase{"hello_world", "hello_world_int8.tflite", "hello_world_int8_256x1.bin",
                  "hello_world_int8.out_int8_256x1.bin", 20}),
    [](const auto& variant) { return std::string(variant.param.name); });

TEST(KeywordSpotting, KeepsItsPublishedAccuracyAndItsDensityOfWork) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const Network network = read_tflite(data / "models/kws_ref_model.tflite");
  const SampleSet samples =
      read_samples(data / "inputs/kws01_int8_500x490.bin", DataType::int8, network.inputs[0].shape);
  const RunResult result = run(network, "graded", samples);
  EXPECT_NEAR(accuracy(result, read_labels(data / "inputs/kws01_labels_500.csv")), 0.90, 0.01);
  EXPECT_EQ(result.macs_per_sample, 2570432U);
  EXPECT_NEAR(static_cast<double>(result.synops_total) / 500, 1.33e6, 0.01 * 1.33e6);
}

}  // namespace
}  // namespace synfire
