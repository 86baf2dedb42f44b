// Layers whose synapses have weight one: values that move, and means over channels.
#include <algorithm>
#include <numeric>

#include "targets/mcu/layer_ends.h"

namespace synfire::mcu {
namespace {

/// Where a neuron's byte is, from the map's first on. Neurons count channels, then columns, then
/// rows of the network.
std::int64_t byte_at(const Map& map, std::int64_t neuron, bool transposed) {
  const std::int64_t pixel = neuron / map.channels, channel = neuron % map.channels;
  const std::int64_t row = transposed ? pixel % map.rows : pixel / map.columns;
  const std::int64_t column = transposed ? pixel / map.rows : pixel % map.columns;
  return channel * map.plane + row * map.pitch + column;
}

/// The byte of the target for each byte of the source.
template <typename Value>
std::array<std::uint8_t, 256> byte_table(const Ends& ends, Value&& value) {
  std::array<std::uint8_t, 256> table{};
  const std::int32_t zero = zero_point_of(ends.source) - low_of(ends.source);
  const std::int32_t low = low_of(ends.target) - zero_point_of(ends.target);
  const std::int32_t high = high_of(ends.target) - zero_point_of(ends.target);
  for (std::int32_t byte = 0; byte < 256; ++byte)
    table[static_cast<std::size_t>(byte)] =
        static_cast<std::uint8_t>(std::clamp(value(byte - zero), low, high) - low);
  return table;
}

std::array<std::uint8_t, 256> relay_table(const Ends& ends, std::int32_t weight) {
  return byte_table(ends, [weight](std::int32_t u) { return weight * u; });
}

std::int32_t unit_of(const Ends& ends, const Tensor& weight) {
  const bool alike = weight.type() == DataType::int8 &&
                     std::ranges::all_of(weight.as<std::int8_t>(), [&](std::int8_t w) {
                       return w == weight.as<std::int8_t>().front();
                     });
  if (!alike || weight.size() == 0) refuse(ends, "a projection of several weights");
  return weight.as<std::int8_t>().front();
}

/// The dimensions over which synapses add up whole maps, a synapse for each source.
struct Reduction {
  bool rows, columns, channels;
};

bool reduces(const Sparse& sparse, const MapSize& size, const Reduction& over) {
  const auto offsets = sparse.offsets.as<std::int64_t>();
  const auto targets = sparse.targets.as<std::int32_t>();
  const std::int64_t width = over.columns ? 1 : size.width;
  const std::int64_t channels = over.channels ? 1 : size.channels;
  std::size_t i = 0;
  for (std::int64_t row = 0; row < size.height; ++row)
    for (std::int64_t column = 0; column < size.width; ++column)
      for (std::int64_t channel = 0; channel < size.channels; ++channel, ++i) {
        const std::int64_t pixel = (over.rows ? 0 : row) * width + (over.columns ? 0 : column);
        const std::int64_t target = pixel * channels + (over.channels ? 0 : channel);
        if (offsets[i] != static_cast<std::int64_t>(i) || i >= targets.size() ||
            targets[i] != target)
          return false;
      }
  return targets.size() == i;
}

Layer make_mean(const Ends& ends, const Sparse& sparse) {
  const bool map = ends.source.shape.size() == 3;
  const MapSize size =
      map ? map_size(ends.source.shape, Layout::hwc) : MapSize{ends.source.size(), 1, 1};
  for (const bool rows : {true, false})
    for (const bool columns : {true, false}) {
      const MapSize kept{1, rows ? 1 : size.height, columns ? 1 : size.width};
      if (ends.target.size() != kept.height * kept.width ||
          !reduces(sparse, size, {rows, columns, true}))
        continue;
      Layer layer = new_layer(ends);
      // The target's map is told by what is left, whatever its shape.
      Population target = ends.target;
      target.shape = {kept.height, kept.width, 1};
      layer.out = map_of(target, ends.context.transposed);
      const Pair kernel{static_cast<std::int32_t>(rows ? size.height : 1),
                        static_cast<std::int32_t>(columns ? size.width : 1)};
      layer.work = Mean{window_of(kernel, kernel, {1, 1}, {}, ends.context.transposed),
                        size.channels, one_neuron_of(ends, 1, "a mean")};
      return layer;
    }
  refuse(ends, "a sparse projection that is not a mean over channels");
}

/// Each target has one source at most.
Layer make_relay(const Ends& ends, const Sparse& sparse) {
  Layer layer = new_layer(ends);
  Relay relay;
  relay.byte = relay_table(ends, unit_of(ends, sparse.weight));
  const bool transposed = ends.context.transposed;
  std::vector<std::int64_t> from(static_cast<std::size_t>(ends.target.size()), -1);
  const auto offsets = sparse.offsets.as<std::int64_t>();
  const auto targets = sparse.targets.as<std::int32_t>();
  for (std::size_t source = 0; source + 1 < offsets.size(); ++source)
    for (std::int64_t i = offsets[source]; i < offsets[source + 1]; ++i) {
      std::int64_t& place = from[static_cast<std::size_t>(targets[static_cast<std::size_t>(i)])];
      if (place >= 0) refuse(ends, "a sum of sparse synapses");
      place = byte_at(layer.in(), static_cast<std::int64_t>(source), transposed);
    }
  const Map& out = layer.out;
  for (std::int64_t channel = 0; channel < out.channels; ++channel)
    for (std::int64_t row = 0; row < out.rows; ++row)
      for (std::int64_t column = 0; column < out.columns; ++column) {
        const std::int64_t pixel =
            transposed ? column * out.rows + row : row * out.columns + column;
        relay.from.push_back(from[static_cast<std::size_t>(pixel * out.channels + channel)]);
      }
  layer.work = std::move(relay);
  return layer;
}

}  // namespace

Layer make(const Ends& ends, const Sparse& sparse) {
  if (!sparse.delay.empty()) refuse(ends, "a sparse projection with delays");
  if (activation_of(ends) == "relay") return make_relay(ends, sparse);
  expect_activation(ends, "linear");
  if (unit_of(ends, sparse.weight) != 1)
    refuse(ends, "a sparse projection of other weights than 1");
  return make_mean(ends, sparse);
}

Layer make(const Ends& ends, const OneToOne& one) {
  Layer layer = new_layer(ends);
  const std::int32_t weight = unit_of(ends, one.weight);
  Relay relay;
  if (activation_of(ends) == "relay") {
    relay.byte = relay_table(ends, weight);
  } else {
    const std::int64_t channels = ends.target.shape.empty() ? 1 : ends.target.shape.back();
    const synfire_graded_t neuron = one_neuron_of(ends, channels, "a rescaling");
    relay.byte =
        byte_table(ends, [&](std::int32_t u) { return synfire_graded_value(&neuron, weight * u); });
  }
  const bool same = layer.in().channels == layer.out.channels &&
                    layer.in().rows == layer.out.rows && layer.in().columns == layer.out.columns;
  if (!same)
    for (std::int64_t channel = 0; channel < layer.out.channels; ++channel)
      for (std::int64_t row = 0; row < layer.out.rows; ++row)
        for (std::int64_t column = 0; column < layer.out.columns; ++column) {
          const bool transposed = ends.context.transposed;
          const std::int64_t pixel =
              transposed ? column * layer.out.rows + row : row * layer.out.columns + column;
          relay.from.push_back(
              byte_at(layer.in(), pixel * layer.out.channels + channel, transposed));
        }
  layer.work = std::move(relay);
  return layer;
}

}  // namespace synfire::mcu
