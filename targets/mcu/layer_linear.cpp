#include <algorithm>
#include <numeric>
#include <utility>

#include "targets/mcu/layer_ends.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kLanes = 8;  // SNN_LANES of the runtime

/// Values of the source, 0 (padding) included.
SumRange value_range_of(const Population& source) {
  const std::int32_t zero = zero_point_of(source);
  return {std::min(0, low_of(source) - zero), std::max(0, high_of(source) - zero)};
}

/// The sums that weights can make of any values.
SumRange sum_range(std::span<const std::int8_t> weights, SumRange value) {
  SumRange sum;
  for (const std::int64_t weight : weights) {
    sum.low += weight * (weight > 0 ? value.low : value.high);
    sum.high += weight * (weight > 0 ? value.high : value.low);
  }
  return sum;
}

/// With the shift that kernels have instructions for, or one with which more channels have steps.
Rescale rescale_of(std::vector<synfire_graded_t> neurons, std::span<const SumRange> ranges,
                   std::int32_t shift) {
  const auto channels = static_cast<std::int64_t>(neurons.size());
  SingleSteps best = single_steps(neurons, ranges, shift);
  for (const std::int32_t other : {14, 10, 8, 6}) {
    if (best.found() == channels) return {std::move(best), {}};
    SingleSteps steps = single_steps(neurons, ranges, other);
    if (steps.found() > best.found()) best = std::move(steps);
  }
  if (best.found() == channels) return {std::move(best), {}};
  if (best.found() == 0) return {{}, std::move(neurons)};
  Rescale mixed{std::move(best), {}};
  for (std::size_t i = 0; i < neurons.size(); ++i) {
    SingleStep& step = mixed.steps.channel[i];
    if (step.multiplier != 0) continue;
    step.start = static_cast<std::int32_t>(mixed.exact.size());
    mixed.exact.push_back(neurons[i]);
  }
  return mixed;
}

std::span<const std::int8_t> row_of(const Tensor& weight, std::int64_t row) {
  const std::size_t length = weight.size() / static_cast<std::size_t>(weight.shape()[0]);
  return weight.as<std::int8_t>().subspan(static_cast<std::size_t>(row) * length, length);
}

/// The layer's weights, those that cannot change their output's byte set to 0, and its steps.
struct Constants {
  Tensor weight;
  Rescale rescale;
};

Constants constants_of(const Ends& ends, const Tensor& weight) {
  const std::int64_t channels = weight.shape()[0];
  Constants constants{weight, {}};
  std::vector<synfire_graded_t> neurons = neurons_of(ends, channels);
  if (ends.context.exact) return {weight, {{}, std::move(neurons)}};
  std::vector<SumRange> ranges;
  for (std::int64_t row = 0; row < channels; ++row) {
    const synfire_graded_t& neuron = neurons[static_cast<std::size_t>(row)];
    ranges.push_back(sum_range(row_of(weight, row), value_range_of(ends.source)));
    if (!is_constant(neuron, ranges.back())) continue;
    ranges.back() = {};
    const std::size_t length = weight.size() / static_cast<std::size_t>(channels);
    std::ranges::fill(
        constants.weight.as<std::int8_t>().subspan(static_cast<std::size_t>(row) * length, length),
        std::int8_t{0});
  }
  constants.rescale = rescale_of(std::move(neurons), ranges, ends.context.shift);
  return constants;
}

void expect_int8(const Ends& ends, const Tensor& weight) {
  if (weight.type() != DataType::int8)
    refuse(ends, "a weight of type " + std::string(to_string(weight.type())));
}

/// Weights by tap: the row of `outputs` weights of (row, column, channel) from any order.
template <typename Weight>
std::vector<std::int8_t> by_tap(const Window& window, std::int64_t channels, std::int64_t outputs,
                                std::int64_t width, Weight&& weight) {
  std::vector<std::int8_t> table;
  table.reserve(static_cast<std::size_t>(window.rows * window.columns * channels * width));
  for (std::int32_t row = 0; row < window.rows; ++row)
    for (std::int32_t column = 0; column < window.columns; ++column)
      for (std::int64_t channel = 0; channel < channels; ++channel)
        for (std::int64_t output = 0; output < width; ++output)
          table.push_back(output < outputs ? weight(row, column, channel, output) : std::int8_t{0});
  return table;
}

std::int64_t whole_lanes(std::int64_t outputs) { return (outputs + kLanes - 1) / kLanes * kLanes; }

/// Packing pays where weights are used at several positions.
bool packs(const LayerContext& context, const Linear& linear, const Map& out) {
  return linear.rescale.single() && linear.rescale.steps.shift == context.shift &&
         out.channels == linear.width * linear.groups && out.rows * out.columns > 1 &&
         2 * static_cast<std::int64_t>(linear.weight.size()) / linear.groups <= context.word_limit;
}

Layer make_linear(const Ends& ends, Linear linear, Rescale rescale) {
  Layer layer = new_layer(ends);
  linear.rescale = std::move(rescale);
  linear.packed = packs(ends.context, linear, layer.out);
  layer.work = std::move(linear);
  return layer;
}

}  // namespace

/// The whole map is one window. The weights' sources count channels, then columns, then rows.
Layer make(const Ends& ends, const Dense& dense) {
  expect_int8(ends, dense.weight);
  auto [weight, rescale] = constants_of(ends, dense.weight);
  const bool transposed = ends.context.transposed;
  const Map in = map_of(ends.source, transposed);
  Linear linear;
  linear.window.rows = static_cast<std::int32_t>(in.rows);
  linear.window.columns = static_cast<std::int32_t>(in.columns);
  const std::int64_t outputs = dense.weight.shape()[0];
  linear.width = whole_lanes(outputs);
  linear.weight = by_tap(
      linear.window, in.channels, outputs, linear.width,
      [&](std::int64_t row, std::int64_t column, std::int64_t channel, std::int64_t output) {
        const std::int64_t pixel = transposed ? column * in.rows + row : row * in.columns + column;
        return row_of(weight, output)[static_cast<std::size_t>(pixel * in.channels + channel)];
      });
  return make_linear(ends, std::move(linear), std::move(rescale));
}

namespace {

/// Offset of (row, column) in a kernel of {kernel rows, kernel columns} of the network.
std::size_t tap_of(const Window& window, std::int64_t row, std::int64_t column, bool transposed) {
  return static_cast<std::size_t>(transposed ? column * window.rows + row
                                             : row * window.columns + column);
}

Layer make_depthwise(const Ends& ends, const Conv2d& conv, const Window& window) {
  Layer layer = new_layer(ends);
  Depthwise depthwise;
  depthwise.window = window;
  auto [weight, rescale] = constants_of(ends, conv.weight);
  for (std::int64_t output = 0; output < layer.out.channels; ++output)
    for (std::int64_t row = 0; row < window.rows; ++row)
      for (std::int64_t column = 0; column < window.columns; ++column)
        depthwise.weight.push_back(
            row_of(weight, output)[tap_of(window, row, column, ends.context.transposed)]);
  depthwise.rescale = std::move(rescale);
  layer.work = std::move(depthwise);
  return layer;
}

/// Weights of one group after the other.
Layer make_convolution(const Ends& ends, const Conv2d& conv, const Window& window) {
  Linear linear;
  linear.window = window, linear.groups = conv.groups;
  auto [weight, rescale] = constants_of(ends, conv.weight);
  const std::int64_t outputs = conv.weight.shape()[0] / conv.groups;
  const std::int64_t channels = conv.weight.shape()[1];
  linear.width = whole_lanes(outputs);
  const std::int64_t taps = std::int64_t{window.rows} * window.columns;
  for (std::int64_t group = 0; group < conv.groups; ++group) {
    const auto weight_at = [&](std::int64_t row, std::int64_t column, std::int64_t channel,
                               std::int64_t output) {
      const auto tap = tap_of(window, row, column, ends.context.transposed);
      return row_of(weight,
                    group * outputs + output)[static_cast<std::size_t>(channel * taps) + tap];
    };
    const auto part = by_tap(window, channels, outputs, linear.width, weight_at);
    linear.weight.insert(linear.weight.end(), part.begin(), part.end());
  }
  return make_linear(ends, std::move(linear), std::move(rescale));
}

}  // namespace

Layer make(const Ends& ends, const Conv2d& conv) {
  expect_int8(ends, conv.weight);
  expect_map(ends, conv.layout);
  const bool transposed = ends.context.transposed;
  const Shape& shape = conv.weight.shape();
  const Pair kernel{static_cast<std::int32_t>(shape[2]), static_cast<std::int32_t>(shape[3])};
  const Window window = window_of(kernel, conv.stride, conv.dilation, conv.padding, transposed);
  const std::int64_t channels = map_of(ends.source, transposed).channels;
  if (conv.groups == channels && channels > 1) return make_depthwise(ends, conv, window);
  return make_convolution(ends, conv, window);
}

namespace {

/// Starts as the words of accumulators, whose lower halves take the even outputs' sums; then of
/// each pair both multipliers and the odd output's start.
void add_lanes(std::vector<std::int32_t>& words, std::span<const SingleStep> steps) {
  for (std::size_t i = 0; i < steps.size(); i += 2) {
    words.push_back(steps[i].start);
    words.push_back(steps[i].start < 0 ? -1 : 0);
  }
  for (std::size_t i = 0; i < steps.size(); i += 2)
    words.insert(words.end(), {steps[i].multiplier, steps[i + 1].multiplier, steps[i + 1].start});
}

}  // namespace

std::vector<std::int32_t> Linear::lanes() const {
  constexpr std::size_t kGroup = 8;  // of eight outputs
  std::vector<std::int32_t> words;
  const std::span<const SingleStep> steps(rescale.steps.channel);
  const std::size_t passes = static_cast<std::size_t>(width / kLanes);
  for (std::size_t group = 0; group < static_cast<std::size_t>(groups); ++group)
    for (std::size_t first = 0; first < passes; first += kGroup)
      for (std::size_t pass = std::min(first + kGroup, passes); pass-- > first;)
        add_lanes(words, steps.subspan((group * passes + pass) * kLanes, kLanes));
  return words;
}

}  // namespace synfire::mcu
