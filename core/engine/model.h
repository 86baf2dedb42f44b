// The model interface: what the engine knows of a neuron model. Models live in neurons/, one pair
// of files each, and reach the engine through this descriptor only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/engine/event_group.h"
#include "core/engine/spike_list.h"
#include "core/net/network.h"

namespace synfire {

struct PlasticContext;  // plastic_rows.h
struct SynapseContext;
struct SourceInfo;  // event_source.h
struct TaskInfo;    // task.h
class PlasticRows;
class StateArchive;  // state_archive.h
class SynapseDynamics;

/// Where in its schedule a population is.
struct Step {
  std::int64_t index = 0;       // steps since the sample's start
  std::int32_t integrate = -1;  // 0 .. window-1 while the sources' spikes arrive, else -1
  std::int32_t fire = -1;       // 0 .. window-1 while the population may fire, else -1
  bool silent = false;          // attached sums are 0, and need not be read
};

/// Receives the spikes of a max pool: the target needs to know which tap each came from.
class TapReceptor {
 public:
  virtual ~TapReceptor() = default;
  virtual void arrive(std::uint32_t target, std::uint32_t tap, std::int32_t payload) = 0;
};

/// Where a projection's delivery kernel adds: weighted sums, or the taps of a maximum.
using Receptor = std::variant<std::span<std::int32_t>, std::span<float>, TapReceptor*>;

/// Neighbouring neurons of a population.
struct Slice {
  std::int64_t first = 0;
  std::int64_t count = -1;  // -1: all from `first` on

  std::size_t size(const Population& population) const {
    return static_cast<std::size_t>(count < 0 ? population.size() - first : count);
  }
};

/// What a group is told about its surroundings when it is made.
struct GroupContext {
  double dt_ms = 1.0;
  std::uint64_t seed = 1;
  std::uint64_t first_neuron = 0;  // network-wide id of the population's neuron 0
  std::uint32_t population = 0;    // its index in the network
  Slice slice;                     // the neurons of the population that the group holds
  std::int32_t window = 0;
  bool transmits = true;  // false for readouts: nobody listens to its spikes
  std::int32_t taps = 0;  // window of an incoming pool (rows x columns), else 0
  /// For an incoming pool: bit k of neuron i's words says whether its tap k lies inside the map;
  /// words per neuron = (taps + 63) / 64.
  std::vector<std::uint64_t> tap_masks;
};

/// The running state of one population: structure of arrays, one object per engine instance.
class NeuronGroup {
 public:
  virtual ~NeuronGroup() = default;
  /// Back to the state before the first step.
  virtual void reset() = 0;
  /// Values that enter from outside (inputs), one per neuron.
  virtual void inject(std::span<const std::int32_t> values);
  virtual void inject(std::span<const float> values);
  /// Before this step's spikes are delivered.
  virtual void begin_step(const Step&) {}
  /// Factor on the payload of spikes that arrive in this step.
  virtual std::int32_t arrival_gain(const Step&) const { return 1; }
  /// Where the spikes of receptor `index` are added.
  virtual Receptor receptor(std::int32_t index) = 0;
  /// Receptor `index` is summed by others from now on: `sums` times `quantum` is the input of a
  /// step, which the group clears when it has read it. Only where ModelInfo::splits. Models with
  /// late inputs keep the state that the input is added to in `state`.
  virtual void attach(std::int32_t index, std::span<std::int32_t> sums, float quantum,
                      std::span<float> state);
  /// Where currents are added that flow through the whole of the next update, one per neuron.
  /// Only where currents are taken (ModelInfo::currents).
  virtual std::span<float> currents();
  /// Where they are sent: the currents of a step, one per neuron, whatever was called before.
  virtual void send_currents(std::int64_t step, std::span<float> to) const;
  /// After delivery: integrate, test thresholds, add the neurons that fire to `out`.
  virtual void update(const Step& step, SpikeList& out) = 0;
  /// The readout value of every neuron (integer models) after the last step.
  virtual std::span<const std::int32_t> integer_values() const { return {}; }
  virtual std::span<const float> float_values() const { return {}; }
  /// State variable for probes; empty when the model has none of that name.
  virtual std::vector<double> state(std::string_view variable) const = 0;
  /// All that steps change, with the states that were attached, but not the sums.
  virtual void visit_state(StateArchive& archive) = 0;
  /// Of generators whose rates may be set (ModelInfo::takes_rates): the rates in Hz, one per
  /// neuron, of all steps from `step` on. Throws parameter_invalid where one cannot be.
  virtual void set_rates(std::int64_t step, std::span<const double> rates_hz);
  /// Of generators that are given spikes while they run (ModelInfo::takes_spikes): one of
  /// `neurons[k]`, of the whole population, `times_ms[k]` after the beginning of `step`, which is
  /// the next one; in any order. The group picks those of its slice. Throws parameter_invalid for
  /// a time, a neuron or a number of spikes in a step that cannot be.
  virtual void send_spikes(std::int64_t step, std::span<const double> times_ms,
                           std::span<const std::uint32_t> neurons);
  /// Whether what neurons learn by themselves, such as a homeostatic threshold, goes on changing.
  virtual void learn(bool) {}
};

struct ParameterInfo {
  std::string_view name;
  std::string_view symbol;
  std::string_view unit;
  Parameter fallback;
  double low;   // least allowed value of numbers
  double high;  // greatest
  std::string_view meaning;
  bool list = false;  // numbers, any count, for the whole population; or the lines of a word
};

/// What a probe may record of every neuron.
struct StateInfo {
  std::string_view name;
  std::string_view unit = {};  // "" of plain numbers
};

/// What a model has to do with currents that flow continuously, beside synapses (currents.h).
enum class Currents : std::uint8_t {
  none,
  taken,  // such currents may flow into its neurons
  sent    // its neurons send nothing else
};

/// Everything there is to know about a neuron model: drives creation, validation, `list`, `explain`
/// and the reference documentation.
struct ModelInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view nir_name;   // "" when NIR has no such node
  std::string_view pynn_name;  // "" when PyNN has no such cell type
  NumberFormat format;
  std::int32_t receptors;
  std::int32_t most_spikes =
      1;                     // of one neuron in one step; generators send more, and are not driven
  bool splits = false;       // groups may hold a slice, and inputs may be attached sums
  bool late_inputs = false;  // input is added to a state at the step's end: after a silent step
                             // others may add the input of few neurons there
  Currents currents = Currents::none;
  bool takes_rates = false;   // of generators: their rates may be set while they run
  bool takes_spikes = false;  // of generators: they are given spikes while they run
  /// Unit of the weights onto it; "" where parameters decide (a potential or a current).
  std::string_view weight_unit = {};
  std::vector<ParameterInfo> parameters;
  std::vector<StateInfo> states;
  std::string_view equations;
  std::string_view source;
  std::unique_ptr<NeuronGroup> (*create)(const Population&, const GroupContext&);
  /// The same neurons in continuous time; null where they have no closed form.
  std::unique_ptr<EventGroup> (*create_events)(const Population&, const GroupContext&) = nullptr;

  std::vector<std::string> state_names() const {
    std::vector<std::string> names;
    for (const StateInfo& state : states) names.emplace_back(state.name);
    return names;
  }
  bool generates() const { return most_spikes > 1 || currents == Currents::sent; }
};

/// What spikes do to a synapse (short-term): everything there is to know about it.
struct SynapseInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view pynn_name;  // "" when PyNN has no such synapse type
  std::vector<ParameterInfo> parameters;
  std::string_view equations;
  std::string_view source;
  std::unique_ptr<SynapseDynamics> (*create)(const SynapseContext&);
};

/// A rule that changes weights: everything there is to know about it.
struct PlasticityInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<ParameterInfo> parameters;
  std::string_view equations;
  std::string_view source;
  std::unique_ptr<PlasticRows> (*create)(PlasticContext);
  bool follows_potentials = false;  // of the targets, whose neuron model must have a state "v"
  bool heeds_rewards = false;       // weights do not change without
};

/// What comes out of an encoder.
enum class StageResult : std::uint8_t {
  values,  // that a population takes, or a decoder gives
  rates    // of generators, in Hz
};

/// An encoder or decoder: everything there is to know about it.
struct StageInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<ParameterInfo> parameters;
  std::string_view equations;
  std::string_view source;
  Tensor (*apply)(const Tensor& value, const Parameters& parameters);
  StageResult gives = StageResult::values;
};

/// What an engine may use, and an experiment.
class ModelRegistry {
 public:
  explicit ModelRegistry(std::span<const ModelInfo* const> models,
                         std::span<const SynapseInfo* const> synapses = {},
                         std::span<const PlasticityInfo* const> plasticity_rules = {},
                         std::span<const StageInfo* const> encoders = {},
                         std::span<const TaskInfo* const> tasks = {},
                         std::span<const SourceInfo* const> sources = {})
      : models_(models),
        synapses_(synapses),
        plasticity_rules_(plasticity_rules),
        encoders_(encoders),
        tasks_(tasks),
        sources_(sources) {}
  const ModelInfo* find(std::string_view name) const;
  const SynapseInfo* find_synapse(std::string_view name) const;
  const PlasticityInfo* find_plasticity(std::string_view name) const;
  const TaskInfo* find_task(std::string_view name) const;
  std::span<const ModelInfo* const> all() const { return models_; }
  std::span<const SynapseInfo* const> synapses() const { return synapses_; }
  std::span<const PlasticityInfo* const> plasticity_rules() const { return plasticity_rules_; }
  std::span<const StageInfo* const> encoders() const { return encoders_; }
  std::span<const TaskInfo* const> tasks() const { return tasks_; }
  std::span<const SourceInfo* const> sources() const { return sources_; }

 private:
  std::span<const ModelInfo* const> models_;
  std::span<const SynapseInfo* const> synapses_;
  std::span<const PlasticityInfo* const> plasticity_rules_;
  std::span<const StageInfo* const> encoders_;
  std::span<const TaskInfo* const> tasks_;
  std::span<const SourceInfo* const> sources_;
};

/// Checks the names and parameters of all neuron models, synapses and plasticity rules against the
/// descriptors.
void validate_models(const Network& network, const ModelRegistry& registry,
                     Diagnostics& diagnostics);

}  // namespace synfire
