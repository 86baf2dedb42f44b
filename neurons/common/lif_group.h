// The float32 integrate-and-fire family: IF, LIF and LI share one group.
#pragma once

#include <vector>

#include "core/engine/huge_array.h"
#include "core/engine/model.h"
#include "neurons/common/refractory.h"
#include "neurons/lif.h"

namespace synfire {

class LifGroup final : public NeuronGroup {
 public:
  /// `constants` has one entry per distinct neuron (1 or the population's size).
  LifGroup(std::vector<synfire_lif_t> constants, std::vector<float> v_init, bool spikes);

  void reset() override;
  void inject(std::span<const float> values) override;
  Receptor receptor(std::int32_t) override { return std::span<float>(input_); }
  std::span<float> currents() override {
    current_.resize(v_.size(), 0.0F);
    return current_;
  }
  void attach(std::int32_t index, std::span<std::int32_t> sums, float quantum,
              std::span<float> state) override;
  void update(const Step& step, SpikeList& out) override;
  std::span<const float> float_values() const override { return v_; }
  std::vector<double> state(std::string_view variable) const override;
  void visit_state(StateArchive& archive) override;

 private:
  float take_input(std::size_t i);
  synfire_lif_t law(std::size_t i) const;

  std::vector<synfire_lif_t> constants_;
  std::vector<float> v_init_;
  StateArray<float> v_;
  std::vector<float> input_, injected_;
  std::vector<float> current_;      // of the next step; empty: none ever flows
  std::vector<std::int32_t> wait_;  // one by one
  Refractory refractory_;           // in vectors
  StateArray<std::uint32_t> ids_;
  std::span<std::int32_t> attached_;  // empty: the input is input_ + injected_
  float quantum_ = 0;
  bool spikes_;
};

/// The constants of every neuron from the parameters that IF, LIF and LI share.
std::vector<synfire_lif_t> lif_constants(const Population& population, const GroupContext& context,
                                         bool leaky);

/// Reads the parameters that IF, LIF and LI share; `leaky` models have tau_mem_ms.
std::unique_ptr<NeuronGroup> make_lif_group(const Population& population,
                                            const GroupContext& context, bool leaky, bool spikes);

/// Their descriptors' parameters.
std::vector<ParameterInfo> lif_parameters(bool leaky, bool spikes);

}  // namespace synfire
