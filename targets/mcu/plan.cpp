#include "targets/mcu/plan.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "targets/mcu/arena.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/layer.h"
#include "targets/mcu/pipeline.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kGuard = 2;  // bytes that a kernel may read beyond the last map

/// A population's values during planning.
struct Stored {
  Map map;
  std::size_t room = 0;
  std::int64_t offset = 0;  // in the room
  bool margin = false;      // the bytes beside the rows are set
};

std::int64_t words_of(const Layer& layer) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  return linear == nullptr ? 0 : linear->word_bytes();
}

/// Gives every population a room from the layer that makes it to the last that reads it; a layer
/// that may overwrite an input stays in that input's room.
class Rooms {
 public:
  Rooms(const Network& network, const std::vector<Layer>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      for (const Input& input : layers[i].inputs)
        last_use_[input.population] = static_cast<std::int32_t>(i);
    last_use_[network.outputs.front().population] = static_cast<std::int32_t>(layers.size());
  }

  /// `margin`: whoever writes the map sets its margin too.
  void open(const std::string& population, const Map& map, std::int32_t index, bool margin) {
    rooms_.push_back({.first = index});
    // The byte before the first row is a margin too.
    keep(population, {map, rooms_.size() - 1, 1, margin}, index);
  }

  void add(Layer& layer, std::int32_t index) {
    if (reads_margin(layer))
      layer.clears_margin =
          !std::exchange(stored_.at(layer.inputs.front().population).margin, true);
    for (const Input& input : layer.inputs)
      if (last_use(input.population, index) == index && works_in_place(layer, input.map))
        return stay(layer, stored_.at(input.population), index);
    const std::string& source = layer.inputs.front().population;
    if (last_use(source, index) == index && works_one_plane_on(layer))
      step(layer, stored_.at(source), index);
    else
      open(layer.name, layer.out, index, writes_margin(layer));
  }

  /// Writes the places into the plan.
  void finish(Plan& plan, const Network& network) {
    const bool outside = fits_beside_words(plan);
    const std::int64_t size = rooms_.front().largest();
    if (outside) rooms_.front().bytes.clear();
    plan.arena_bytes = plan.plain_arena_bytes = place(rooms_, 0) + kGuard;
    if (outside) {
      rooms_.front().at = -size;
      plan.plain_arena_bytes += size;
    }
    for (Layer& layer : plan.layers) {
      for (Input& input : layer.inputs) input.map.at = at(input.population);
      layer.out.at = at(layer.name);
    }
    plan.input.at = plan.plain_input_at = at(network.inputs.front().population);
    if (outside) plan.plain_input_at += plan.plain_arena_bytes - kGuard;
    plan.output.at = at(network.outputs.front().population);
  }

 private:
  /// Whether the input has its room for itself, and working memory has as much left while it is
  /// alive. Layers that serve spikes share that memory.
  bool fits_beside_words(const Plan& plan) const {
    const Room& room = rooms_.front();
    const auto here = [](const auto& entry) { return entry.second.room == 0; };
    if (std::ranges::count_if(stored_, here) != 1 || plan.word_bytes == 0 || plan.spike_bytes != 0)
      return false;
    const std::size_t alive = std::min(room.bytes.size(), plan.layers.size());
    return std::all_of(
        plan.layers.begin(), plan.layers.begin() + static_cast<std::ptrdiff_t>(alive),
        [&](const Layer& layer) { return words_of(layer) + room.largest() <= plan.word_bytes; });
  }

  std::int64_t at(const std::string& population) const {
    const Stored& stored = stored_.at(population);
    return rooms_[stored.room].at + stored.offset;
  }
  /// What nobody reads is alive while it is made.
  std::int32_t last_use(const std::string& population, std::int32_t index) const {
    const auto found = last_use_.find(population);
    return found == last_use_.end() ? index : found->second;
  }

  void keep(const std::string& population, const Stored& stored, std::int32_t index) {
    rooms_[stored.room].hold(stored.offset + stored.map.plane * stored.map.channels, index,
                             last_use(population, index));
    stored_[population] = stored;
  }

  /// In place: the margin of the channels that were there stays what it was.
  void stay(const Layer& layer, const Stored& from, std::int32_t index) {
    const bool margin =
        from.margin && from.map.zero == layer.out.zero && from.map.channels >= layer.out.channels;
    keep(layer.name, {layer.out, from.room, from.offset, margin}, index);
  }

  /// One plane down where there is room below, else one plane up.
  void step(Layer& layer, const Stored& from, std::int32_t index) {
    const bool down = from.offset > layer.out.plane;
    std::get<Depthwise>(layer.work).downwards = !down;
    const std::int64_t offset = from.offset + (down ? -1 : 1) * layer.out.plane;
    keep(layer.name, {layer.out, from.room, offset, writes_margin(layer)}, index);
  }

  std::vector<Room> rooms_;
  std::map<std::string, std::int32_t> last_use_;  // the layer that reads a population last
  std::map<std::string, Stored> stored_;
};

void expect_one_end(const Network& network) {
  if (network.inputs.size() != 1 || network.outputs.size() != 1)
    fail(Code::target_unsupported, "net", "firmware has one input and one output");
}

/// Rows are shorter than columns: vector kernels work along columns.
bool is_tall(const Population& input) {
  if (input.shape.size() != 3) return false;
  const MapSize size = map_size(input.shape, Layout::hwc);
  return size.height > size.width;
}

std::int64_t events_of(const Layer& layer) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  if (linear == nullptr || layer.spikes) return 0;
  return std::int64_t{linear->window.rows} * linear->window.columns * layer.in().channels;
}

/// Every fault is reported at once. The layers are those of `context`'s network, of what the
/// neurons of `network` send.
std::vector<Layer> make_layers(LayerContext context, const Network& network, Coding coding,
                               std::span<const std::size_t> order) {
  std::vector<Layer> layers;
  std::vector<Diagnostic> faults;
  for (const std::size_t index : order) {
    const Population& population = context.network.populations[index];
    if (population.name == network.inputs.front().population) continue;
    try {
      context.exact = coding == Coding::pipelined ||
                      sum_scale_of(network, network.population(population.name)).changes();
      layers.push_back(make_layer(context, population));
      serve_spikes(layers.back(), network, coding);
    } catch (const Failure& failure) {
      faults.insert(faults.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    }
  }
  if (!faults.empty()) throw Failure(std::move(faults));
  return layers;
}

/// Synapses of layers all of whose steps have the shift.
std::int64_t macs_with(const std::vector<Layer>& layers, std::int32_t shift) {
  std::int64_t macs = 0;
  for (const Layer& layer : layers) {
    const auto* linear = std::get_if<Linear>(&layer.work);
    const auto* depthwise = std::get_if<Depthwise>(&layer.work);
    const Rescale* rescale = linear ? &linear->rescale : depthwise ? &depthwise->rescale : nullptr;
    if (rescale != nullptr && rescale->single() && rescale->steps.shift == shift)
      macs += layer.macs;
  }
  return macs;
}

/// With the shift that serves most.
void add_layers(Plan& plan, const Network& network, const Network& values,
                const PlanOptions& options) {
  const auto order = topological_order(values);
  if (!order) fail(Code::network_cycle, "net", "firmware computes layer after layer");
  std::int64_t most = -1;
  for (const std::int32_t shift : {12, 11, 10}) {
    auto layers = make_layers({values, plan.transposed, options.word_limit, shift}, network,
                              plan.coding, *order);
    const std::int64_t macs = macs_with(layers, shift);
    if (macs <= most) continue;
    most = macs, plan.shift = shift, plan.layers = std::move(layers);
  }
}

void fill_ends(Plan& plan, const Network& network, const PlanOptions& options) {
  const Population& input = network.population(network.inputs.front().population);
  const Population& output = network.population(network.outputs.front().population);
  plan.input = map_of(input, plan.transposed);
  plan.output = map_of(output, plan.transposed);
  const auto low = [](const Population& p) {
    return static_cast<std::int32_t>(integer_or(p.parameters, "low", -128, p.name));
  };
  plan.input_low = low(input), plan.output_low = low(output);
  auto [decoding, left] = plan_decoding(network.outputs.front(), options.decodes);
  plan.decoding = decoding, plan.decoders = std::move(left);
}

}  // namespace

Plan make_plan(const Network& network, const PlanOptions& options) {
  Plan plan;
  plan.name = network.name;
  plan.hash = content_hash(network);
  plan.coding = coding_of(network);
  expect_one_end(network);
  const Network values = value_network(network, plan.coding);
  const std::string& input = network.inputs.front().population;
  plan.transposed = plan.coding != Coding::pipelined && is_tall(network.population(input));
  add_layers(plan, network, values, options);
  fill_ends(plan, values, options);
  if (plan.coding == Coding::pipelined) {
    plan_pipeline(plan, network);
    return plan;
  }
  Rooms rooms(network, plan.layers);
  rooms.open(input, plan.input, 0, true);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    rooms.add(plan.layers[i], static_cast<std::int32_t>(i));
    plan.events = std::max(plan.events, events_of(plan.layers[i]));
    plan.word_bytes = std::max(plan.word_bytes, words_of(plan.layers[i]));
    if (const auto& spikes = plan.layers[i].spikes)
      plan.spike_bytes = std::max(plan.spike_bytes, spikes->memory);
  }
  rooms.finish(plan, network);
  return plan;
}

namespace {

struct KernelName {
  std::string operator()(const Linear& linear) const {
    const std::string name = linear.packed ? "linear, packed" : "linear";
    return linear.groups == 1 ? name : name + ", " + std::to_string(linear.groups) + " groups";
  }
  std::string operator()(const Depthwise&) const { return "depthwise"; }
  std::string operator()(const Average&) const { return "average"; }
  std::string operator()(const Mean&) const { return "mean"; }
  std::string operator()(const Maximum&) const { return "maximum"; }
  std::string operator()(const Add& add) const { return add.tables ? "add, tables" : "add"; }
  std::string operator()(const Relay& relay) const {
    return relay.from.empty() ? "bytes by a table" : "relay";
  }
};

}  // namespace

std::string kernel_name(const Layer& layer) {
  if (layer.spikes) return spikes_kernel_name(layer);
  if (layer.pipelined) return pipeline_kernel_name(layer);
  return std::visit(KernelName{}, layer.work);
}

}  // namespace synfire::mcu
