#include <cmath>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

struct StdpTriplet {
  static constexpr std::size_t kSums = 1;
  struct Row {
    double r1 = 0, r2 = 0;
  };
  struct Neuron {
    double o2 = 0, time = 0;  // just after the last spike
  };
  struct Synapse {
    float weight;
  };
  struct Factors {
    float fall;
  };

  double rate_plus, rate_minus, rate_x, rate_y;
  double a2_plus, a3_plus, a2_minus, a3_minus;  // in units of weight
  float w_max;
  bool nearest;

  std::array<double, 1> sum_rates() const { return {rate_plus}; }
  double level_rate() const { return rate_minus; }
  double trace(const Row& row) const { return row.r1; }
  Factors factors(const Row& row, double elapsed, double) const {
    return {static_cast<float>(a2_minus + a3_minus * row.r2 * std::exp(-elapsed * rate_x))};
  }
  void settle(Synapse& synapse, const std::array<float, 1>& sums, const Factors&) const {
    synapse.weight = std::min(synapse.weight + sums[0], w_max);
  }
  void arrive(Synapse& synapse, float level, const Factors& factors) const {
    synapse.weight = std::max(synapse.weight - level * factors.fall, 0.0F);
  }
  void pass(Row& row, double elapsed) const {
    row.r1 *= std::exp(-elapsed * rate_plus);
    row.r2 *= std::exp(-elapsed * rate_x);
  }
  void arrive(Row& row) const {
    row.r1 = nearest ? 1 : row.r1 + 1;
    row.r2 = nearest ? 1 : row.r2 + 1;
  }
  PostSpike<1> spike(Neuron& neuron, double now) const {
    const double o2 = neuron.o2 * std::exp(-(now - neuron.time) * rate_y);
    neuron = {nearest ? 1 : o2 + 1, now};
    return {{static_cast<float>(a2_plus + a3_plus * o2)}, 1, nearest};
  }
};

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const double reference = reference_weight(context);
  StdpTriplet rule{1 / context.number("tau_plus_ms", 16.8),
                   1 / context.number("tau_minus_ms", 33.7),
                   1 / context.number("tau_x_ms", 101),
                   1 / context.number("tau_y_ms", 125),
                   reference * context.number("a2_plus", 5e-10),
                   reference * context.number("a3_plus", 6.2e-3),
                   reference * context.number("a2_minus", 7e-3),
                   reference * context.number("a3_minus", 2.3e-4),
                   static_cast<float>(weight_bound(context.projection)),
                   one_of(context, "pairing", {"all", "nearest"}) == 1};
  return std::make_unique<PlasticBlock<StdpTriplet>>(rule, std::move(context));
}

}  // namespace

extern const PlasticityInfo stdp_triplet_plasticity;
const PlasticityInfo stdp_triplet_plasticity{
    .name = "stdp_triplet",
    .summary = "spike-timing dependent plasticity of triplets of spikes",
    .parameters = with_common_parameters(
        {{"tau_plus_ms", "tau+", "ms", 16.8, 0.1, 1e5, "decay of r1, presynaptic"},
         {"tau_minus_ms", "tau-", "ms", 33.7, 0.1, 1e5, "decay of o1, postsynaptic"},
         {"tau_x_ms", "tau_x", "ms", 101.0, 0.1, 1e5, "decay of r2, presynaptic"},
         {"tau_y_ms", "tau_y", "ms", 125.0, 0.1, 1e5, "decay of o2, postsynaptic"},
         {"a2_plus", "A2+", "1", 5e-10, 0, 10, "potentiation by pairs"},
         {"a3_plus", "A3+", "1", 6.2e-3, 0, 10, "potentiation by triplets"},
         {"a2_minus", "A2-", "1", 7e-3, 0, 10, "depression by pairs"},
         {"a3_minus", "A3-", "1", 2.3e-4, 0, 10, "depression by triplets"},
         {"pairing", "", "", std::string("all"), 0, 0,
          "all: every spike counts; nearest: the last spike before only"},
         reference_parameter()}),
    .equations =
        "r1, r2 decay with tau+, tau_x, o1, o2 with tau-, tau_y; +1 (all) or <- 1 (nearest) at "
        "their neuron's spikes. Presynaptic spike: w <- w - w0 o1 (A2- + A3- r2); postsynaptic: w "
        "<- w + w0 r1 (A2+ + A3+ o2), r2 and o2 just before it. 0 <= w <= w_max",
    .source =
        "Pfister & Gerstner, J. Neurosci. 26, 2006, equations 3 and 4; defaults: table 4, visual "
        "cortex, all-to-all, full model",
    .create = create};

}  // namespace synfire
