#include "neurons/fixed_lif.h"

#include <algorithm>
#include <utility>

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

  void update(const Step&, SpikeList& out) override {
    out.reserve(v_.size());
    for (std::size_t i = 0; i < v_.size(); ++i) {
      const synfire_fixed_lif_t& neuron = constants_.neurons[i];
      const std::int32_t input = std::exchange(input_[i], 0);
      if (synfire_fixed_lif_wait(&neuron, &constants_.rule, &v_[i], &wait_[i], input) != 0)
        out.add(static_cast<std::uint32_t>(i), 1);
    }
  }

  std::span<const std::int32_t> integer_values() const override { return v_; }
  std::vector<double> state(std::string_view variable) const override {
    if (variable == "v") return {v_.begin(), v_.end()};
    return {};
  }

 private:
  FixedConstants constants_;
  std::vector<std::int32_t> start_, v_, input_;
  std::vector<std::uint16_t> wait_;
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
    .states = {"v"},
    .equations =
        "v <- saturate(v - round(v leak / 2^31) + scale I + bias) in [-2^30, 2^30);  spike when v "
        "> threshold, then v <- reset, or v + reset where keeps = 1",
    .source = "docs/mcu.md",
    .create = create};

}  // namespace synfire
