#include "targets/mcu/synapse_words.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/base/diagnostics.h"

namespace synfire::mcu {
namespace {

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

/// The sources' neurons by the places of their spikes.
std::vector<std::int64_t> by_bit(const Places& places, std::int64_t count) {
  std::vector<std::int64_t> neurons(index(count));
  for (std::int64_t neuron = 0; neuron < count; ++neuron)
    neurons[index(places.count > 0 ? places.bit(neuron) : neuron)] = neuron;
  return neurons;
}

/// One axis of a convolution: which taps an event at `at` reaches, from the last to the first, so
/// that their targets ascend by `step`.
struct Axis {
  std::int64_t source, target, taps, stride, dilation, padding;

  std::int64_t divisor() const { return std::gcd(stride, dilation); }
  std::int64_t tap_step() const { return stride / divisor(); }  // between taps that are reached
  std::int64_t step() const { return dilation / divisor(); }    // and their targets

  /// Taps in the order in which they lie: classes that one event reaches, each from the last.
  std::vector<std::int64_t> order() const {
    std::vector<std::int64_t> list;
    for (std::int64_t first = 0; first < std::min(tap_step(), taps); ++first)
      for (std::int64_t tap = last_of(first); tap >= first; tap -= tap_step()) list.push_back(tap);
    return list;
  }
  std::int64_t last_of(std::int64_t first) const {
    return first + (taps - 1 - first) / tap_step() * tap_step();
  }

  struct Reached {
    std::vector<std::int64_t> taps, targets;  // targets ascend
  };
  Reached reached(std::int64_t at) const {
    Reached result;
    for (std::int64_t tap = taps - 1; tap >= 0; --tap) {
      const std::int64_t from = at + padding - tap * dilation;
      if (from < 0 || from % stride != 0 || from / stride >= target) continue;
      result.taps.push_back(tap), result.targets.push_back(from / stride);
    }
    return result;
  }
};

/// The words of a group of channels at one place.
class Group {
 public:
  Group(const Convolution& conv, const SpikingLayer& target)
      : conv_(conv), per_word_(target.wide ? 1 : 2), place_(target.places.lanes / per_word_) {
    for (std::int64_t group = 0; group < groups(); ++group) {
      const std::int64_t first = group * conv_.group_outputs;
      const std::int64_t last = first + conv_.group_outputs - 1;
      words_ = std::max(words_, last / per_word_ - first / per_word_ + 1);
    }
    if (groups() == 1) words_ = place_;
  }
  std::int64_t groups() const { return conv_.source.channels / conv_.group_channels; }
  std::int64_t words() const { return words_; }
  std::int64_t place() const { return place_; }  // words of a place
  std::int64_t last() const { return place_ - words_; }

  void append(Words& out, std::int64_t channel, std::int64_t row, std::int64_t column) const {
    const std::int64_t group = channel / conv_.group_channels;
    const std::int64_t first = std::min(group * conv_.group_outputs / per_word_, last());
    for (std::int64_t word = first; word < first + words_; ++word) {
      std::uint32_t sum = 0;
      for (std::int64_t half = 0; half < per_word_; ++half)
        sum += static_cast<std::uint32_t>(weight(channel, word * per_word_ + half, row, column))
               << (16 * half);
      out.push_back(sum);
    }
  }

 private:
  std::int32_t weight(std::int64_t channel, std::int64_t output, std::int64_t row,
                      std::int64_t column) const {
    const std::int64_t group = channel / conv_.group_channels;
    if (output / conv_.group_outputs != group || output >= conv_.target.channels) return 0;
    const std::int64_t of = output * conv_.group_channels + channel % conv_.group_channels;
    return conv_.weight[index((of * conv_.kernel[0] + row) * conv_.kernel[1] + column)];
  }

  const Convolution& conv_;
  std::int64_t per_word_, place_, words_ = 0;
};

ConvColumn column_of(const Axis& axis, std::int64_t at, const Group& group,
                     const std::vector<std::int64_t>& order, const Places& places) {
  const Axis::Reached reached = axis.reached(at);
  if (reached.taps.empty()) return {};
  ConvColumn column;
  for (const std::int64_t target : reached.targets)
    column.touched |= std::uint32_t{1} << (target >> places.shift);
  const auto first = std::ranges::find(order, reached.taps.front()) - order.begin();
  column.weight = first * group.words();
  column.sum = reached.targets.front() * group.place();
  const auto count = std::ssize(reached.taps);
  const bool together = axis.step() == 1 && group.groups() == 1;
  column.taps = together ? 1 : count;
  column.words = together ? count * group.words() : group.words();
  return column;
}

/// From the first tap to the last, their targets one `step` above the other.
ConvRow row_of(const Axis& axis, std::int64_t at, std::int64_t tap_weights) {
  const Axis::Reached reached = axis.reached(at);
  if (reached.taps.empty()) return {};
  return {reached.taps.back() * tap_weights, reached.targets.back(), std::ssize(reached.taps)};
}

/// What the runtime's tables have 16 bits for.
void expect_room(const ConvWords& words, const Convolution& conv) {
  const std::int64_t most = std::max({words.row_words, words.channel_words / conv.kernel[0],
                                      words.row_step, words.run_sums, conv.target.height});
  if (most > UINT16_MAX)
    fail(Code::target_unsupported, "net",
         std::to_string(most) + " words of a row of a convolution, the limit is 65535");
}

struct LargestSums {
  std::int64_t targets;
  std::vector<std::int64_t> sum = std::vector<std::int64_t>(index(targets)), largest = sum;

  void add(std::int64_t target, std::int8_t weight) {
    sum[index(target)] += std::abs(weight);
    largest[index(target)] = std::max<std::int64_t>(largest[index(target)], std::abs(weight));
  }
  void operator()(const DenseRows& rows) {
    for (std::size_t i = 0; i < rows.weight.size(); ++i)
      add(static_cast<std::int64_t>(i) / rows.sources, rows.weight[i]);
  }
  void operator()(const Convolution& conv) {
    const std::int64_t plane = targets / conv.target.channels;
    const std::int64_t each = std::ssize(conv.weight) / conv.target.channels;
    for (std::size_t i = 0; i < conv.weight.size(); ++i)
      add(static_cast<std::int64_t>(i) / each * plane, conv.weight[i]);
    for (std::int64_t target = 0; target < targets; ++target) {
      sum[index(target)] = sum[index(target / plane * plane)];
      largest[index(target)] = largest[index(target / plane * plane)];
    }
  }
  void operator()(const Pairs& pairs) {
    for (std::size_t i = 0; i < pairs.weight.size(); ++i)
      add(static_cast<std::int64_t>(i), pairs.weight[i]);
  }
  void operator()(const SparseRows& rows) {
    for (std::size_t i = 0; i < rows.weight.size(); ++i) add(rows.target[i], rows.weight[i]);
  }
};

}  // namespace

DenseWords dense_words(const DenseRows& rows, const Synapses& synapses,
                       const SpikingLayer& target) {
  DenseWords result;
  const std::int64_t lanes = target.places.lane_count();
  result.words = target.places.map ? (lanes + 3) / 4 : (target.size + 3) / 4;
  std::vector<std::int64_t> neuron(index(4 * result.words), -1);
  for (std::int64_t i = 0; i < target.size; ++i) neuron[index(target.places.lane(i))] = i;
  for (const std::int64_t source : by_bit(synapses.places, rows.sources))
    for (std::int64_t word = 0; word < result.words; ++word) {
      std::uint32_t bytes = 0;
      for (int byte = 0; byte < 4; ++byte) {
        constexpr int kLane[] = {0, 2, 1, 3};
        const std::int64_t to = neuron[index(4 * word + kLane[byte])];
        const std::int32_t weight = to < 0 ? 0 : rows.weight[index(to * rows.sources + source)];
        bytes |= static_cast<std::uint32_t>(weight + 128) << (8 * byte);
      }
      result.weight.push_back(bytes);
    }
  return result;
}

ConvWords conv_words(const Convolution& conv, const SpikingLayer& target) {
  const Group group(conv, target);
  const Axis rows{conv.source.height, conv.target.height, conv.kernel[0],
                  conv.stride[0],     conv.dilation[0],   conv.top};
  const Axis columns{conv.source.width, conv.target.width, conv.kernel[1],
                     conv.stride[1],    conv.dilation[1],  conv.left};
  const std::vector<std::int64_t> order = columns.order();
  ConvWords result;
  const std::int64_t tap_weights = conv.kernel[1] * group.words();
  result.channel_words = conv.kernel[0] * tap_weights;
  result.tap_words = rows.tap_step() * tap_weights;
  result.row_words = conv.target.width * group.place();
  result.row_step = rows.step();
  result.run_weights = group.words(), result.run_sums = columns.step() * group.place();
  result.group_lanes = conv.group_outputs, result.last_word = group.last();
  for (std::int64_t channel = 0; channel < conv.source.channels; ++channel)
    for (std::int64_t row = 0; row < conv.kernel[0]; ++row)
      for (const std::int64_t column : order) group.append(result.weight, channel, row, column);
  expect_room(result, conv);
  for (std::int64_t at = 0; at < conv.source.width; ++at)
    result.columns.push_back(column_of(columns, at, group, order, target.places));
  for (std::int64_t at = 0; at < conv.source.height; ++at)
    result.rows.push_back(row_of(rows, at, tap_weights));
  return result;
}

std::vector<std::int64_t> lanes_of(std::span<const std::int32_t> targets,
                                   const SpikingLayer& target) {
  std::vector<std::int64_t> lanes;
  for (const std::int32_t neuron : targets) lanes.push_back(target.places.lane(neuron));
  return lanes;
}

SparseRows in_order(const SparseRows& rows, const Places& source) {
  SparseRows result;
  for (const std::int64_t neuron : by_bit(source, std::ssize(rows.row) - 1)) {
    result.row.push_back(std::ssize(result.target));
    for (auto k = index(rows.row[index(neuron)]); k < index(rows.row[index(neuron + 1)]); ++k) {
      result.target.push_back(rows.target[k]);
      result.weight.push_back(rows.weight[k]);
    }
  }
  result.row.push_back(std::ssize(result.target));
  return result;
}

Pairs in_order(const Pairs& pairs, const Places& source) {
  Pairs result;
  for (const std::int64_t neuron : by_bit(source, std::ssize(pairs.weight)))
    result.weight.push_back(pairs.weight[index(neuron)]);
  return result;
}

std::vector<std::int32_t> pair_targets(const Pairs& pairs, const Places& source) {
  std::vector<std::int32_t> targets;
  for (const std::int64_t neuron : by_bit(source, std::ssize(pairs.weight)))
    targets.push_back(static_cast<std::int32_t>(neuron));
  return targets;
}

std::vector<std::int64_t> largest_sums(const SynapseTable& table, std::int64_t targets,
                                       std::int64_t most_events, bool from_input) {
  LargestSums sums{targets};
  std::visit([&](const auto& each) { sums(each); }, table);
  if (from_input)
    for (std::size_t i = 0; i < sums.sum.size(); ++i) sums.sum[i] = sums.largest[i] * most_events;
  return sums.sum;
}

}  // namespace synfire::mcu
