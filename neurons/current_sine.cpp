#include "neurons/common/current_source.h"
#include "neurons/common/elementary.h"

namespace synfire {
namespace {

class Sine {
 public:
  static constexpr bool kShared = false;

  Sine(const NeuronNumbers& numbers, const GroupContext& context, std::size_t neuron)
      : Sine(numbers.of(neuron), context.dt_ms) {}

  static std::vector<ParameterInfo> parameters() {
    return joined({{free_number("amplitude", "A", "pA", 0, "greatest deviation from the offset"),
                    free_number("offset", "", "pA", 0, "mean current"),
                    {"frequency_hz", "f", "Hz", 10.0, 0, 1e9, "oscillations a second"},
                    free_number("phase_deg", "phi", "", 0, "phase at start_ms, in degrees")},
                   current_span_parameters()});
  }
  float at(std::int64_t step) const {
    if (!span_.has(step)) return 0;
    const double turns = phase_ + turns_ * static_cast<double>(step - span_.begin());
    return static_cast<float>(offset_ + amplitude_ * synfire_sin_turns(turns));
  }

 private:
  Sine(const NeuronNumbers::One& number, double dt_ms)
      : span_(number, dt_ms),
        amplitude_(number("amplitude")),
        offset_(number("offset")),
        turns_(number("frequency_hz") * dt_ms * 1e-3),
        phase_(number("phase_deg") / 360) {}

  CurrentSpanOfTime span_;
  double amplitude_, offset_;
  double turns_;  // in a step
  double phase_;  // in turns
};

}  // namespace

extern const ModelInfo current_sine_model;
const ModelInfo current_sine_model = current_source<Sine>(
    {.name = "current_sine",
     .summary = "sinusoidal current",
     .pynn_name = "ACSource",
     .equations =
         "I = offset + amplitude sin(2 pi f (t - start_ms) + phi) from start_ms to stop_ms, "
         "else 0; t is the beginning of the step",
     .source = "ac_generator of NEST"});

}  // namespace synfire
