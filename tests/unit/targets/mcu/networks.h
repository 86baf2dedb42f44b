// Small graded networks of the layers that firmware has.
#pragma once

#include <algorithm>

#include "support/networks.h"

namespace synfire::mcu::test {

using synfire::test::QuantizedBuilder;
using synfire::test::random_weights;

inline Network graded(Network network) {
  for (Population& population : network.populations) {
    population.parameters.try_emplace("low", std::int64_t{-128});
    population.parameters.try_emplace("high", std::int64_t{127});
    population.parameters.try_emplace("left_shift", std::int64_t{20});
  }
  network.schedule = {1, static_cast<std::int32_t>(network.populations.size())};
  return network;
}

inline Conv2d conv(Shape weight, std::uint32_t seed, Padding padding = {0, 0, 0, 0},
                   Pair stride = {1, 1}, std::int32_t groups = 1) {
  Conv2d conv{random_weights(std::move(weight), seed)};
  conv.padding = padding, conv.stride = stride, conv.groups = groups;
  return conv;
}

/// Convolution, depthwise, pointwise, depthwise, average, dense: the order of a DS-CNN. `height`
/// above `width` is stored transposed.
inline Network separable(std::int64_t height, std::int64_t width) {
  const Shape map{height, width, 8};
  const auto rows = static_cast<std::int32_t>(height), columns = static_cast<std::int32_t>(width);
  return graded(
      QuantizedBuilder({height, width, 1}, 83, 5)
          .linear("first", "input", map, conv({8, 1, 3, 3}, 31, {1, 1, 1, 1}), -128, true)
          .linear("depth1", "first", map, conv({8, 1, 3, 3}, 32, {1, 1, 1, 1}, {1, 1}, 8), -128,
                  true)
          .linear("point1", "depth1", map, conv({8, 8, 1, 1}, 33), -128, true)
          .linear("depth2", "point1", map, conv({8, 1, 3, 3}, 34, {1, 1, 1, 1}, {1, 1}, 8), -128,
                  true)
          .linear("point2", "depth2", {height, width, 16}, conv({16, 8, 1, 1}, 35), -128, true)
          .pool("average", "point2", {1, 1, 16},
                Pool2d{PoolKind::sum, {rows, columns}, {rows, columns}, {}, Layout::hwc})
          .linear("dense", "average", {5}, Dense{random_weights({5, 16}, 36)}, 14, false)
          .build("dense"));
}

/// What the quick kernels do not take: strides, zero points inside the range, odd channel counts, a
/// dense layer over a map.
inline Network irregular() {
  return graded(QuantizedBuilder({7, 6, 3}, 9, 6)
                    .linear("first", "input", {4, 3, 5},
                            conv({5, 3, 3, 3}, 41, {1, 1, 1, 1}, {2, 2}), 20, false)
                    .linear("depth", "first", {2, 2, 5},
                            conv({5, 1, 3, 3}, 42, {0, 1, 1, 1}, {2, 2}, 5), -3, false)
                    .linear("dense", "depth", {9}, Dense{random_weights({9, 20}, 43)}, 0, true)
                    .build("dense"));
}

/// A skip connection over two convolutions, and one whose ends have other zero points; the last
/// sum reads one map twice, and its clamp leaves it to the reference's arithmetic.
inline Network residual() {
  const Shape map{5, 6, 8};
  Network network =
      graded(QuantizedBuilder({5, 6, 3}, -7, 8)
                 .linear("first", "input", map, conv({8, 3, 3, 3}, 51, {1, 1, 1, 1}), -128, true)
                 .linear("inner", "first", map, conv({8, 8, 3, 3}, 52, {1, 1, 1, 1}), -128, true)
                 .linear("branch", "inner", map, conv({8, 8, 3, 3}, 53, {1, 1, 1, 1}), 11, false)
                 .add("sum", "branch", "first", -128)
                 .linear("aside", "sum", map, conv({8, 8, 1, 1}, 54), -20, false)
                 .add("second", "sum", "aside", 4)
                 .add("twice", "second", "second", -3)
                 .linear("dense", "twice", {5}, Dense{random_weights({5, 240}, 55)}, 14, false)
                 .build("dense"));
  for (Population& population : network.populations)
    if (population.name == "twice") population.parameters["high"] = std::int64_t{60};
  return network;
}

/// A maximum over windows that reach beyond a tall map.
inline Network pooled() {
  return graded(
      QuantizedBuilder({7, 6, 3}, 9, 10)
          .linear("first", "input", {7, 6, 5}, conv({5, 3, 3, 3}, 71, {1, 1, 1, 1}), 20, false)
          .pool("greatest", "first", {3, 3, 5},
                Pool2d{PoolKind::max, {3, 3}, {2, 2}, {0, 1, 1, 1}, Layout::hwc})
          .linear("dense", "greatest", {9}, Dense{random_weights({9, 45}, 72)}, 0, false)
          .build("dense"));
}

/// TFLite's MEAN: over rows and columns, and over rows of a tall map.
inline Network averaged(Pair kernel) {
  const std::int64_t columns = kernel[1] == 1 ? 6 : 1;
  Network network = graded(
      QuantizedBuilder({7, 6, 3}, 9, 12)
          .linear("first", "input", {7, 6, 8}, conv({8, 3, 3, 3}, 81, {1, 1, 1, 1}), 20, false)
          .linear("mean", "first", {1, columns, 8},
                  Pool2d{PoolKind::sum, kernel, kernel, {}, Layout::hwc}, -6, false)
          .linear("dense", "mean", {9}, Dense{random_weights({9, 8 * columns}, 82)}, 0, false)
          .build("dense"));
  for (Population& population : network.populations)
    if (population.name == "mean")
      for (const auto& [name, value] :
           {std::pair{"bias", 0}, std::pair{"multiplier", 1 << 30}, std::pair{"shift", -3}})
        population.parameters[name] = Tensor::of(Shape{1}, std::vector<std::int32_t>{value});
  return network;
}

/// Means and an average of few values as results, which codings scale.
inline Network ending_in_a_mean() {
  Network network = averaged({7, 6});
  network.populations.pop_back();
  network.projections.pop_back();
  network.outputs.front().population = "mean";
  network.outputs.front().shape = network.populations.back().shape;
  network.outputs.front().decoders = {{"offset", {{"zero_point", std::int64_t{-6}}}}};
  return network;
}

/// Sums of both signs over many inputs, as large as they can be; an output that is an ADD.
inline Network many_inputs() {
  Network network =
      graded(QuantizedBuilder({3, 3, 67}, 40, 6)
                 .linear("wide", "input", {300}, Dense{random_weights({300, 603}, 91)}, -5, false)
                 .linear("left", "wide", {5}, Dense{random_weights({5, 300}, 92)}, 0, false)
                 .linear("right", "wide", {5}, Dense{random_weights({5, 300}, 93)}, -3, false)
                 .add("sum", "left", "right", 7)
                 .build("sum"));
  auto weights = std::get<Dense>(network.projections[1].connectivity).weight.as<std::int8_t>();
  std::ranges::fill(weights.subspan(0, 300), std::int8_t{-128});
  std::ranges::fill(weights.subspan(300, 300), std::int8_t{127});
  return network;
}

/// A synapse of weight 1 from each value of a map to the mean of its position.
inline Sparse channel_sums(std::int64_t positions, std::int64_t channels) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> targets;
  for (std::int64_t i = 0; i < positions * channels; ++i) {
    targets.push_back(static_cast<std::int32_t>(i / channels));
    offsets.push_back(i + 1);
  }
  Sparse sparse;
  sparse.offsets = Tensor::of(Shape{static_cast<std::int64_t>(offsets.size())}, offsets);
  sparse.targets = Tensor::of(Shape{static_cast<std::int64_t>(targets.size())}, targets);
  sparse.weight = Tensor::of(Shape{1}, std::vector<std::int8_t>{1});
  return sparse;
}

/// Grouped convolutions of a tall map, one of whole lanes and one that is not, and a rescaling
/// value by value.
inline QuantizedBuilder grouped_and_rescaled() {
  const Tensor one = Tensor::of(Shape{1}, std::vector<std::int8_t>{1});
  QuantizedBuilder builder({7, 6, 4}, 9, 14);
  builder
      .linear("first", "input", {7, 6, 16}, conv({16, 2, 3, 3}, 91, {1, 1, 1, 1}, {1, 1}, 2), -128,
              true)
      .linear("second", "first", {7, 6, 6}, conv({6, 8, 1, 1}, 92, {}, {1, 1}, 2), 20, false)
      .linear("rescaled", "second", {7, 6, 6}, OneToOne{one}, -3, false);
  return builder;
}

inline Network with_factors_of_a_third(Network network) {
  for (Population& population : network.populations)
    if (population.name == "rescaled" || population.name == "mean")
      for (const auto& [name, value] :
           {std::pair{"bias", 0}, std::pair{"multiplier", 1431655765}, std::pair{"shift", 0}})
        population.parameters[name] = Tensor::of(Shape{1}, std::vector<std::int32_t>{value});
  return network;
}

inline Network ending_in_a_relay() {
  return with_factors_of_a_third(graded(grouped_and_rescaled().build("rescaled")));
}

/// Those and a mean over channels.
inline Network grouped() {
  return with_factors_of_a_third(
      graded(grouped_and_rescaled()
                 .linear("mean", "rescaled", {7, 6, 1}, channel_sums(42, 6), 5, false)
                 .linear("dense", "mean", {9}, Dense{random_weights({9, 42}, 93)}, 0, false)
                 .build("dense")));
}

/// A pointwise layer in place that adds channels (more than 64: in two groups of passes) and moves
/// the zero point, before a depthwise layer that reads margins.
inline Network widening() {
  return graded(
      QuantizedBuilder({5, 6, 1}, 0, 9)
          .linear("first", "input", {5, 6, 8}, conv({8, 1, 3, 3}, 61, {1, 1, 1, 1}), 20, false)
          .linear("wide", "first", {5, 6, 72}, conv({72, 8, 1, 1}, 62), -128, true)
          .linear("depth", "wide", {5, 6, 72}, conv({72, 1, 3, 3}, 63, {1, 1, 1, 1}, {1, 1}, 72),
                  -128, true)
          .linear("dense", "depth", {5}, Dense{random_weights({5, 2160}, 64)}, 14, false)
          .build("dense"));
}

}  // namespace synfire::mcu::test
