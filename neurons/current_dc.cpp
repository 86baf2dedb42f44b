#include "neurons/common/current_source.h"

namespace synfire {
namespace {

class Dc {
 public:
  static constexpr bool kShared = false;

  Dc(const NeuronNumbers& numbers, const GroupContext& context, std::size_t neuron)
      : Dc(numbers.of(neuron), context.dt_ms) {}

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{free_number("amplitude", "A", "pA", 0, "the current")}, current_span_parameters()});
  }
  float at(std::int64_t step) const { return span_.has(step) ? amplitude_ : 0; }

 private:
  Dc(const NeuronNumbers::One& number, double dt_ms)
      : span_(number, dt_ms), amplitude_(static_cast<float>(number("amplitude"))) {}

  CurrentSpanOfTime span_;
  float amplitude_;
};

}  // namespace

extern const ModelInfo current_dc_model;
const ModelInfo current_dc_model =
    current_source<Dc>({.name = "current_dc",
                        .summary = "constant current, from one time to another",
                        .pynn_name = "DCSource",
                        .equations = "I = amplitude from start_ms to stop_ms, else 0",
                        .source = "dc_generator of NEST"});

}  // namespace synfire
