#include "neurons/fixed_lif.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/state_archive.h"
#include "neurons/common/fixed_constants.h"

namespace synfire {
namespace {

class FixedLifGroup final : public NeuronGroup {
 public:
  explicit FixedLifGroup(const Population& population)
      : constants_(fixed_constants(population)), start_(fixed_start(population)) {
    input_.resize(start_.size());
    FixedLifGroup::reset();
  }

  void reset() override {
    v_ = start_;
    std::ranges::fill(input_, 0);
    wait_.assign(v_.size(), 0);
  }

  Receptor receptor(std::int32_t) override { return std::span<std::int32_t>(input_); }

  void update(const Step& step, SpikeList& out) override {
    out.reserve(v_.size());
    phase_ = static_cast<std::size_t>(step.index % constants_.period());
    for (std::size_t i = 0; i < v_.size(); ++i)
      if (constants_.period() > 1 ? rising_step(i) : plain_step(i))
        out.add(static_cast<std::uint32_t>(i), 1);
  }

  std::span<const std::int32_t> integer_values() const override { return v_; }
  std::vector<double> state(std::string_view variable) const override {
    if (variable != "v") return {};
    std::vector<double> v(v_.begin(), v_.end());
    for (double& each : v) each = std::ldexp(each, SYNFIRE_FIXED_RISE) / constants_.rise[phase_];
    return v;
  }
  void visit_state(StateArchive& archive) override {
    archive.fixed("v", v_);
    archive.fixed("input", input_);
    archive.fixed("wait", wait_);
    archive("phase", phase_);
  }

 private:
  bool plain_step(std::size_t i) {
    return synfire_fixed_lif_wait(&constants_.neurons[i], &constants_.rule, &v_[i], &wait_[i],
                                  std::exchange(input_[i], 0)) != 0;
  }
  bool rising_step(std::size_t i) {
    const synfire_fixed_lif_t& p = constants_.neurons[i];
    const std::int32_t rise = constants_.rise[phase_];
    if (phase_ == 0) v_[i] = synfire_fixed_decayed(v_[i], p.decay);
    return synfire_fixed_lif_fire(&v_[i],
                                  constants_.scale[phase_] * std::exchange(input_[i], 0) + p.bias,
                                  synfire_fixed_risen(p.threshold, rise),
                                  synfire_fixed_risen(p.reset, rise), constants_.rule.keeps) != 0;
  }

  FixedConstants constants_;
  std::vector<std::int32_t> start_, v_, input_;
  std::vector<std::uint16_t> wait_;
  std::size_t phase_ = 0;  // the step of a period
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext&) {
  return std::make_unique<FixedLifGroup>(population);
}

}  // namespace

extern const ModelInfo fixed_lif_model;
const ModelInfo fixed_lif_model{
    .name = "fixed_lif",
    .summary =
        "IF, LIF and LI neurons in fixed point, as `lower` makes them and firmware runs them",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::integer,
    .receptors = 1,
    .parameters = fixed_parameters(),
    .states = {{"v"}},
    .equations =
        "v <- saturate(v - v leak / 2^31 + scale I + bias) in [-2^30, 2^30), rounded;  spike when "
        "v "
        "> threshold, then v <- reset, or v + reset where keeps = 1;  with a period of several "
        "steps "
        "v is kept as v d^-j and decays once a period, see neurons/fixed_lif.h",
    .source = "docs/mcu.md",
    .create = create};

}  // namespace synfire
