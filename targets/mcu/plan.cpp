#include "targets/mcu/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "targets/mcu/arena.h"
#include "targets/mcu/layer.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kGuard = 2;  // bytes that a kernel may read beyond the last map

/// A population's values during planning.
struct Stored {
  Map map;
  std::size_t room = 0;
  std::int64_t offset = 0;  // in the room
};

/// Gives every population a room; layers that work in place stay in the room of their input.
class Rooms {
 public:
  explicit Rooms(const Network& network) : network_(network) {}

  void open(const std::string& population, const Map& map, std::int32_t layer) {
    // The byte before the first row is a margin too.
    rooms_.push_back({bytes_of(map) + 1, layer, layer, 0});
    margin_layer_.push_back(-1);
    stored_[population] = {map, rooms_.size() - 1, 1};
  }

  void add(Layer& layer, const std::string& source, std::int32_t index) {
    const Stored from = stored_.at(source);
    rooms_[from.room].last = std::max(rooms_[from.room].last, index);
    const bool last_use = users(source) == 1 && !is_output(source);
    if (last_use && works_in_place(layer))
      stay(layer, from, index, from.offset);
    else if (last_use && works_one_plane_on(layer))
      step(layer, from, index);
    else
      open(layer.name, layer.out, index), margin_layer_.back() = index;
    if (std::holds_alternative<Depthwise>(layer.work)) needs_margin_.insert(from.room);
  }

  /// Writes the places into the plan.
  void finish(Plan& plan, const std::vector<std::string>& sources) {
    plan.arena_bytes = place(rooms_, 0) + kGuard;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
      Layer& layer = plan.layers[i];
      layer.in.at = at(stored_.at(sources[i]));
      const Stored& out = stored_.at(layer.name);
      layer.out.at = at(out);
      layer.clears_margin = needs_margin_.contains(out.room) &&
                            margin_layer_[out.room] == static_cast<std::int32_t>(i);
    }
    plan.input.at = at(stored_.at(network_.inputs.front().population));
    plan.output.at = at(stored_.at(network_.outputs.front().population));
  }

 private:
  static std::int64_t bytes_of(const Map& map) { return map.plane * map.channels; }
  std::int64_t at(const Stored& stored) const { return rooms_[stored.room].at + stored.offset; }
  bool is_output(const std::string& population) const {
    return network_.outputs.front().population == population;
  }
  std::int64_t users(const std::string& population) const {
    return std::ranges::count(network_.projections, population, &Projection::source);
  }

  void stay(const Layer& layer, const Stored& from, std::int32_t index, std::int64_t offset) {
    Room& room = rooms_[from.room];
    room.bytes = std::max(room.bytes, offset + bytes_of(layer.out));
    room.last = index;
    stored_[layer.name] = {layer.out, from.room, offset};
  }

  /// One plane down where there is room below, else one plane up.
  void step(Layer& layer, const Stored& from, std::int32_t index) {
    const bool down = from.offset > layer.out.plane;
    std::get<Depthwise>(layer.work).downwards = !down;
    stay(layer, from, index, from.offset + (down ? -1 : 1) * layer.out.plane);
  }

  const Network& network_;
  std::vector<Room> rooms_;
  std::vector<std::int32_t> margin_layer_;  // the layer that opened the room
  std::set<std::size_t> needs_margin_;
  std::map<std::string, Stored> stored_;
};

const Projection& only_projection(const Network& network, const Population& target,
                                  Diagnostics& diagnostics) {
  const Projection* found = nullptr;
  for (const Projection& projection : network.projections) {
    if (projection.target != target.name) continue;
    if (found != nullptr)
      diagnostics.error(Code::target_unsupported, "net.populations." + target.name,
                        "sums of several projections have no kernel on microcontrollers yet",
                        "docs/mcu.md lists the kernels");
    found = &projection;
  }
  if (found == nullptr)
    fail(Code::target_unsupported, "net.populations." + target.name,
         "is not reached by any projection");
  return *found;
}

void expect_graded(const Network& network) {
  for (const Population& population : network.populations)
    if (population.model != "graded")
      fail(Code::target_unsupported, "net.populations." + population.name,
           "neuron model " + population.model + " does not run on microcontrollers yet",
           "`synfire convert MODEL --coding graded` makes networks that do");
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
  if (linear == nullptr) return 0;
  return std::int64_t{linear->window.rows} * linear->window.columns * layer.in.channels;
}

std::int64_t words_of(const Layer& layer) {
  const auto* linear = std::get_if<Linear>(&layer.work);
  return linear == nullptr ? 0 : linear->word_bytes();
}

/// The layers, and the name of the population that each reads; every fault is reported at once.
std::vector<std::string> add_layers(Plan& plan, const Network& network,
                                    const PlanOptions& options) {
  const auto order = topological_order(network);
  if (!order) fail(Code::network_cycle, "net", "firmware computes layer after layer");
  std::vector<std::string> sources;
  std::vector<Diagnostic> faults;
  for (const std::size_t index : *order) {
    const Population& population = network.populations[index];
    if (population.name == network.inputs.front().population) continue;
    try {
      Diagnostics diagnostics;
      const Projection& projection = only_projection(network, population, diagnostics);
      diagnostics.throw_if_error();
      plan.layers.push_back(make_layer({network, plan.transposed, options.word_limit}, projection));
      sources.push_back(projection.source);
    } catch (const Failure& failure) {
      faults.insert(faults.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    }
  }
  if (!faults.empty()) throw Failure(std::move(faults));
  return sources;
}

void fill_ends(Plan& plan, const Network& network) {
  const Population& input = network.population(network.inputs.front().population);
  const Population& output = network.population(network.outputs.front().population);
  plan.input = map_of(input, plan.transposed);
  plan.output = map_of(output, plan.transposed);
  const auto low = [](const Population& p) {
    return static_cast<std::int32_t>(integer_or(p.parameters, "low", -128, p.name));
  };
  plan.input_low = low(input), plan.output_low = low(output);
  const auto& decoders = network.outputs.front().decoders;
  for (const Stage& stage : decoders)
    if (stage.name != "offset") plan.decoders.push_back(stage.name);
}

}  // namespace

Plan make_plan(const Network& network, const PlanOptions& options) {
  expect_graded(network);
  Plan plan;
  plan.name = network.name;
  plan.hash = content_hash(network);
  const std::string& input = network.inputs.front().population;
  plan.transposed = is_tall(network.population(input));
  const std::vector<std::string> sources = add_layers(plan, network, options);
  fill_ends(plan, network);
  Rooms rooms(network);
  rooms.open(input, plan.input, 0);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    rooms.add(plan.layers[i], sources[i], static_cast<std::int32_t>(i));
    plan.events = std::max(plan.events, events_of(plan.layers[i]));
    plan.word_bytes = std::max(plan.word_bytes, words_of(plan.layers[i]));
  }
  rooms.finish(plan, sources);
  return plan;
}

std::string kernel_name(const Layer& layer) {
  if (std::holds_alternative<Depthwise>(layer.work)) return "depthwise";
  if (std::holds_alternative<Average>(layer.work)) return "average";
  return std::get<Linear>(layer.work).packed ? "linear, packed" : "linear";
}

}  // namespace synfire::mcu
