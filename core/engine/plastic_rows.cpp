#include "core/engine/plastic_rows.h"

#include "core/base/short_text.h"
#include "core/engine/plastic_block.h"

namespace synfire {
namespace {

struct KeptWeights {
  static constexpr std::size_t kSums = 0;
  struct Row {};
  struct Neuron {};
  struct Synapse {
    float weight;
  };
  struct Factors {};
  static std::array<double, kSums> sum_rates() { return {}; }
  static double level_rate() { return 0; }
  static double trace(const Row&) { return 0; }
  static Factors factors(const Row&, double, double) { return {}; }
  static void settle(Synapse&, const std::array<float, kSums>&, const Factors&) {}
  static void arrive(Synapse&, float, const Factors&) {}
  static void pass(Row&, double) {}
  static void arrive(Row&) {}
  static PostSpike<kSums> spike(Neuron&, double) { return {{}, 0}; }
};

}  // namespace

double PlasticContext::number(std::string_view parameter, double fallback) const {
  return number_or(projection.plasticity.parameters, parameter, fallback,
                   "net.projections." + projection.name + ".plasticity");
}

double PlasticContext::dendritic_delay_ms(double least_delay_ms) const {
  const double delay = number("dendritic_delay_ms", 0);
  if (delay > least_delay_ms * (1 + 1e-9))
    fail(Code::parameter_invalid,
         "net.projections." + projection.name + ".plasticity.dendritic_delay_ms",
         "it is " + short_text(delay) + " ms, a part of the delay, which is as short as " +
             short_text(least_delay_ms) + " ms");
  return delay;
}

Homeostasis::Options PlasticContext::homeostasis() const {
  Homeostasis::Options options;
  options.interval_ms = number("homeostasis_every_ms", options.interval_ms);
  options.weight_sum = number("weight_sum", options.weight_sum);
  options.rate_hz = number("target_rate_hz", options.rate_hz);
  options.tau_scaling_ms = number("tau_scaling_ms", options.tau_scaling_ms);
  options.tau_rate_ms = number("tau_rate_ms", options.tau_rate_ms);
  return options;
}

std::string PlasticContext::word(std::string_view parameter, std::string_view fallback) const {
  return text_or(projection.plasticity.parameters, parameter, fallback,
                 "net.projections." + projection.name + ".plasticity");
}

std::unique_ptr<PlasticRows> make_kept_rows(PlasticContext context) {
  return std::make_unique<PlasticBlock<KeptWeights>>(KeptWeights{}, std::move(context));
}

}  // namespace synfire
