#include "targets/mcu/layer.h"

#include <algorithm>
#include <utility>

#include "neurons/common/activation.h"
#include "targets/mcu/layer_ends.h"

namespace synfire::mcu {

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

Layer new_layer(const Ends& ends) {
  Layer layer;
  layer.name = ends.target.name;
  layer.origin = ends.target.origin;
  layer.inputs = {{ends.source.name, map_of(ends.source, ends.context.transposed)}};
  layer.out = map_of(ends.target, ends.context.transposed);
  layer.macs = synapse_count(ends.context.network, ends.projection);
  return layer;
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

namespace {

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
  const auto kernel = [&](const auto& connectivity) -> Layer {
    if constexpr (requires { make(ends.front(), connectivity); })
      return make(ends.front(), connectivity);
    else
      refuse(target,
             "a " + std::string(kind_of(ends.front().projection.connectivity)) + " projection");
  };
  return std::visit(kernel, ends.front().projection.connectivity);
}

bool works_in_place(const Layer& layer, const Map& input) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  const auto* relay = std::get_if<Relay>(&layer.work);
  const bool position_by_position =
      std::holds_alternative<Add>(layer.work) || (relay != nullptr && relay->from.empty()) ||
      (linear != nullptr && is_pointwise(linear->window) && linear->groups == 1);
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
