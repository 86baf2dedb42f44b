#include "neurons/graded.h"

#include "neurons/common/coded.h"

namespace synfire {
namespace {

class GradedGroup final : public CodedGroup {
 public:
  GradedGroup(const Population& population, const GroupContext& context)
      : CodedGroup(population, context, Reads::map) {}

 private:
  void emit(const Step& step, SpikeList& out) override {
    if (step.fire != 0) return;
    if (has_map())
      send_map(out);
    else
      out.set_values(value_);
  }
  void visit_code(StateArchive&) override {}
};

}  // namespace

extern const ModelInfo graded_model;
const ModelInfo graded_model = coded_model<GradedGroup>(
    {.name = "graded",
     .summary = "quantized neuron that sends its value as the payload of one spike",
     .equations =
         "V = sum w u;  q = clamp(z + round((V + b) m 2^(shift-31)), low, high);  spike with "
         "payload u = q - z in the first step of the firing window, none when u = 0",
     .source = "arithmetic of the TensorFlow Lite reference kernels; graded spikes as on Loihi 2 "
               "(Orchard et al., SiPS 2021)"});

}  // namespace synfire
