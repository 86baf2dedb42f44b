#include "neurons/graded.h"

#include "neurons/common/coded.h"

namespace synfire {
namespace {

class GradedGroup final : public CodedGroup {
 public:
  using CodedGroup::CodedGroup;

 private:
  void emit(const Step& step, SpikeList& out) override {
    if (step.fire == 0) out.set_values(value_);
  }
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<GradedGroup>(population, context);
}

}  // namespace

extern const ModelInfo graded_model;
const ModelInfo graded_model{
    .name = "graded",
    .summary = "quantized neuron that sends its value as the payload of one spike",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::integer,
    .receptors = 2,
    .parameters = quantized_parameters(),
    .states = {"v", "value"},
    .equations =
        "V = sum w u;  q = clamp(z + round((V + b) m 2^(shift-31)), low, high);  spike with "
        "payload u = q - z in the first step of the firing window, none when u = 0",
    .source =
        "arithmetic of the TensorFlow Lite reference kernels; graded spikes as on Loihi 2 "
        "(Orchard et al., SiPS 2021)",
    .create = create};

}  // namespace synfire
