// Networks of events with several inputs, over samples.
#include <gtest/gtest.h>

#include "converters/nir_networks.h"
#include "converters/passes/common/fixed_point.h"
#include "targets/cpu/runner.h"

namespace synfire {
namespace {

constexpr std::int32_t kSteps = 6;

/// Neurons that `sizes` inputs reach, with the weights in eighths of the columns from `first` on.
Network network_of(const std::vector<std::int64_t>& sizes) {
  Network net;
  std::int64_t column = 0;
  for (const std::int64_t size : sizes) {
    const std::string name = "in" + std::to_string(net.inputs.size());
    net.populations.push_back(test::source(name, {size}));
    net.inputs.push_back({name, name, DataType::float32, {size}, {}});
    Tensor weight(DataType::float32, {4, size});
    for (std::int64_t i = 0; i < 4 * size; ++i)
      weight.as<float>()[static_cast<std::size_t>(i)] =
          static_cast<float>((i / size * 7 + column + i % size) % 5 - 1) / 8;
    net.projections.push_back({name, name, "out", Dense{weight}, 1.0, 0});
    column += size;
  }
  net.populations.push_back(test::lif("out", {4}));
  net.populations.back().parameters["v_threshold"] = 0.4;
  net.outputs = {{"out", "out", DataType::float32, {4}, {}}};
  return with_event_input(std::move(net), {.steps = kSteps});
}

SampleSet samples_of(const Network& network) {
  SampleSet samples;
  samples.shape = sample_shape(network);
  samples.data = Tensor(DataType::int8, {3, element_count(samples.shape)});
  for (std::size_t i = 0; i < samples.data.size(); ++i)
    samples.data.as<std::int8_t>()[i] = static_cast<std::int8_t>(i * i % 7 % 3);
  return samples;
}

TEST(SeveralInputs, TakeTheirColumnsOfEachStep) {
  const Network one = network_of({5}), two = network_of({3, 2});
  EXPECT_EQ(sample_shape(two), (Shape{kSteps, 5}));
  const RunResult a = run_samples(one, samples_of(one), {.record_samples = 3});
  const RunResult b = run_samples(two, samples_of(two), {.record_samples = 3});
  EXPECT_GT(a.layers.back().spikes, 0U);
  EXPECT_EQ(a.layers.back().spikes, b.layers.back().spikes);
  EXPECT_EQ(a.spikes.back().steps, b.spikes.back().steps);
  EXPECT_EQ(a.spikes.back().neurons, b.spikes.back().neurons);
  EXPECT_EQ(a.outputs, b.outputs);
}

TEST(SeveralInputs, MustTakeARowInEveryStep) {
  Network network = network_of({3, 2});
  network.inputs[1].shape = {2};
  EXPECT_THROW(sample_shape(network), Failure);
  network.inputs.clear();
  EXPECT_THROW(sample_shape(network), Failure);
}

}  // namespace
}  // namespace synfire
