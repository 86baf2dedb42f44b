#include "targets/mcu/spiking_plan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "neurons/common/fixed_constants.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/synapse_table.h"
#include "targets/mcu/synapse_words.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kMostNeurons = 65536;  // ids have 16 bits

std::string place_of(const Population& population) { return "net.populations." + population.name; }

std::int64_t power_of_two(std::int64_t least) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(least)));
}

constexpr std::int64_t kVectorLanes = 16;  // of a place of neurons that are no map
constexpr std::int64_t kRowBlocks = 32;

bool same(const synfire_fixed_lif_t& a, const synfire_fixed_lif_t& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// By lanes. Those beside neurons never spike.
std::vector<synfire_fixed_lif_t> by_lane(const SpikingLayer& layer,
                                         const std::vector<synfire_fixed_lif_t>& neurons) {
  const synfire_fixed_lif_t silent{neurons[0].decay, 0, SYNFIRE_FIXED_LIMIT, 0};
  std::vector<synfire_fixed_lif_t> lanes(static_cast<std::size_t>(layer.places.lane_count()),
                                         silent);
  for (std::size_t i = 0; i < neurons.size(); ++i)
    lanes[static_cast<std::size_t>(layer.places.lane(static_cast<std::int64_t>(i)))] = neurons[i];
  return lanes;
}

/// Constants of one place where all have the same.
void share_constants(SpikingLayer& layer) {
  const auto lanes = static_cast<std::size_t>(layer.places.lanes);
  const auto total = static_cast<std::size_t>(layer.size);
  for (std::size_t i = lanes; i < layer.neurons.size(); ++i)
    if ((layer.places.map || i < total) && !same(layer.neurons[i], layer.neurons[i % lanes]))
      return;
  layer.neurons.resize(lanes);
  layer.shared = true;
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

/// Without input, potentials that are not above the threshold stay below it.
bool stays_below(const SpikingLayer& layer, const synfire_fixed_lif_t& n) {
  const std::int32_t last = synfire_fixed_risen(n.threshold, layer.rise.back());
  return n.bias == 0 && n.threshold >= 0 && n.reset <= n.threshold &&
         synfire_fixed_decayed(last, n.decay) <= n.threshold;
}

/// IF neurons, or such whose potentials decay once in a period; see neurons/fixed_lif.h. What
/// scales their inputs has 16 bits.
bool is_quiet(const SpikingLayer& layer, const std::vector<std::int32_t>& start) {
  const auto quiet = [&](const synfire_fixed_lif_t& n) {
    return n.decay == layer.neurons[0].decay && (n.decay == 0 || layer.decays_late()) &&
           stays_below(layer, n);
  };
  // Above its threshold at the start, a neuron without input spikes; resets by subtraction are
  // looked at.
  for (std::size_t i = 0; i < start.size() && layer.rule.keeps == 0; ++i)
    if (start[i] > synfire_fixed_risen(layer.neurons[i].threshold, layer.rise.back())) return false;
  return layer.rule.refractory_steps == 0 && layer.scale.back() <= INT16_MAX &&
         std::ranges::all_of(layer.neurons, quiet);
}

SpikingLayer make_layer(const Population& population) {
  SpikingLayer layer;
  layer.name = population.name, layer.origin = population.origin;
  layer.size = population.size();
  layer.places = make_places(population.shape);
  FixedConstants constants = fixed_constants(population);
  layer.rule = constants.rule;
  layer.rise = std::move(constants.rise), layer.scale = std::move(constants.scale);
  layer.neurons = constants.neurons;
  const std::vector<std::int32_t> start = fixed_start(population);
  layer.quiet = is_quiet(layer, start);
  if (layer.decays_late() && !layer.quiet)
    fail(Code::target_unsupported, place_of(population),
         "a period of " + std::to_string(layer.rise.size()) +
             " steps runs where all neurons decay alike, nothing is added, and thresholds are not "
             "below 0, resets or potentials at the start");
  layer.neurons = by_lane(layer, constants.neurons);
  share_constants(layer);
  if (std::ranges::all_of(start, [](std::int32_t v) { return v == 0; })) return layer;
  layer.start.resize(static_cast<std::size_t>(layer.places.lane_count()));
  for (std::size_t i = 0; i < start.size(); ++i)
    layer.start[static_cast<std::size_t>(layer.places.lane(static_cast<std::int64_t>(i)))] =
        start[i];
  return layer;
}

/// Every fault is told.
class Planner {
 public:
  Planner(const Network& network, std::int64_t ring) : network_(network) { plan_.ring = ring; }

  SpikingPlan make() {
    if (network_.inputs.size() != 1 || network_.outputs.size() != 1)
      fail(Code::target_unsupported, "net", "firmware has one input and one output");
    plan_.name = network_.name, plan_.hash = content_hash(network_);
    plan_.steps = network_.schedule.steps;
    add_layers();
    for (const Projection& projection : network_.projections)
      guarded([&] { add_synapses(projection); });
    if (!faults_.empty()) throw Failure(std::move(faults_));
    for (SpikingLayer& layer : plan_.layers) choose_sums(layer);
    give_places();
    for (SpikingLayer& layer : plan_.layers)
      for (Synapses& synapses : layer.incoming)
        if (synapses.source != input()) {
          synapses.spikes = find(synapses.source).spikes;
          synapses.places = find(synapses.source).places;
        }
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
        guarded([&] { plan_.layers.push_back(make_layer(population)); });
      }
    }
    if (faults_.empty() && plan_.out().decays_late())
      fail(Code::target_unsupported, place_of(network_.population(plan_.out().name)),
           "the output's potentials decay once in " + std::to_string(plan_.out().rise.size()) +
               " steps, which leaves them in other units in between");
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

  /// 16 bits where no step's sum can leave them, and no kernel adds lane by lane.
  void choose_sums(SpikingLayer& layer) {
    const std::int64_t most = std::min(plan_.ring, plan_.most_events);
    std::vector<std::int64_t> sums(static_cast<std::size_t>(layer.size));
    for (const Synapses& synapses : layer.incoming) {
      const auto more = largest_sums(synapses.table, layer.size, most, synapses.source == input());
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
      layer.wide = layer.wide || std::holds_alternative<Pairs>(synapses.table) ||
                   std::holds_alternative<SparseRows>(synapses.table);
    }
    layer.largest_sum = *std::ranges::max_element(sums);
    layer.wide = layer.wide || layer.largest_sum > INT16_MAX;
  }

  void give_places() {
    plan_.marks = power_of_two(plan_.input_delay + 2);
    for (SpikingLayer& layer : plan_.layers) {
      SpikeStore& spikes = layer.spikes;
      spikes.depth = power_of_two(spikes.depth);
      spikes.words = (layer.size + 31) / 32, spikes.busy = (spikes.words + 31) / 32;
      layer.at = plan_.lanes, spikes.at = plan_.spike_words;
      layer.touched_at = plan_.touched, layer.wait_at = plan_.waits;
      layer.epoch_at = plan_.epochs, layer.clock_at = plan_.clocks;
      plan_.lanes += layer.places.lane_count();
      plan_.spike_words += (spikes.words + spikes.busy) * spikes.depth;
      plan_.touched += layer.places.rows;
      plan_.waits += layer.rule.refractory_steps > 0 ? layer.places.lane_count() : 0;
      if (layer.decays_late())
        ++plan_.clocks, plan_.epochs += layer.places.rows * layer.places.row_blocks();
      if (layer.decays_late() && layer.shared)
        plan_.limits = std::max(plan_.limits, layer.places.lanes);
      // A dense row may be longer by a pair of lanes.
      plan_.sum_words = std::max(plan_.sum_words, layer.sum_words() + 2);
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

Places make_places(const Shape& shape) {
  Places places;
  places.map = shape.size() > 1;
  if (places.map) {
    const MapSize map = map_size(shape, Layout::chw);
    places.channels = map.channels, places.lanes = (map.channels + 1) / 2 * 2;
    places.row = map.width, places.rows = map.height;
  } else {
    places.lanes = places.channels = std::min((shape[0] + 1) / 2 * 2, kVectorLanes);
    const std::int64_t count = (shape[0] + places.lanes - 1) / places.lanes;
    places.row = std::min(count, kRowBlocks);
    places.rows = (count + places.row - 1) / places.row;
  }
  places.count =
      places.map ? places.row * places.rows : (shape[0] + places.lanes - 1) / places.lanes;
  while (places.row_blocks() > kRowBlocks) ++places.shift;
  return places;
}

SpikingPlan make_spiking_plan(const Network& network, std::int64_t ring) {
  return Planner(network, ring).make();
}

}  // namespace synfire::mcu
