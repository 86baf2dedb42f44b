#include "core/base/random.h"
#include "neurons/common/current_source.h"
#include "neurons/common/elementary.h"

namespace synfire {
namespace {

class Noise {
 public:
  static constexpr bool kShared = false;

  Noise(const NeuronNumbers& numbers, const GroupContext& context, std::size_t neuron)
      : Noise(numbers.of(neuron), context,
              static_cast<std::uint64_t>(context.slice.first) + neuron) {}

  static std::vector<ParameterInfo> parameters() {
    return joined({{free_number("mean", "mu", "pA", 0, "mean current"),
                    {"std", "sigma", "pA", 0.0, 0, 1e30, "standard deviation of the current"},
                    {"interval_ms", "", "ms", 0.0, 0, 1e12,
                     "time between changes; a step where it is shorter"}},
                   current_span_parameters()});
  }
  float at(std::int64_t step) const {
    if (!span_.has(step)) return 0;
    const auto draw = static_cast<std::uint64_t>((step - span_.begin()) / interval_);
    return static_cast<float>(mean_ + deviation_ * normal(draw));
  }

 private:
  Noise(const NeuronNumbers::One& number, const GroupContext& context, std::uint64_t neuron)
      : span_(number, context.dt_ms),
        mean_(number("mean")),
        deviation_(number("std")),
        interval_(std::max<std::int64_t>(1, number.steps("interval_ms"))),
        random_(context.seed, Stream::current, (std::uint64_t{context.population} << 32) | neuron) {
  }

  /// By the method of Box and Muller.
  double normal(std::uint64_t draw) const {
    const Random::Block bits = random_.block(draw);
    const double length = std::sqrt(-2 * synfire_log((bits[0] + 0.5) * 0x1p-32));
    return length * synfire_sin_turns(bits[1] * 0x1p-32);
  }

  CurrentSpanOfTime span_;
  double mean_, deviation_;
  std::int64_t interval_;
  Random random_;
};

}  // namespace

extern const ModelInfo current_noise_model;
const ModelInfo current_noise_model = current_source<Noise>(
    {.name = "current_noise",
     .summary = "normally distributed current that changes at intervals, of each neuron its own",
     .pynn_name = "NoisyCurrentSource",
     .equations = "I = mean + std N(0, 1) from start_ms to stop_ms, drawn anew every interval_ms, "
                  "else 0; numbers of (seed, neuron, interval)",
     .source = "noise_generator of NEST; Box and Muller, Ann. Math. Stat. 29, 1958"});

}  // namespace synfire
