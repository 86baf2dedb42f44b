#include <cmath>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

/// Pairs of spikes change an eligibility c, which decays, and the reward signal d turns it into
/// weight. Between rewards d is one exponential, so that all integrals are closed: with 1 / tau' =
/// 1 / tau_c + 1 / tau_d, an eligibility c at t1 has added tau' c (d(t1) - d(t) exp(-(t - t1) /
/// tau_c)) to the weight at t. Of postsynaptic spikes at t_k it takes two sums: of x(t_k) exp((t_k
/// - t1) / tau_c), and of x(t_k) d(t_k).
struct StdpReward {
  static constexpr std::size_t kSums = 2;
  struct Row {
    double trace = 0;
  };
  struct Neuron {};
  struct Synapse {
    float weight, eligibility;
  };
  struct Factors {
    float kept;                // of the eligibility: exp(-elapsed / tau_c)
    float gain_old, gain_new;  // tau' (d(t1) - d(t) kept), tau' d(t) kept
    float tau;                 // tau'
  };

  double rate_plus, rate_minus, rate_c, tau_d, tau;
  double a_plus, a_minus;  // in units of weight
  float w_max;
  double signal = 0, since = 0;  // d just after the last reward, and its time

  double signal_at(double now) const {
    return signal == 0 ? 0 : signal * std::exp(-(now - since) / tau_d);
  }
  std::array<double, 2> sum_rates() const { return {rate_plus - rate_c, rate_plus}; }
  double level_rate() const { return rate_minus; }
  double trace(const Row& row) const { return a_plus * row.trace; }
  Factors factors(const Row&, double elapsed, double now) const {
    const double kept = std::exp(-elapsed * rate_c);
    const double later = tau * signal_at(now) * kept;
    return {static_cast<float>(kept), static_cast<float>(tau * signal_at(now - elapsed) - later),
            static_cast<float>(later), static_cast<float>(tau)};
  }
  void settle(Synapse& synapse, const std::array<float, 2>& sums, const Factors& f) const {
    const float gained =
        synapse.eligibility * f.gain_old + (f.tau * sums[1] - f.gain_new * sums[0]);
    synapse.weight = std::clamp(synapse.weight + gained, 0.0F, w_max);
    synapse.eligibility = (synapse.eligibility + sums[0]) * f.kept;
  }
  void arrive(Synapse& synapse, float level, const Factors&) const {
    synapse.eligibility -= level * static_cast<float>(a_minus);
  }
  void pass(Row& row, double elapsed) const { row.trace *= std::exp(-elapsed * rate_plus); }
  static void arrive(Row& row) { row.trace += 1; }
  PostSpike<2> spike(Neuron&, double now) const {
    return {{1, static_cast<float>(signal_at(now))}, 1};
  }

  /// The signal jumps by amount / tau_d; without a tau_d its whole integral counts at once.
  void reward(double now, double amount) {
    if (tau_d == 0) return;
    signal = signal_at(now) + amount / tau_d;
    since = now;
  }
  void reward(Synapse& synapse, double amount) const {
    if (tau_d > 0) return;
    const float gained = synapse.eligibility * static_cast<float>(amount);
    synapse.weight = std::clamp(synapse.weight + gained, 0.0F, w_max);
  }
};

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const double tau_c = context.number("tau_eligibility_ms", 1000);
  const double tau_d = context.number("tau_reward_ms", 200);
  const double reference = reference_weight(context);
  StdpReward rule{1 / context.number("tau_plus_ms", 20),
                  1 / context.number("tau_minus_ms", 20),
                  1 / tau_c,
                  tau_d,
                  tau_d > 0 ? 1 / (1 / tau_c + 1 / tau_d) : 0,
                  reference * context.number("a_plus", 0.01),
                  reference * context.number("a_minus", 0.0105),
                  static_cast<float>(weight_bound(context.projection))};
  return std::make_unique<PlasticBlock<StdpReward>>(rule, std::move(context));
}

}  // namespace

extern const PlasticityInfo stdp_reward_plasticity;
const PlasticityInfo stdp_reward_plasticity{
    .name = "stdp_reward",
    .summary = "reward-modulated spike-timing dependent plasticity with an eligibility trace",
    .parameters = with_common_parameters(
        {{"tau_plus_ms", "tau+", "ms", 20.0, 0.1, 1e5, "decay of the presynaptic trace x"},
         {"tau_minus_ms", "tau-", "ms", 20.0, 0.1, 1e5, "decay of the postsynaptic trace y"},
         {"a_plus", "A+", "1", 0.01, 0, 10, "eligibility from a pair, pre before post"},
         {"a_minus", "A-", "1", 0.0105, 0, 10, "eligibility from a pair, post before pre"},
         {"tau_eligibility_ms", "tau_c", "ms", 1000.0, 1, 1e7, "decay of the eligibility c"},
         {"tau_reward_ms", "tau_d", "ms", 200.0, 0, 1e7,
          "decay of the reward signal d; 0: it acts at once"},
         reference_parameter()}),
    .equations =
        "x' = -x / tau+, +1 at presynaptic spikes, y' = -y / tau- likewise at postsynaptic ones. "
        "c' = -c / tau_c, - w0 A- y at presynaptic spikes, + w0 A+ x at postsynaptic ones. d' = -d "
        "/ tau_d, + amount / tau_d at a reward. w' = c d. w is kept within 0 .. w_max when a spike "
        "comes through the synapse, or a reward",
    .source =
        "Izhikevich, Cereb. Cortex 17, 2007; Florian, Neural Comput. 19, 2007; Fremaux & Gerstner, "
        "Front. Neural Circuits 9, 2016",
    .create = create,
    .heeds_rewards = true};

}  // namespace synfire
