// Bad files are refused with a located diagnostic, whatever is wrong with them: never a crash,
// never a network that says something else.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "converters/tflite/tflite.h"
#include "support/reference_executor.h"
#include "support/tflite_model_maker.h"

namespace synfire {
namespace {

using test::model_bytes;
using test::ModelSpec;
using test::small_model;
namespace format = synfire::tflite_format;

std::vector<Diagnostic> faults_of(const std::vector<std::byte>& bytes) {
  try {
    read_tflite(bytes, "test.tflite");
  } catch (const Failure& failure) {
    return failure.diagnostics();
  }
  return {};
}

std::vector<Diagnostic> faults_of(const std::function<void(ModelSpec&)>& change) {
  ModelSpec spec = small_model();
  change(spec);
  return faults_of(model_bytes(spec));
}

void expect_fault(Code code, const std::function<void(ModelSpec&)>& change) {
  const auto faults = faults_of(change);
  ASSERT_EQ(faults.size(), 1U) << (faults.empty() ? "was converted" : Failure(faults).what());
  EXPECT_EQ(info_of(faults[0].code).number, info_of(code).number) << to_string(faults[0]);
  EXPECT_FALSE(faults[0].where.empty());
}

TEST(TfliteSmallModel, IsConverted) {
  const Network network = read_tflite(model_bytes(small_model()), "small.tflite");
  Diagnostics diagnostics;
  validate(network, diagnostics);
  EXPECT_FALSE(diagnostics.has_error());
  ASSERT_EQ(network.populations.size(), 4U);
  EXPECT_EQ(network.populations[0].name, "input");
  EXPECT_EQ(network.populations[1].name, "conv1");
  EXPECT_EQ(network.populations[1].origin, "CONV_2D #0 (map)");
  EXPECT_EQ(network.populations[2].name, "pool2");
  EXPECT_EQ(network.populations[3].name, "dense3");
  EXPECT_EQ(network.outputs.at(0).decoders.size(), 2U);
  EXPECT_EQ(network.name, "small");
  EXPECT_EQ(network.metadata.at("source_sha256").size(), 64U);
  test::ReferenceExecutor executor(network);
  EXPECT_EQ(executor.infer(Tensor(DataType::int8, {4, 4, 2})).size(), 4U);
}

TEST(TfliteTruncated, IsRefusedAtEveryLength) {
  const auto bytes = model_bytes(small_model());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<std::byte> cut(bytes.begin(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const auto faults = faults_of(cut);
    // FlatBuffers may end in padding, so the last few bytes can be missing without harm.
    EXPECT_TRUE(!faults.empty() || length + 16 >= bytes.size()) << length;
  }
}

TEST(TfliteFlippedBytes, NeverCrashTheReaderOrBreakTheNetwork) {
  const auto bytes = model_bytes(small_model());
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int flip : {0x01, 0x80, 0xFF, 0x7F}) {
      auto changed = bytes;
      changed[at] ^= static_cast<std::byte>(flip);
      try {
        const Network network = read_tflite(changed, "flipped");
        Diagnostics diagnostics;
        validate(network, diagnostics);
        EXPECT_FALSE(diagnostics.has_error()) << at << " " << flip;
      } catch (const Failure&) {
      }
      try {
        summarize_tflite(changed, "flipped");
      } catch (const Failure&) {
      }
    }
}

TEST(TfliteFile, ThatIsNotTfliteIsRefused) {
  auto bytes = model_bytes(small_model());
  bytes[4] = std::byte{'X'};
  EXPECT_EQ(faults_of(bytes).at(0).code, Code::file_format);
  EXPECT_EQ(faults_of(std::vector<std::byte>(3)).at(0).code, Code::file_truncated);
  EXPECT_THROW(read_tflite(std::filesystem::path("no/such/file.tflite")), Failure);
}

TEST(TfliteGraph, FaultsOfTheStructureAreRefused) {
  expect_fault(Code::file_format, [](ModelSpec& m) { m.version = 2; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[0].inputs[0] = 99; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[0].outputs[0] = -1; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.tensors[1].data.pop_back(); });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.tensors[0].shape[1] = -4; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) {
    m.tensors[0].shape = {1, 1 << 16, 1 << 16, 2};
  });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.tensors[0].shape = std::vector(9, 1); });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { std::swap(m.operators[0], m.operators[1]); });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[0].options = false; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[0].stride = 0; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[1].filter = 1 << 30; });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.operators[4].outputs.clear(); });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) {
    m.tensors[2].shape = {4};
    m.tensors[2].data.resize(16);
  });
  expect_fault(Code::tflite_graph, [](ModelSpec& m) { m.outputs = {7}; });
}

TEST(TfliteVariants, ThatAreNotSupportedAreRefused) {
  using format::TensorType;
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.subgraphs = 2; });
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.outputs = {9, 8}; });
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.tensors[1].data.clear(); });
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.tensors[1].buffer_offset = 4096; });
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.tensors[0].signature = {1, -1, 4, 2}; });
  expect_fault(Code::tflite_operator,
               [](ModelSpec& m) { m.operators[3].activation = format::Activation::TANH; });
  expect_fault(Code::tflite_operator, [](ModelSpec& m) { m.operators[3].code = 14; });
}

TEST(TfliteVariants, AnUnknownBatchSizeIsABatchOfOne) {
  EXPECT_TRUE(faults_of([](ModelSpec& m) { m.tensors[0].signature = {-1, 4, 4, 2}; }).empty());
}

TEST(TfliteQuantization, ImpossibleParametersAreRefused) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const float scale : {0.0F, -1.0F, infinity, std::numeric_limits<float>::quiet_NaN()}) {
    expect_fault(Code::tflite_quantization, [&](ModelSpec& m) { m.tensors[8].scales = {scale}; });
    expect_fault(Code::tflite_quantization, [&](ModelSpec& m) { m.tensors[1].scales[1] = scale; });
  }
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[1].zero_points[2] = 1; });
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[8].zero_points = {128}; });
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[8].zero_points = {}; });
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[8].scales = {}; });
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[1].scales.pop_back(); });
  expect_fault(Code::tflite_quantization, [](ModelSpec& m) { m.tensors[9].zero_points = {0}; });
  expect_fault(Code::tflite_quantization,
               [](ModelSpec& m) { m.tensors[1].quantized_dimension = 3; });
}

TEST(TfliteFaults, AreReportedAllAtOnce) {
  const auto faults = faults_of([](ModelSpec& m) {
    m.operators[1].code = 14;  // LOGISTIC
    m.operators[2].code = 18;  // MUL
    m.operators[3].activation = format::Activation::SIGN_BIT;
  });
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].where, "LOGISTIC #1 (pooled)");
  EXPECT_EQ(faults[1].where, "MUL #2 (flat)");
  EXPECT_EQ(faults[2].where, "FULLY_CONNECTED #3 (logits)");
}

TEST(TfliteFloatModel, IsRefusedOnceWithAdvice) {
  const auto faults = faults_of([](ModelSpec& m) {
    for (auto& tensor : m.tensors)
      if (tensor.type == format::TensorType::INT8) {
        tensor.type = format::TensorType::FLOAT32;
        tensor.data.resize(tensor.data.size() * 4);
      }
  });
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].code, Code::tflite_float);
  EXPECT_NE(faults[0].hint.find("representative_dataset"), std::string::npos);
}

TEST(TfliteSummary, TellsWhatIsInAModelThatDoesNotConvert) {
  ModelSpec spec = small_model();
  spec.operators[1].code = 14;
  const TfliteSummary summary = summarize_tflite(model_bytes(spec), "small.tflite");
  EXPECT_FALSE(summary.converts);
  ASSERT_EQ(summary.operators.size(), 5U);
  EXPECT_TRUE(summary.operators[0].converts);
  EXPECT_FALSE(summary.operators[1].converts);
  EXPECT_EQ(summary.operators[1].name, "LOGISTIC");
  EXPECT_EQ(summary.operators[0].macs, 4 * 4 * 3 * 18);
  EXPECT_EQ(summary.macs, 4 * 4 * 3 * 18 + 48);
  EXPECT_EQ(summary.operators[0].inputs[1].scale_count, 3U);
  EXPECT_EQ(summary.description, "made for a test");
}

}  // namespace
}  // namespace synfire
