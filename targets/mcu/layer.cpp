#include "targets/mcu/layer.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "neurons/common/activation.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kLanes = 8;  // SNN_LANES of the runtime

/// What a layer is made of.
struct Ends {
  const LayerContext& context;
  const Projection& projection;
  const Population& source;
  const Population& target;
};

std::string place_of(const Population& population) { return "net.populations." + population.name; }

[[noreturn]] void refuse(const Population& target, const std::string& what) {
  fail(Code::target_unsupported, place_of(target), what + " has no kernel on microcontrollers yet",
       "docs/mcu.md lists the kernels");
}
[[noreturn]] void refuse(const Ends& ends, const std::string& what) { refuse(ends.target, what); }

std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback) {
  return static_cast<std::int32_t>(
      integer_or(population.parameters, name, fallback, place_of(population)));
}

std::int32_t zero_point_of(const Population& population) {
  return integer(population, "zero_point", 0);
}
std::int32_t low_of(const Population& population) { return integer(population, "low", -128); }
std::int32_t high_of(const Population& population) { return integer(population, "high", 127); }

std::string activation_of(const Ends& ends) {
  return text_or(ends.target.parameters, "activation", "none", place_of(ends.target));
}

void expect_activation(const Ends& ends, std::string_view wanted) {
  const std::string name = activation_of(ends);
  if (name != wanted) refuse(ends, "activation " + name);
}

std::vector<synfire_graded_t> neurons_of(const Ends& ends, std::int64_t channels) {
  expect_activation(ends, "linear");
  const Population& p = ends.target;
  const auto values = [&](std::string_view name) {
    return integers_or(p.parameters, name, 0, static_cast<std::size_t>(channels), place_of(p));
  };
  const auto bias = values("bias"), multiplier = values("multiplier"), shift = values("shift");
  const bool single = text_or(p.parameters, "rounding", "double", place_of(p)) == "single";
  std::vector<synfire_graded_t> neurons;
  for (std::size_t i = 0; i < bias.size(); ++i)
    neurons.push_back({bias[i], multiplier[i], shift[i], zero_point_of(p), low_of(p), high_of(p),
                       single ? 1 : 0});
  return neurons;
}

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

Rescale rescale_of(std::vector<synfire_graded_t> neurons, std::span<const SumRange> ranges) {
  auto steps = single_steps(neurons, ranges);
  if (!steps) return {{}, {}, std::move(neurons)};
  std::vector<std::int32_t> bias;
  for (const synfire_graded_t& neuron : neurons) bias.push_back(neuron.bias);
  return {std::move(bias), std::move(*steps), {}};
}

std::span<const std::int8_t> row_of(const Tensor& weight, std::int64_t row) {
  const std::size_t length = weight.size() / static_cast<std::size_t>(weight.shape()[0]);
  return weight.as<std::int8_t>().subspan(static_cast<std::size_t>(row) * length, length);
}

Rescale rescale_of(const Ends& ends, const Tensor& weight) {
  const std::int64_t channels = weight.shape()[0];
  std::vector<synfire_graded_t> neurons = neurons_of(ends, channels);
  if (ends.context.exact) return {{}, {}, std::move(neurons)};
  std::vector<SumRange> ranges;
  for (std::int64_t row = 0; row < channels; ++row) {
    const std::int64_t bias = neurons[static_cast<std::size_t>(row)].bias;
    const SumRange sum = sum_range(row_of(weight, row), value_range_of(ends.source));
    ranges.push_back({sum.low + bias, sum.high + bias});
  }
  return rescale_of(std::move(neurons), ranges);
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
  return linear.rescale.single() && out.channels == linear.width && out.rows * out.columns > 1 &&
         2 * static_cast<std::int64_t>(linear.weight.size()) <= context.word_limit;
}

Layer new_layer(const Ends& ends) {
  Layer layer;
  layer.name = ends.target.name;
  layer.origin = ends.target.origin;
  layer.inputs = {{ends.source.name, map_of(ends.source, ends.context.transposed)}};
  layer.out = map_of(ends.target, ends.context.transposed);
  layer.macs = synapse_count(ends.context.network, ends.projection);
  return layer;
}

Layer make_linear(const Ends& ends, Linear linear, const Tensor& weight) {
  Layer layer = new_layer(ends);
  linear.rescale = rescale_of(ends, weight);
  linear.packed = packs(ends.context, linear, layer.out);
  layer.work = std::move(linear);
  return layer;
}

/// The whole map is one window. The weights' sources count channels, then columns, then rows.
Layer make(const Ends& ends, const Dense& dense) {
  expect_int8(ends, dense.weight);
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
        return row_of(dense.weight,
                      output)[static_cast<std::size_t>(pixel * in.channels + channel)];
      });
  return make_linear(ends, std::move(linear), dense.weight);
}

Window window_of(Pair kernel, Pair stride, Pair dilation, const Padding& padding, bool transposed) {
  if (transposed)
    return {kernel[1],   kernel[0],   stride[1],  stride[0],
            dilation[1], dilation[0], padding[2], padding[0]};
  return {kernel[0],   kernel[1],   stride[0],  stride[1],
          dilation[0], dilation[1], padding[0], padding[2]};
}

/// Maps are stored by channels, rows and columns, which only shapes of three dimensions name.
void expect_map(const Ends& ends, Layout layout) {
  if (ends.source.shape.size() != 3 || ends.target.shape.size() != 3 || layout != Layout::hwc)
    refuse(ends, "a window over a shape that is not {height, width, channels}");
}

/// Offset of (row, column) in a kernel of {kernel rows, kernel columns} of the network.
std::size_t tap_of(const Window& window, std::int64_t row, std::int64_t column, bool transposed) {
  return static_cast<std::size_t>(transposed ? column * window.rows + row
                                             : row * window.columns + column);
}

Layer make_depthwise(const Ends& ends, const Conv2d& conv, const Window& window) {
  Layer layer = new_layer(ends);
  Depthwise depthwise;
  depthwise.window = window;
  for (std::int64_t output = 0; output < layer.out.channels; ++output)
    for (std::int64_t row = 0; row < window.rows; ++row)
      for (std::int64_t column = 0; column < window.columns; ++column)
        depthwise.weight.push_back(
            row_of(conv.weight, output)[tap_of(window, row, column, ends.context.transposed)]);
  depthwise.rescale = rescale_of(ends, conv.weight);
  layer.work = std::move(depthwise);
  return layer;
}

Layer make(const Ends& ends, const Conv2d& conv) {
  expect_int8(ends, conv.weight);
  expect_map(ends, conv.layout);
  const bool transposed = ends.context.transposed;
  const Shape& shape = conv.weight.shape();
  const Pair kernel{static_cast<std::int32_t>(shape[2]), static_cast<std::int32_t>(shape[3])};
  const Window window = window_of(kernel, conv.stride, conv.dilation, conv.padding, transposed);
  const std::int64_t channels = map_of(ends.source, transposed).channels;
  if (conv.groups == channels && channels > 1) return make_depthwise(ends, conv, window);
  if (conv.groups != 1) refuse(ends, "a convolution of " + std::to_string(conv.groups) + " groups");
  Linear linear;
  linear.window = window;
  linear.width = whole_lanes(shape[0]);
  const auto taps = static_cast<std::size_t>(kernel[0] * kernel[1]);
  linear.weight =
      by_tap(window, channels, shape[0], linear.width,
             [&](std::int64_t row, std::int64_t column, std::int64_t channel, std::int64_t output) {
               return row_of(conv.weight, output)[static_cast<std::size_t>(channel) * taps +
                                                  tap_of(window, row, column, transposed)];
             });
  return make_linear(ends, std::move(linear), conv.weight);
}

bool same_factor(const synfire_graded_t& a, const synfire_graded_t& b) {
  return a.bias == b.bias && a.multiplier == b.multiplier && a.shift == b.shift;
}

/// TFLite's MEAN: a pool whose sums are rescaled like those of a linear layer.
Layer make_mean(const Ends& ends, const Pool2d& pool) {
  expect_map(ends, pool.layout);
  Layer layer = new_layer(ends);
  const std::vector<synfire_graded_t> neurons = neurons_of(ends, layer.out.channels);
  const auto same = [&](const synfire_graded_t& n) { return same_factor(n, neurons.front()); };
  if (!std::ranges::all_of(neurons, same)) refuse(ends, "a mean with factors by channel");
  if (pool.padding != Padding{}) refuse(ends, "a mean over padding");
  layer.work =
      Mean{window_of(pool.kernel, pool.stride, {1, 1}, pool.padding, ends.context.transposed),
           neurons.front()};
  return layer;
}

Layer make(const Ends& ends, const Pool2d& pool) {
  if (pool.kind == PoolKind::sum && activation_of(ends) == "linear") return make_mean(ends, pool);
  const bool maximum = pool.kind == PoolKind::max;
  expect_activation(ends, maximum ? "maximum" : "average");
  expect_map(ends, pool.layout);
  Layer layer = new_layer(ends);
  const Population& p = ends.target;
  const Window window =
      window_of(pool.kernel, pool.stride, {1, 1}, pool.padding, ends.context.transposed);
  if (maximum)
    layer.work = Maximum{window, low_of(p), high_of(p), zero_point_of(p)};
  else
    layer.work =
        Average{window, integer(p, "input_zero_point", 0), low_of(p), high_of(p), zero_point_of(p)};
  return layer;
}

Layer make(const Ends& ends, const auto&) {
  refuse(ends, "a " + std::string(kind_of(ends.projection.connectivity)) + " projection");
}

bool same_geometry(const Map& a, const Map& b) {
  return a.plane == b.plane && a.pitch == b.pitch && a.rows == b.rows && a.columns == b.columns;
}

/// The projections that reach a population, by receptor.
std::vector<Ends> ends_of(const LayerContext& context, const Population& target) {
  std::vector<const Projection*> found;
  for (const Projection& projection : context.network.projections)
    if (projection.target == target.name) found.push_back(&projection);
  if (found.empty())
    fail(Code::target_unsupported, place_of(target), "is not reached by any projection");
  std::ranges::sort(found, {}, &Projection::receptor);
  std::vector<Ends> ends;
  for (const Projection* projection : found)
    ends.push_back({context, *projection, context.network.population(projection->source), target});
  return ends;
}

bool passes_values(const Ends& ends) {
  const auto* one = std::get_if<OneToOne>(&ends.projection.connectivity);
  return one != nullptr && one->weight.type() == DataType::int8 &&
         std::ranges::all_of(one->weight.as<std::int8_t>(), [](int weight) { return weight == 1; });
}

/// Two projections that pass values as they are, one for each receptor.
Layer make_add(const std::vector<Ends>& ends) {
  const Population& target = ends.front().target;
  if (ends.size() != 2 || ends[0].projection.receptor != 0 || ends[1].projection.receptor != 1 ||
      !passes_values(ends[0]) || !passes_values(ends[1]))
    refuse(target, "a sum of several projections that is not an ADD of two populations");
  expect_activation(ends.front(), "add");
  Layer layer = new_layer(ends[0]);
  layer.inputs.push_back(new_layer(ends[1]).inputs.front());
  layer.macs += synapse_count(ends[1].context.network, ends[1].projection);
  for (const Input& input : layer.inputs)
    if (!same_geometry(input.map, layer.out) || input.map.channels != layer.out.channels)
      refuse(target, "an ADD of maps of several shapes");
  std::array<OperandBytes, 2> bytes;
  for (std::size_t i = 0; i < 2; ++i)
    bytes[i] = {layer.inputs[i].map.zero, high_of(ends[i].source) - low_of(ends[i].source)};
  const synfire_add_t add = add_constants(target);
  layer.work = Add{add, ends.front().context.exact ? std::nullopt : add_tables(add, bytes)};
  return layer;
}

bool is_pointwise(const Window& w) {
  return w.rows == 1 && w.columns == 1 && w.stride_rows == 1 && w.stride_columns == 1 &&
         w.top == 0 && w.left == 0;
}

}  // namespace

std::vector<std::int32_t> Linear::start() const {
  std::vector<std::int32_t> words = rescale.bias;
  if (words.empty()) return words;
  words.resize(static_cast<std::size_t>(width));
  for (std::size_t i = 0; packed && i < words.size(); i += 2) {
    words[i + 1] -= words[i] < 0 ? 1 : 0;
    words[i] *= 256;
  }
  return words;
}

Map map_of(const Population& population, bool transposed) {
  MapSize size{population.size(), 1, 1};
  if (population.shape.size() == 3) size = map_size(population.shape, Layout::hwc);
  if (transposed) std::swap(size.height, size.width);
  Map map{.channels = size.channels, .rows = size.height, .columns = size.width};
  // A byte beside each row lets kernels read one value too far.
  map.pitch = map.columns + (map.rows * map.columns > 1 ? 1 : 0);
  map.plane = map.pitch * map.rows;
  map.zero = zero_point_of(population) - low_of(population);
  return map;
}

Layer make_layer(const LayerContext& context, const Population& target) {
  const std::vector<Ends> ends = ends_of(context, target);
  if (ends.size() > 1) return make_add(ends);
  return std::visit([&](const auto& connectivity) { return make(ends.front(), connectivity); },
                    ends.front().projection.connectivity);
}

bool works_in_place(const Layer& layer, const Map& input) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  const bool position_by_position = std::holds_alternative<Add>(layer.work) ||
                                    (linear != nullptr && is_pointwise(linear->window));
  return position_by_position && same_geometry(input, layer.out);
}

bool works_one_plane_on(const Layer& layer) {
  return std::holds_alternative<Depthwise>(layer.work) && same_geometry(layer.in(), layer.out) &&
         layer.in().channels == layer.out.channels;
}

bool reads_margin(const Layer& layer) {
  const auto* depthwise = std::get_if<Depthwise>(&layer.work);
  return depthwise != nullptr && !layer.spikes && layer.in().zero == 0 &&
         depthwise->window.stride_columns == 1;
}

bool writes_margin(const Layer& layer) {
  return std::holds_alternative<Depthwise>(layer.work) && !layer.spikes;
}

}  // namespace synfire::mcu
