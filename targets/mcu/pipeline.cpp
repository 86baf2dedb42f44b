#include "targets/mcu/pipeline.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "neurons/common/rate_membrane.h"
#include "targets/mcu/coding.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kSpike = 255;  // what a spike is worth, of a current of 1

std::string place_of(const Population& population) { return "net.populations." + population.name; }

std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback) {
  return static_cast<std::int32_t>(
      integer_or(population.parameters, name, fallback, place_of(population)));
}

MapSize size_of(const Map& map) { return {map.channels, map.rows, map.columns}; }
std::int64_t neurons_of(const MapSize& size) { return size.channels * size.height * size.width; }
std::int64_t bit_words(const MapSize& size) { return (neurons_of(size) + 31) / 32; }

/// Sums are kept where weights are added one by one; sums of ones are counted anew in each step.
std::int64_t sum_width(const Layer& layer) {
  if (const auto* linear = std::get_if<Linear>(&layer.work)) return linear->width;
  return std::holds_alternative<Depthwise>(layer.work) ? layer.out.channels : 0;
}

/// The greatest sum that a neuron can have: of each input at most 255 spikes, or a value.
std::int64_t greatest_sum(const Layer& layer) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  if (linear == nullptr) return 0;
  std::vector<std::int64_t> sums(static_cast<std::size_t>(linear->width));
  for (std::size_t i = 0; i < linear->weight.size(); ++i)
    sums[i % sums.size()] += kSpike * std::abs(std::int64_t{linear->weight[i]});
  return *std::ranges::max_element(sums);
}

/// Gives states their places, one after the other.
class Places {
 public:
  std::int64_t bytes(std::int64_t count) { return std::exchange(bytes_, bytes_ + count); }
  std::int64_t words(std::int64_t count) { return std::exchange(words_, words_ + count); }
  std::int64_t all_bytes() const { return bytes_; }
  std::int64_t all_words() const { return words_; }

 private:
  std::int64_t bytes_ = 0, words_ = 0;
};

std::vector<Membrane> membranes_of(const RateMembrane& membrane) {
  std::vector<Membrane> membranes;
  for (std::size_t i = 0; i < membrane.theta.size(); ++i)
    membranes.push_back({membrane.theta[i], membrane.theta[i] / 2, membrane.bias[i]});
  return membranes;
}

/// Channels may have constants of their own in linear layers only.
RateMembrane membrane_by_channel(const Population& population, std::int64_t channels) {
  Population constants = population;
  constants.shape = {channels};
  return rate_membrane(constants, {});
}

class Pipeliner {
 public:
  Pipeliner(Plan& plan, const Network& network) : plan_(plan), network_(network) {}

  void run() {
    const std::string& input = network_.inputs.front().population;
    plan_.input.at = 1 + places_.bytes(1 + plan_.input.plane * plan_.input.channels);
    plan_.window = integer(network_.population(input), "steps", 255);
    plan_.steps = network_.schedule.steps;
    for (Layer& layer : plan_.layers) add(layer);
    plan_.output.at = places_.bytes(plan_.output.plane * plan_.output.channels);
    plan_.arena_bytes = plan_.plain_arena_bytes = places_.all_bytes();
    plan_.plain_input_at = plan_.input.at;
    plan_.spike_bytes = 4 * places_.all_words();
  }

 private:
  void add(Layer& layer) {
    const Population& population = network_.population(layer.name);
    if (greatest_sum(layer) > std::numeric_limits<std::int32_t>::max())
      fail(Code::target_unsupported, place_of(population), "sums can leave 32 bits");
    Pipelined pipelined;
    pipelined.size = size_of(layer.out);
    const RateMembrane membrane = membrane_by_channel(population, layer.out.channels);
    pipelined.membranes = membranes_of(membrane);
    add_limits(pipelined, population);
    for (std::size_t r = 0; r < layer.inputs.size(); ++r) {
      pipelined.sources.push_back(source_of(layer, static_cast<std::int32_t>(r)));
      pipelined.gain[r] = gain_of(membrane.gain[r], pipelined.sources.back(), population);
    }
    const std::int64_t positions = pipelined.size.height * pipelined.size.width;
    pipelined.sums = places_.words(positions * sum_width(layer));
    pipelined.spikes = places_.words(pipelined.is_readout ? 0 : 2 * bit_words(pipelined.size));
    pipelined.sent = places_.bytes(neurons_of(pipelined.size));
    layer.out.at = pipelined.sent;
    layer.pipelined = std::move(pipelined);
    done_[layer.name] = &layer;
  }

  /// Times the steps of a window it still fits 32 bits.
  std::int32_t gain_of(std::int64_t unit, const PipeSource& source,
                       const Population& population) const {
    const std::int64_t gain = unit * (source.is_current ? 1 : kSpike);
    if (gain * (source.is_current ? plan_.window : 1) > std::numeric_limits<std::int32_t>::max())
      fail(Code::target_unsupported, place_of(population),
           "a gain of " + std::to_string(gain) + " in units of 1 / 1024 is too large");
    return static_cast<std::int32_t>(gain);
  }

  void add_limits(Pipelined& pipelined, const Population& population) const {
    const SpikeLimits spikes = rate_spike_limits(population);
    const SpikeLimits values = rate_value_limits(spikes, plan_.window);
    if (std::max(spikes.most, 0) - spikes.least > 255)
      fail(Code::target_unsupported, place_of(population),
           "counts from " + std::to_string(spikes.least) + " to " + std::to_string(spikes.most) +
               " do not fit a byte",
           "`synfire convert --steps` of at most 255");
    pipelined.least = spikes.least, pipelined.most = spikes.most;
    // Outputs are clamped to int8 after the limits of charges; a maximum has none.
    const std::int32_t zero = integer(population, "zero_point", 0);
    const bool charges =
        text_or(population.parameters, "activation", "none", place_of(population)) != "maximum";
    pipelined.low = std::max(charges ? values.least : -255, -128 - zero);
    pipelined.high = std::min(charges ? values.most : 255, 127 - zero);
    pipelined.is_signed = integer(population, "signed_spikes", 0) != 0;
    pipelined.start = integer(population, "start", 0);
    pipelined.is_readout = population.name == network_.outputs.front().population;
    if (pipelined.is_readout && transmits(network_, population))
      fail(Code::target_unsupported, place_of(population),
           "an output that other neurons listen to has no value");
  }

  PipeSource source_of(const Layer& layer, std::int32_t receptor) {
    const std::string& name = layer.inputs[static_cast<std::size_t>(receptor)].population;
    PipeSource source;
    source.delay = delay_of(layer.name, receptor);
    source.is_current = name == network_.inputs.front().population;
    if (source.is_current) {
      source.map = plan_.input, source.size = size_of(plan_.input);
      source.zero = plan_.input.zero;
      return source;
    }
    const Pipelined& from = *done_.at(name)->pipelined;
    source.size = from.size, source.sent = from.sent, source.spikes = from.spikes;
    source.zero = -from.least;
    if (source.delay > 1) source.history = places_.bytes(source.delay * neurons_of(source.size));
    return source;
  }

  std::int32_t delay_of(const std::string& target, std::int32_t receptor) const {
    for (const Projection& projection : network_.projections)
      if (projection.target == target && projection.receptor == receptor)
        return delay_steps(projection.delay_ms, network_.dt_ms);
    return 1;
  }

  Plan& plan_;
  const Network& network_;
  Places places_;
  std::map<std::string, const Layer*> done_;
};

}  // namespace

void plan_pipeline(Plan& plan, const Network& network) { Pipeliner(plan, network).run(); }

std::int64_t pipeline_constant_bytes(const Plan& plan) {
  std::int64_t bytes = 0;
  for (const Layer& layer : plan.layers)
    if (layer.pipelined)
      bytes += static_cast<std::int64_t>(sizeof(Membrane) * layer.pipelined->membranes.size());
  return bytes;
}

}  // namespace synfire::mcu
