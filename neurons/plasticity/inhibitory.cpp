#include <cmath>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

struct Inhibitory {
  static constexpr std::size_t kSums = 1;
  struct Row {
    double trace = 0;
  };
  struct Neuron {};
  struct Synapse {
    float weight;
  };
  struct Factors {};

  double rate, eta;  // eta in units of weight
  double alpha;
  float offset;  // eta alpha, with the speed of learning
  float w_max;

  std::array<double, 1> sum_rates() const { return {rate}; }
  double level_rate() const { return rate; }
  double trace(const Row& row) const { return eta * row.trace; }
  static Factors factors(const Row&, double, double) { return {}; }
  void settle(Synapse& synapse, const std::array<float, 1>& sums, const Factors&) const {
    synapse.weight = std::min(synapse.weight + sums[0], w_max);
  }
  void arrive(Synapse& synapse, float level, const Factors&) const {
    synapse.weight =
        std::clamp(synapse.weight + static_cast<float>(eta) * level - offset, 0.0F, w_max);
  }
  void learn_at(double speed) { offset = static_cast<float>(speed * eta * alpha); }
  void pass(Row& row, double elapsed) const { row.trace *= std::exp(-elapsed * rate); }
  static void arrive(Row& row) { row.trace += 1; }
  static PostSpike<1> spike(Neuron&, double) { return {{1}, 1}; }
};

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const double tau = context.number("tau_ms", 20);
  const double eta = reference_weight(context) * context.number("eta", 1e-2);
  const double alpha = 2 * context.number("rho_hz", 5) * 1e-3 * tau;
  Inhibitory rule{1 / tau, eta, alpha, 0, static_cast<float>(weight_bound(context.projection))};
  rule.learn_at(1);
  return std::make_unique<PlasticBlock<Inhibitory>>(rule, std::move(context));
}

}  // namespace

extern const PlasticityInfo inhibitory_plasticity;
const PlasticityInfo inhibitory_plasticity{
    .name = "inhibitory",
    .summary = "inhibitory plasticity that draws its targets to a rate",
    .parameters = with_common_parameters(
        {{"tau_ms", "tau", "ms", 20.0, 0.1, 1e5, "decay of the traces"},
         {"eta", "eta", "1", 1e-2, 0, 10, "rate of learning"},
         {"rho_hz", "rho0", "Hz", 5.0, 0, 1e3, "rate that targets are drawn to"},
         reference_parameter()}),
    .equations =
        "traces x, y decay with tau, +1 at pre-, postsynaptic spikes. Presynaptic spike: w <- w + "
        "w0 eta (y - 2 rho0 tau); postsynaptic: w <- w + w0 eta x. 0 <= w <= w_max, w without its "
        "sign",
    .source = "Vogels, Sprekeler, Zenke, Clopath & Gerstner, Science 334, 2011",
    .create = create};

}  // namespace synfire
