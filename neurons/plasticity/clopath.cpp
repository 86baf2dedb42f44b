#include <array>
#include <cmath>
#include <utility>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

constexpr std::size_t kMostDelay = 64;  // steps

struct Clopath {
  static constexpr std::size_t kSums = 1;
  struct Row {
    double trace = 0;
  };
  struct Neuron {
    float low_minus, low_plus;  // the potential, low-passed
    std::int32_t upswing;       // steps of the spike that remain
    std::int32_t place;         // in the ring of the last potentials
    std::array<float, kMostDelay> past;
  };
  struct Synapse {
    float weight;
  };
  struct Factors {};

  double rate_x;
  float keep_minus, keep_plus;  // of the low-passed potentials over a step
  float a_ltd, a_ltp;           // in units of weight; a_ltp with the step
  float theta_minus, theta_plus, v_spike, v_init, w_max;
  std::int32_t spike_steps, delay_steps;

  std::array<double, 1> sum_rates() const { return {rate_x}; }
  static double level_rate() { return 0; }
  double trace(const Row& row) const { return row.trace; }
  static Factors factors(const Row&, double, double) { return {}; }
  void settle(Synapse& synapse, const std::array<float, 1>& sums, const Factors&) const {
    synapse.weight = std::min(synapse.weight + sums[0], w_max);
  }
  void arrive(Synapse& synapse, float level, const Factors&) const {
    synapse.weight = std::max(synapse.weight - level, 0.0F);
  }
  void pass(Row& row, double elapsed) const { row.trace *= std::exp(-elapsed * rate_x); }
  void arrive(Row& row) const { row.trace += rate_x; }

  PostSpike<1> spike(Neuron& neuron, double) const {
    neuron.upswing = spike_steps;
    return {{0}, 0};
  }
  /// The level is what a presynaptic spike takes from the weight.
  PostSpike<1> follow(Neuron& neuron, float potential, double) const {
    const float v = neuron.upswing > 0 ? v_spike : potential;
    neuron.upswing = std::max(neuron.upswing - 1, 0);
    const float rise =
        a_ltp * std::max(v - theta_plus, 0.0F) * std::max(neuron.low_plus - theta_minus, 0.0F);
    const float delayed = pass(neuron, v);
    neuron.low_minus = delayed + (neuron.low_minus - delayed) * keep_minus;
    neuron.low_plus = delayed + (neuron.low_plus - delayed) * keep_plus;
    return {{rise}, a_ltd * std::max(neuron.low_minus - theta_minus, 0.0F), true};
  }
  Neuron initial() const {
    Neuron neuron{v_init, v_init, 0, 0, {}};
    neuron.past.fill(v_init);
    return neuron;
  }
  /// Takes in a potential, gives that of the delay ago.
  float pass(Neuron& neuron, float v) const {
    if (delay_steps == 0) return v;
    const float past = std::exchange(neuron.past[static_cast<std::size_t>(neuron.place)], v);
    neuron.place = neuron.place + 1 < delay_steps ? neuron.place + 1 : 0;
    return past;
  }
};

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const double dt = context.network.dt_ms, reference = reference_weight(context);
  const auto number = [&](std::string_view name, double fallback) {
    return static_cast<float>(context.number(name, fallback));
  };
  Clopath rule{1 / context.number("tau_x_ms", 15),
               static_cast<float>(std::exp(-dt / context.number("tau_minus_ms", 10))),
               static_cast<float>(std::exp(-dt / context.number("tau_plus_ms", 7))),
               static_cast<float>(reference * context.number("a_ltd", 14e-5)),
               static_cast<float>(reference * context.number("a_ltp", 8e-5) * dt),
               number("theta_minus", -70.6),
               number("theta_plus", -45.3),
               number("v_spike", 33),
               number("v_init", -70.6),
               static_cast<float>(weight_bound(context.projection)),
               static_cast<std::int32_t>(std::lround(context.number("spike_ms", 2) / dt)),
               static_cast<std::int32_t>(std::lround(context.number("delay_ms", 0) / dt))};
  const std::string where = "net.projections." + context.projection.name + ".plasticity.";
  if (rule.delay_steps > static_cast<std::int32_t>(kMostDelay))
    fail(Code::parameter_invalid, where + "delay_ms",
         std::to_string(rule.delay_steps) + " steps, at most " + std::to_string(kMostDelay) +
             " are kept",
         "use a larger dt");
  if (context.number("dendritic_delay_ms", 0) > 0)
    fail(Code::parameter_invalid, where + "dendritic_delay_ms",
         "the rule goes by the potential at the soma: delays are axonal");
  return std::make_unique<PlasticBlock<Clopath>>(rule, std::move(context));
}

}  // namespace

extern const PlasticityInfo clopath_plasticity;
const PlasticityInfo clopath_plasticity{
    .name = "clopath",
    .summary = "voltage-based plasticity; clock engine only",
    .parameters = with_common_parameters(
        {{"tau_x_ms", "tau_x", "ms", 15.0, 0.1, 1e5, "decay of the presynaptic trace x"},
         {"tau_minus_ms", "tau-", "ms", 10.0, 0.1, 1e5, "low pass u- of the potential u"},
         {"tau_plus_ms", "tau+", "ms", 7.0, 0.1, 1e5, "low pass u+ of the potential"},
         {"a_ltd", "A_LTD", "1/mV", 14e-5, 0, 1e6, "depression"},
         {"a_ltp", "A_LTP", "1/mV2", 8e-5, 0, 1e6, "potentiation"},
         {"theta_minus", "theta-", "mV", -70.6, -1e6, 1e6, "threshold of u- and u+"},
         {"theta_plus", "theta+", "mV", -45.3, -1e6, 1e6, "threshold of u"},
         {"v_spike", "", "mV", 33.0, -1e6, 1e6, "u in a spike, for models without its shape"},
         {"spike_ms", "", "ms", 2.0, 0, 100, "how long that lasts; 0: the model has the shape"},
         {"delay_ms", "d", "ms", 0.0, 0, 1e3, "after which u reaches u- and u+, at most 64 steps"},
         {"v_init", "", "mV", -70.6, -1e6, 1e6, "of u- and u+"},
         reference_parameter()}),
    .equations =
        "x' = -x / tau_x, + 1 / tau_x at presynaptic spikes; tau- u-' = u(t - d) - u-, "
        "tau+ u+' = u(t - d) - u+, u held over each step. Presynaptic spike: w <- w - w0 A_LTD [u- "
        "- theta-]+; w' = w0 A_LTP "
        "x [u - theta+]+ [u+ - theta-]+. 0 <= w <= w_max",
    .source =
        "Clopath, Buesing, Vasilaki & Gerstner, Nature Neuroscience 13, 2010, equations 1 to 3 "
        "without their homeostatic factor; defaults: visual cortex; d: 4 ms in the authors' "
        "program "
        "(ModelDB), so that a spike does not act on itself",
    .create = create,
    .follows_potentials = true};

}  // namespace synfire
