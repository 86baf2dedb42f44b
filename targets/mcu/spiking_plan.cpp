#include "targets/mcu/spiking_plan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "neurons/common/fixed_constants.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/synapse_table.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kMostNeurons = 65536;  // ids have 16 bits

std::string place_of(const Population& population) { return "net.populations." + population.name; }

std::int64_t power_of_two(std::int64_t least) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(least)));
}

bool same(const synfire_fixed_lif_t& a, const synfire_fixed_lif_t& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

bool share(const std::vector<synfire_fixed_lif_t>& neurons, std::size_t run) {
  for (std::size_t i = 0; i < neurons.size(); ++i)
    if (!same(neurons[i], neurons[i / run * run])) return false;
  return true;
}

/// All neurons, those of a channel, or each for itself.
void share_constants(SpikingLayer& layer, const Shape& shape) {
  const std::size_t all = layer.neurons.size();
  const std::size_t plane = shape.size() == 3 ? all / static_cast<std::size_t>(shape[0]) : 1;
  const std::size_t run = share(layer.neurons, all) ? all : share(layer.neurons, plane) ? plane : 1;
  std::vector<synfire_fixed_lif_t> kept;
  for (std::size_t i = 0; i < all; i += run) kept.push_back(layer.neurons[i]);
  layer.neurons = std::move(kept);
  layer.shared = static_cast<std::int64_t>(run);
}

void expect_model(const Population& population, const std::string& input) {
  if (population.size() > kMostNeurons)
    fail(Code::target_unsupported, place_of(population),
         std::to_string(population.size()) + " neurons, the limit is " +
             std::to_string(kMostNeurons) + " on microcontrollers");
  if (population.model == "fixed_lif") return;
  if (population.model == "input" && population.name == input) return;
  fail(Code::target_unsupported, place_of(population),
       "neuron model " + population.model + " does not run on microcontrollers beside fixed_lif",
       "`synfire lower` makes networks that firmware runs");
}

/// Nothing leaks or is added, and no potential lies above its threshold after a step.
bool rests(const SpikingLayer& layer) {
  const auto below = [&](const synfire_fixed_lif_t& n) {
    return n.leak == 0 && n.bias == 0 && n.reset <= n.threshold;
  };
  return layer.rule.keeps == 0 && layer.start.empty() &&
         std::ranges::all_of(layer.neurons, below) &&
         std::ranges::all_of(layer.neurons, [](const auto& n) { return n.threshold >= 0; });
}

SpikingLayer make_layer(const Population& population) {
  SpikingLayer layer;
  layer.name = population.name, layer.origin = population.origin;
  layer.size = population.size();
  FixedConstants constants = fixed_constants(population);
  layer.neurons = std::move(constants.neurons);
  layer.rule = constants.rule;
  share_constants(layer, population.shape);
  layer.start = fixed_start(population);
  if (std::ranges::all_of(layer.start, [](std::int32_t v) { return v == 0; })) layer.start.clear();
  layer.rests = rests(layer);
  return layer;
}

/// Every fault is told.
class Planner {
 public:
  explicit Planner(const Network& network) : network_(network) {}

  SpikingPlan make() {
    if (network_.inputs.size() != 1 || network_.outputs.size() != 1)
      fail(Code::target_unsupported, "net", "firmware has one input and one output");
    plan_.name = network_.name, plan_.hash = content_hash(network_);
    plan_.steps = network_.schedule.steps;
    add_layers();
    for (const Projection& projection : network_.projections)
      guarded([&] { add_synapses(projection); });
    if (!faults_.empty()) throw Failure(std::move(faults_));
    give_places();
    for (SpikingLayer& layer : plan_.layers)
      for (Synapses& synapses : layer.incoming)
        if (synapses.source != input()) synapses.spikes = find(synapses.source).spikes;
    return std::move(plan_);
  }

 private:
  const std::string& input() const { return network_.inputs.front().population; }

  void guarded(auto action) {
    try {
      action();
    } catch (const Failure& failure) {
      faults_.insert(faults_.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    }
  }

  SpikingLayer& find(std::string_view name) {
    return *std::ranges::find(plan_.layers, name, &SpikingLayer::name);
  }

  void add_layers() {
    for (const Population& population : network_.populations) {
      guarded([&] { expect_model(population, input()); });
      if (population.name == network_.outputs.front().population)
        plan_.output = plan_.layers.size();
      if (population.name == input()) {
        plan_.input_size = population.size();
        plan_.most_events =
            integer_or(population.parameters, "most_events", 4096, place_of(population));
      } else if (population.model == "fixed_lif") {
        plan_.layers.push_back(make_layer(population));
      }
    }
    if (network_.outputs.front().population == input())
      fail(Code::target_unsupported, "net.outputs." + network_.outputs.front().name,
           "the output is the input");
    if (!faults_.empty()) throw Failure(std::move(faults_));
  }

  void add_synapses(const Projection& projection) {
    for (Synapses& synapses : make_synapses(network_, projection)) {
      // The step that is made and those that are still to arrive.
      std::int64_t& kept =
          projection.source == input() ? plan_.input_delay : find(projection.source).spikes.depth;
      const std::int64_t more = projection.source == input() ? 0 : 1;
      kept = std::max<std::int64_t>(kept, synapses.delay + more);
      find(projection.target).incoming.push_back(std::move(synapses));
    }
  }

  void give_places() {
    plan_.marks = power_of_two(plan_.input_delay + 2);
    for (SpikingLayer& layer : plan_.layers) {
      layer.at = plan_.neurons;
      layer.spikes.depth = power_of_two(layer.spikes.depth);
      layer.spikes.words = (layer.size + 31) / 32;
      layer.spikes.at = plan_.spike_words;
      layer.wait_at = plan_.waits;
      plan_.neurons += layer.size;
      plan_.spike_words += layer.spikes.words * layer.spikes.depth;
      plan_.waits += layer.rule.refractory_steps > 0 ? layer.size : 0;
      plan_.sums = std::max(plan_.sums, (layer.size + 7) / 8 * 8);
    }
  }

  const Network& network_;
  SpikingPlan plan_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

bool is_spiking(const Network& network) {
  return network.schedule.window == 0 && !is_pipelined(network);
}

std::string_view Synapses::kernel() const {
  static constexpr std::string_view kNames[] = {"dense", "conv", "pairs", "sparse"};
  return kNames[table.index()];
}

SpikingPlan make_spiking_plan(const Network& network) { return Planner(network).make(); }

}  // namespace synfire::mcu
