// Encoder and decoder stages: known answers, and what they refuse.
#include "encoders/stage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace synfire {
namespace {

Tensor int8_values(std::vector<std::int8_t> values) {
  const Shape shape{static_cast<std::int64_t>(values.size())};
  return Tensor::of(shape, values);
}

std::vector<std::int8_t> int8_of(const Tensor& tensor) {
  const auto values = tensor.as<std::int8_t>();
  return {values.begin(), values.end()};
}

Stage stage(std::string name, Parameters parameters) {
  return {std::move(name), std::move(parameters)};
}

Tensor decoded(const Stage& one, Tensor value) {
  return decode(std::span(&one, 1), std::move(value));
}
Tensor encoded(const Stage& one, Tensor value) {
  return encode(std::span(&one, 1), std::move(value));
}

TEST(OffsetStages, AreInverse) {
  const Stage offset = stage("offset", {{"zero_point", std::int64_t{83}}});
  const Tensor sample = int8_values({-128, 0, 83, 127});
  const Tensor values = encoded(offset, sample);
  EXPECT_EQ(values, Tensor::of({4}, std::vector<std::int32_t>{-211, -83, 0, 44}));
  EXPECT_EQ(decoded(offset, values), sample);
}

TEST(OffsetDecoder, Saturates) {
  const Stage offset = stage("offset", {{"zero_point", std::int64_t{100}}});
  const Tensor values = Tensor::of({2}, std::vector<std::int32_t>{1000, -2147483647});
  EXPECT_EQ(int8_of(decoded(offset, values)), (std::vector<std::int8_t>{127, -128}));
}

TEST(QuantizeEncoder, RoundsHalvesAwayFromZeroAndSaturates) {
  const Stage quantize = stage("quantize", {{"scale", 0.5}, {"zero_point", std::int64_t{-3}}});
  const std::vector<float> sample{0.0F,  0.25F, -0.25F,
                                  0.74F, 1e30F, -std::numeric_limits<float>::infinity()};
  EXPECT_EQ(int8_of(encoded(quantize, Tensor::of({6}, sample))),
            (std::vector<std::int8_t>{-3, -2, -4, -2, 127, -128}));
}

TEST(QuantizeEncoder, RefusesNaN) {
  const Stage quantize = stage("quantize", {{"scale", 0.5}});
  EXPECT_THROW(
      encoded(quantize,
              Tensor::of({1}, std::vector<float>{std::numeric_limits<float>::quiet_NaN()})),
      Failure);
}

TEST(DequantizeDecoder, GivesRealValues) {
  const Stage dequantize = stage("dequantize", {{"scale", 0.5}, {"zero_point", std::int64_t{-3}}});
  EXPECT_EQ(decoded(dequantize, int8_values({-3, 0, 1})),
            Tensor::of({3}, std::vector<float>{0.0F, 1.5F, 2.0F}));
}

TEST(SoftmaxDecoder, IsNearTheRealFunction) {
  const Stage softmax = stage("softmax", {{"scale", 0.1}, {"beta", 1.0}});
  const std::vector<std::int8_t> logits{-20, 5, 30, 31};
  double sum = 0;
  for (const std::int8_t logit : logits) sum += std::exp(0.1 * logit);
  const std::vector<std::int8_t> result = int8_of(decoded(softmax, int8_values(logits)));
  for (std::size_t i = 0; i < logits.size(); ++i)
    EXPECT_NEAR(result[i] + 128, 256 * std::exp(0.1 * logits[i]) / sum, 1.0);
}

TEST(LogSoftmaxDecoder, IsNearTheRealFunction) {
  const Stage log_softmax = stage("log_softmax", {{"scale", 0.1}});
  const std::vector<std::int8_t> logits{-100, 5, 30, 31};
  double sum = 0;
  for (const std::int8_t logit : logits) sum += std::exp(0.1 * logit);
  const std::vector<std::int8_t> result = int8_of(decoded(log_softmax, int8_values(logits)));
  for (std::size_t i = 0; i < logits.size(); ++i)
    EXPECT_NEAR((result[i] - 127) / 16.0, 0.1 * logits[i] - std::log(sum), 0.07);
}

TEST(SoftmaxStages, WorkOnFloatRows) {
  const Stage softmax = stage("softmax", {{"depth", std::int64_t{2}}});
  const Tensor result = decoded(softmax, Tensor::of({4}, std::vector<float>{1, 1, 0, 1000}));
  EXPECT_EQ(result, Tensor::of({4}, std::vector<float>{0.5F, 0.5F, 0.0F, 1.0F}));
}

TEST(SoftmaxStages, AcceptManyEqualLogits) {
  const Tensor logits = int8_values(std::vector<std::int8_t>(6000, 127));
  for (const char* name : {"softmax", "log_softmax"})
    EXPECT_EQ(decoded(stage(name, {{"scale", 0.1}}), logits).size(), 6000U);
}

TEST(SoftmaxStages, RefuseScalesTooSmallForTheirArithmetic) {
  EXPECT_THROW(decoded(stage("softmax", {{"scale", 1e-9}}), int8_values({1, 2})), Failure);
}

TEST(Stages, RefuseOtherElementTypes) {
  EXPECT_THROW(encoded(stage("offset", {}), Tensor(DataType::float32, {2})), Failure);
  EXPECT_THROW(decoded(stage("softmax", {}), Tensor(DataType::int32, {2})), Failure);
}

TEST(Stages, ThatAreNotRegisteredGiveTheNearestName) {
  try {
    encoded(stage("ofset", {}), Tensor(DataType::int8, {2}));
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics().at(0).code, Code::model_unknown);
    EXPECT_NE(failure.diagnostics().at(0).hint.find("offset"), std::string::npos);
  }
}

TEST(Stages, DescribeThemselves) {
  for (const auto list : {encoders(), decoders()})
    for (const StageInfo* info : list) {
      EXPECT_FALSE(info->summary.empty() || info->equations.empty() || info->source.empty());
      for (const ParameterInfo& parameter : info->parameters)
        EXPECT_FALSE(parameter.meaning.empty());
    }
}

TEST(RateEncoder, MakesRatesOfBrightness) {
  const Stage rate = stage("rate", {{"max_rate_hz", 200.0}});
  EXPECT_EQ(encoded(rate, Tensor::of({3}, std::vector<float>{0, 0.25F, 1})),
            Tensor::of({3}, std::vector<float>{0, 50, 200}));
  const Stage total = stage("rate", {{"total_rate_hz", 100.0}});
  EXPECT_EQ(encoded(total, Tensor::of({3}, std::vector<float>{0, 0.25F, 0.75F})),
            Tensor::of({3}, std::vector<float>{0, 25, 75}));
  const Tensor dark = Tensor::of({2}, std::vector<float>{0, 0});
  EXPECT_EQ(encoded(total, dark), dark);
  for (const float value : {-0.5F, std::nanf(""), std::numeric_limits<float>::infinity()})
    EXPECT_THROW(encoded(rate, Tensor::of({1}, std::vector<float>{value})), Failure) << value;
}

}  // namespace
}  // namespace synfire
