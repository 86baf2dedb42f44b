// Small float networks of IF, LIF and LI neurons, and samples of events.
#pragma once

#include "converters/passes/common/fixed_point.h"
#include "core/net/network.h"

namespace synfire::mcu::test {

/// Evenly spread in [-1, 1], the same for the same seed.
inline double noise(std::uint64_t i, std::uint64_t seed) {
  std::uint64_t x = (i + 1) * 0x9e3779b97f4a7c15U + seed * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 30)) * 0x94d049bb133111ebU;
  return static_cast<double>(x >> 11) * 0x1p-52 - 1;
}

inline Tensor random_floats(Shape shape, double scale, std::uint64_t seed, double mean = 0) {
  Tensor tensor(DataType::float32, std::move(shape));
  for (std::size_t i = 0; i < tensor.size(); ++i)
    tensor.as<float>()[i] = static_cast<float>(mean + scale * noise(i, seed));
  return tensor;
}

inline Population neurons(std::string name, Shape shape, std::string model,
                          Parameters parameters = {}) {
  return {std::move(name),
          std::move(shape),
          std::move(model),
          NumberFormat::float32,
          std::move(parameters),
          -1,
          {}};
}

/// Convolution with stride, sum pool, a recurrent dense layer with delays, sparse rows, one-to-one,
/// IF with reset by subtraction, LIF with a refractory period, LI.
inline Network event_network() {
  Network net;
  net.name = "events";
  net.schedule = {0, 40};
  net.populations = {
      neurons("in", {2, 9, 7}, "input"),
      neurons("conv", {5, 5, 4}, "if", {{"reset", std::string("subtract")}}),
      neurons(
          "pool", {5, 2, 2}, "lif",
          {{"tau_mem_ms", 5.0}, {"r", 3.0}, {"reset", std::string("value")}, {"v_reset", -0.3}}),
      neurons("hidden", {37}, "lif",
              {{"tau_mem_ms", random_floats({37}, 3, 5, 8)},
               {"r", 8.0},
               {"refractory_ms", 2.0},
               {"v_leak", 0.1},
               {"v_init", 0.4},
               {"i_offset", 0.05}}),
      neurons("out", {3}, "li", {{"tau_mem_ms", 10.0}})};
  Sparse sparse{Tensor(DataType::int64, {38}), Tensor(DataType::int32, {74}),
                random_floats({74}, 1, 6), Tensor(DataType::float64, {74})};
  for (std::size_t i = 0; i < 38; ++i)
    sparse.offsets.as<std::int64_t>()[i] = static_cast<std::int64_t>(2 * i);
  for (std::size_t i = 0; i < 74; ++i) {
    sparse.targets.as<std::int32_t>()[i] = static_cast<std::int32_t>(i * 7 % 37);
    sparse.delay.as<double>()[i] = 1.0 + static_cast<double>(i % 3) * 4;
  }
  net.projections = {
      {"w1", "in", "conv",
       Conv2d{
           random_floats({5, 2, 3, 3}, 0.5, 1, 0.2), {2, 2}, {1, 1}, {1, 1, 1, 1}, 1, Layout::chw},
       1.0, 0},
      {"w2", "conv", "pool", Pool2d{PoolKind::sum, {2, 2}, {2, 2}, {0, 0, 0, 0}, Layout::chw}, 2.0,
       0},
      {"w3", "pool", "hidden", Dense{random_floats({37, 20}, 1, 2, 0.3)}, 1.0, 0},
      {"skip", "in", "hidden", Dense{random_floats({37, 126}, 0.5, 3)}, 3.0, 0},
      {"back", "hidden", "hidden", Dense{random_floats({37, 37}, 0.3, 4)}, 5.0, 0},
      {"rows", "hidden", "hidden", sparse, 1.0, 0},
      {"self", "hidden", "hidden", OneToOne{random_floats({37}, 0.5, 7)}, 2.0, 0},
      {"w4", "hidden", "out", Dense{random_floats({3, 37}, 1, 8)}, 1.0, 0}};
  net.inputs = {{"samples", "in", DataType::float32, {2, 9, 7}, {}}};
  net.outputs = {{"result", "out", DataType::float32, {3}, {}}};
  return net;
}

/// What the tables of a convolution have to get right: odd channels, a stride with dilation, groups
/// that share words, more channels than are stepped at once, rows of more than 32 places; dense
/// rows from and to maps; resets by subtraction that leave potentials above thresholds, and to a
/// value; potentials at the start, constant inputs.
inline Network odd_network() {
  Network net;
  net.name = "odd";
  net.schedule = {0, 60};
  net.populations = {
      neurons("in", {3, 6, 41}, "input"),
      neurons("wide", {5, 6, 41}, "lif",
              {{"tau_mem_ms", 20.0}, {"r", 12.0}, {"reset", std::string("subtract")}}),
      neurons(
          "strided", {9, 2, 19}, "lif",
          {{"tau_mem_ms", 6.0}, {"r", 9.0}, {"i_offset", 0.02}, {"v_leak", 0.1}, {"v_init", 0.9}}),
      neurons("deep", {37, 1, 6}, "if", {{"reset", std::string("value")}, {"v_reset", -0.2}}),
      neurons("many", {700}, "lif", {{"tau_mem_ms", 2.0}, {"r", 3.0}}),
      neurons("map", {3, 2, 5}, "if", {{"reset", std::string("subtract")}}),
      neurons("out", {3, 2, 2}, "li", {{"tau_mem_ms", 10.0}})};
  net.projections = {
      {"w1", "in", "wide",
       Conv2d{
           random_floats({5, 3, 3, 3}, 0.6, 1, 0.1), {1, 1}, {1, 1}, {1, 1, 1, 1}, 1, Layout::chw},
       1.0, 0},
      {"w2", "wide", "strided",
       Conv2d{
           random_floats({9, 5, 3, 3}, 0.5, 2, 0.1), {2, 2}, {3, 3}, {2, 2, 1, 1}, 1, Layout::chw},
       1.0, 0},
      {"w3", "strided", "deep",
       Conv2d{
           random_floats({37, 9, 2, 3}, 0.5, 3, 0.1), {1, 3}, {1, 1}, {0, 0, 0, 0}, 1, Layout::chw},
       2.0, 0},
      {"groups", "strided", "strided",
       Conv2d{random_floats({9, 3, 3, 1}, 0.2, 4), {1, 1}, {1, 1}, {1, 1, 0, 0}, 3, Layout::chw},
       1.0, 0},
      {"w4", "deep", "many", Dense{random_floats({700, 222}, 0.5, 5, 0.05)}, 1.0, 0},
      {"w5", "many", "map", Dense{random_floats({30, 700}, 0.5, 6, 0.2)}, 1.0, 0},
      {"w6", "map", "out",
       Conv2d{random_floats({3, 3, 2, 2}, 1, 7, 0.1), {2, 2}, {1, 1}, {1, 1, 0, 0}, 1, Layout::chw},
       1.0, 0}};
  net.inputs = {{"samples", "in", DataType::float32, {3, 6, 41}, {}}};
  net.outputs = {{"result", "out", DataType::float32, {3, 2, 2}, {}}};
  return net;
}

/// Counts of events: one in `one_in` neurons and steps has some.
inline Tensor events(const Network& network, std::uint64_t one_in, std::uint64_t seed) {
  Tensor sample(DataType::int8, network.inputs[0].shape);
  for (std::size_t i = 0; i < sample.size(); ++i)
    if (noise(i, seed) + 1 < 2.0 / static_cast<double>(one_in))
      sample.as<std::int8_t>()[i] = static_cast<std::int8_t>(1 + i % 2);
  return sample;
}

/// The same with 25 steps of silence from step 15 on.
inline Tensor interrupted(Tensor sample) {
  const std::size_t step = sample.size() / static_cast<std::size_t>(sample.shape()[0]);
  for (std::size_t i = 15 * step; i < 40 * step; ++i) sample.as<std::int8_t>()[i] = 0;
  return sample;
}

}  // namespace synfire::mcu::test
