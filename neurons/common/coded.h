// Common to the quantized models: sums arrive, an activation makes a value of them in the first
// step of the firing window, and the code sends the value.
#pragma once

#include <memory>
#include <vector>

#include "core/base/aligned_vector.h"
#include "neurons/common/activation.h"

namespace synfire {

/// Keeps the greatest value that arrived at each neuron; taps that stay silent have value 0.
class MaximumReceptor final : public TapReceptor {
 public:
  explicit MaximumReceptor(const Population& population, const GroupContext& context);
  void reset();
  void arrive(std::uint32_t target, std::uint32_t tap, std::int32_t payload) override;
  void read(std::span<std::int32_t> values) const;
  void visit_state(StateArchive& archive);

 private:
  std::vector<std::int32_t> best_, arrived_, valid_;
};

/// What a code reads in `emit`: all values, or a map of them where the activation makes one.
enum class Reads : std::uint8_t { values, map };

class CodedGroup : public NeuronGroup {
 public:
  CodedGroup(const Population& population, const GroupContext& context,
             Reads reads = Reads::values);

  void reset() override;
  void inject(std::span<const std::int32_t> values) override;
  Receptor receptor(std::int32_t index) override;
  void update(const Step& step, SpikeList& out) override;
  std::span<const std::int32_t> integer_values() const override { return values(); }
  std::vector<double> state(std::string_view variable) const override;
  void visit_state(StateArchive& archive) override;

 protected:
  /// Sends this step's spikes of the values; step.fire counts from the window's first step.
  virtual void emit(const Step& step, SpikeList& out) = 0;
  /// Last change of the sums before the activation (rate codes rescale them).
  virtual void finish_sums() {}
  /// Called once a window, after the values are known.
  virtual void values_ready() {}
  /// The receptor of a max pool; graded and ttfs arrivals carry whole values.
  virtual TapReceptor* tap_receptor() { return maximum_.get(); }
  virtual void read_taps(std::span<std::int32_t> values) { maximum_->read(values); }
  virtual void reset_taps() { maximum_->reset(); }
  virtual void integrate(const Step&) {}
  /// What the code keeps from step to step.
  virtual void visit_code(StateArchive& archive) = 0;

  /// The values of this window, from the map if there is one.
  const std::vector<std::int32_t>& values() const;
  bool has_map() const { return !map_.empty(); }
  std::span<const std::int16_t> map() const { return {made_, value_.size()}; }
  /// Gives the map away as spikes; map() stays what it is until there are new values.
  void send_map(SpikeList& out);

  const GroupContext context_;
  const bool pools_maximum_;
  AlignedVector<std::int32_t> sums_[2];      // one per receptor; the second only for add
  mutable std::vector<std::int32_t> value_;  // u = q - zero_point; behind values() with a map

 private:
  void make_values();
  void clear_sums();

  std::unique_ptr<const Activation> activation_;
  std::unique_ptr<MaximumReceptor> maximum_;
  /// The values where the code reads no more, else empty; or the next ones' place, when the last
  /// ones were given away.
  AlignedVector<std::int16_t> map_;
  const std::int16_t* made_ = nullptr;  // the last values
  std::size_t nonzero_ = 0;             // of them
  mutable bool widened_ = true;         // value_ has the map's values
  bool clear_ = true;                   // nothing was added to the sums since they were cleared
};

/// What tells one quantized model from another, apart from its code.
struct CodedModel {
  std::string_view name, summary, equations, source;
  std::vector<ParameterInfo> own_parameters = {};
};

/// `Group` is a CodedGroup.
template <typename Group>
ModelInfo coded_model(const CodedModel& model) {
  return {.name = model.name,
          .summary = model.summary,
          .nir_name = "",
          .pynn_name = "",
          .format = NumberFormat::integer,
          .receptors = 2,
          .parameters = quantized_parameters(model.own_parameters),
          .states = {{"v"}, {"value"}},
          .equations = model.equations,
          .source = model.source,
          .create = [](const Population& population,
                       const GroupContext& context) -> std::unique_ptr<NeuronGroup> {
            return std::make_unique<Group>(population, context);
          }};
}

}  // namespace synfire
