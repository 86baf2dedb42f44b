#include <cmath>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

/// How a change depends on the weight: `rise` is what potentiation does when its sum grows by p,
/// `fall` what one spike's depression y does. Both keep to the bounds.
struct Additive {
  float w_max;
  float rise(float w, float p) const { return std::min(w + p * w_max, w_max); }
  float fall(float w, float y) const { return std::max(w - y * w_max, 0.0F); }
};

struct Multiplicative {
  float w_max;
  float rise(float w, float p) const { return w_max - (w_max - w) * decay_by(p); }
  float fall(float w, float y) const { return std::max(w - y * w, 0.0F); }
};

struct PowerLaw {
  float w_max, mu, reference;  // reference^(1 - mu)
  float rise(float w, float p) const {
    if (p == 0) return w;
    if (mu == 1) return std::min(w / decay_by(p), w_max);
    const float grown = std::pow(w, 1 - mu) + (1 - mu) * reference * p;
    return std::min(std::pow(grown, 1 / (1 - mu)), w_max);
  }
  float fall(float w, float y) const { return std::max(w - y * w, 0.0F); }
};

template <typename Dependence>
struct StdpPair {
  static constexpr std::size_t kSums = 1;
  struct Row {
    double trace = 0;
  };
  struct Neuron {};
  struct Synapse {
    float weight;
  };
  struct Factors {
    float fall;
  };

  Dependence dependence;
  double rate_plus, rate_minus, a_plus, a_minus;
  bool nearest;

  std::array<double, 1> sum_rates() const { return {rate_plus}; }
  double level_rate() const { return rate_minus; }
  double trace(const Row& row) const { return a_plus * row.trace; }
  Factors factors(const Row&, double, double) const { return {static_cast<float>(a_minus)}; }
  void settle(Synapse& synapse, const std::array<float, 1>& sums, const Factors&) const {
    synapse.weight = dependence.rise(synapse.weight, sums[0]);
  }
  void arrive(Synapse& synapse, float level, const Factors& factors) const {
    synapse.weight = dependence.fall(synapse.weight, level * factors.fall);
  }
  void pass(Row& row, double elapsed) const { row.trace *= std::exp(-elapsed * rate_plus); }
  void arrive(Row& row) const { row.trace = nearest ? 1 : row.trace + 1; }
  PostSpike<1> spike(Neuron&, double) const { return {{1}, 1, nearest}; }
};

template <typename Dependence>
std::unique_ptr<PlasticRows> make(PlasticContext context, Dependence dependence) {
  StdpPair<Dependence> rule{dependence,
                            1 / context.number("tau_plus_ms", 20),
                            1 / context.number("tau_minus_ms", 20),
                            context.number("a_plus", 0.01),
                            context.number("a_minus", 0.0105),
                            one_of(context, "pairing", {"all", "nearest"}) == 1};
  return std::make_unique<PlasticBlock<StdpPair<Dependence>>>(rule, std::move(context));
}

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const auto w_max = static_cast<float>(weight_bound(context.projection));
  const std::size_t dependence =
      one_of(context, "weight_dependence", {"additive", "multiplicative", "power_law"});
  if (dependence == 0) return make(std::move(context), Additive{w_max});
  if (dependence == 1) return make(std::move(context), Multiplicative{w_max});
  const double mu = context.number("mu", 0.4);
  const double reference = reference_weight(context);
  return make(std::move(context), PowerLaw{w_max, static_cast<float>(mu),
                                           static_cast<float>(std::pow(reference, 1 - mu))});
}

}  // namespace

extern const PlasticityInfo stdp_pair_plasticity;
const PlasticityInfo stdp_pair_plasticity{
    .name = "stdp_pair",
    .summary = "spike-timing dependent plasticity of pairs of spikes",
    .parameters = with_common_parameters(
        {{"tau_plus_ms", "tau+", "ms", 20.0, 0.1, 1e5, "decay of the presynaptic trace x"},
         {"tau_minus_ms", "tau-", "ms", 20.0, 0.1, 1e5, "decay of the postsynaptic trace y"},
         {"a_plus", "A+", "1", 0.01, 0, 1, "potentiation by a pair at no distance"},
         {"a_minus", "A-", "1", 0.0105, 0, 1, "depression by a pair at no distance"},
         {"pairing", "", "", std::string("all"), 0, 0,
          "all: every pair counts; nearest: with the last spike before only"},
         {"weight_dependence", "", "", std::string("additive"), 0, 0,
          "additive, multiplicative or power_law"},
         {"mu", "mu", "1", 0.4, 0, 1, "exponent of power_law"},
         reference_parameter()}),
    .equations =
        "x' = -x / tau+, +1 at presynaptic spikes (all) or <- 1 (nearest); y' = -y / tau- "
        "likewise at postsynaptic spikes. At a presynaptic spike w <- w - A- f-(w) y, at a "
        "postsynaptic one dw = A+ f+(w) dp, for p from 0 to x. additive: f+ = f- = w_max; "
        "multiplicative: f+ = w_max - w, f- = w; power_law: f+ = w0^(1 - mu) w^mu, f- = w. "
        "0 <= w <= w_max",
    .source =
        "Song, Miller & Abbott, Nature Neuroscience 3, 2000 (additive); Rubin, Lee & Sompolinsky, "
        "Phys. Rev. Lett. 86, 2001 (multiplicative); Morrison, Aertsen & Diesmann, Neural Comput. "
        "19, 2007 (power law); Morrison, Diesmann & Gerstner, Biol. Cybern. 98, 2008 (pairing)",
    .create = create};

}  // namespace synfire
