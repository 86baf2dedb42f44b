// The one graph: a converted network, a NIR import and a random balanced network are all this type.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/net/connectivity.h"
#include "core/net/parameter.h"

namespace synfire {

/// Whether potentials, weights and sums are float32 or exact integers.
enum class NumberFormat : std::uint8_t { float32, integer };
std::string_view to_string(NumberFormat format);

/// Neurons that share a model.
struct Population {
  std::string name;
  Shape shape;
  std::string model;  // a registered neuron model
  NumberFormat format = NumberFormat::float32;
  Parameters parameters;
  /// In a network with a schedule: the window in which the population fires, or -1 for all windows.
  /// In a free-running network: the step in which it starts, or -1 for the first.
  std::int32_t phase = -1;
  /// What it was made from ("CONV_2D #0"), for reports; empty when it was not converted.
  std::string origin;

  std::int64_t size() const { return element_count(shape); }
};

/// A registered thing by its name, with its parameters: an encoder or decoder, what spikes do to a
/// synapse, a rule that changes weights.
struct Stage {
  std::string name;
  Parameters parameters;
  bool operator==(const Stage&) const = default;
};

/// Synapses between two populations. The delay is at least one step.
struct Projection {
  std::string name;
  std::string source;
  std::string target;
  Connectivity connectivity;
  double delay_ms = 1.0;
  /// Which input of the target's neurons the synapses reach (two-compartment ADD has 0 and 1).
  std::int32_t receptor = 0;
  /// How a synapse answers to the spikes it gets (a registered synapse model); "": with its weight.
  Stage synapse = {};
  /// The rule that changes the weights (registered); "": they stay.
  Stage plasticity = {};

  /// Whether every spike through a synapse has the same effect.
  bool is_static() const { return synapse.name.empty() && plasticity.name.empty(); }
};

/// Where samples enter: a sample of `element` type and the population's size passes the encoders
/// and becomes the population's values.
struct Input {
  std::string name;
  std::string population;
  DataType element = DataType::float32;
  Shape shape;  // of one sample
  std::vector<Stage> encoders;
};

/// Where results leave: the population's values pass the decoders and are written as `element`.
struct Output {
  std::string name;
  std::string population;
  DataType element = DataType::float32;
  Shape shape;
  std::vector<Stage> decoders;
};

/// Layer-sequential operation: every population integrates in the window before the one in which it
/// fires. window = steps of one window (graded 1, radix 8, ttfs 255, rate T); 0 = free running.
struct Schedule {
  std::int32_t window = 0;
  std::int32_t steps = 0;  // steps simulated per sample
  bool operator==(const Schedule&) const = default;
};

struct Network {
  std::string name = "network";
  double dt_ms = 1.0;
  std::uint64_t seed = 1;
  Schedule schedule;
  std::vector<Population> populations;
  std::vector<Projection> projections;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::map<std::string, std::string>
      metadata;  // coding, source model and its SHA-256, rounding ...

  const Population* find_population(std::string_view name) const;
  Population* find_population(std::string_view name);
  /// Throws `network_invalid` when there is none.
  const Population& population(std::string_view name) const;
  /// Its place among the populations; throws the same.
  std::size_t index_of(std::string_view population) const;
};

/// Name of a population of a free-running network that does not start in the first step, or "":
/// only the plain clock engine knows such populations.
std::string late_population(const Network& network);

/// A delay in whole steps, at least one.
std::int32_t delay_steps(double delay_ms, double dt_ms);
/// Whether spikes are on a grid of dt, where delays are at least one step, or anywhere.
enum class TimeAxis : std::uint8_t { grid, continuous };

/// Structural faults, all of them, each located ("net.projections.conv1"). Model parameters are
/// checked against their descriptors by core/engine.
void validate(const Network& network, Diagnostics& diagnostics, TimeAxis time = TimeAxis::grid);

/// Populations in an order in which every projection goes forward; nothing when there is a cycle.
std::optional<std::vector<std::size_t>> topological_order(const Network& network);

/// SHA-256 over the whole content (names, shapes, parameters, connectivity), independent of how the
/// network was made or stored.
std::string content_hash(const Network& network);

/// A table of populations and projections for people.
std::string describe(const Network& network);

/// Synapses of a projection, with taps outside the map not counted.
std::int64_t synapse_count(const Network& network, const Projection& projection);

}  // namespace synfire
