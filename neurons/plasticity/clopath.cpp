#include <array>
#include <cmath>

#include "neurons/common/plasticity.h"

namespace synfire {
namespace {

struct Clopath {
  static constexpr std::size_t kSums = 1, kFilters = 2;
  struct Row {
    double trace = 0;
  };
  struct Neuron {};
  struct Synapse {
    float weight;
  };
  struct Factors {};

  PotentialShape potential;
  double rate_x, rate_minus, rate_plus;
  double a_ltd, a_ltp;  // in units of weight
  double theta_minus, theta_plus;
  float w_max;

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
  static PostSpike<1> spike(Neuron&, double) { return {{0}, 0}; }

  // Signals: u, u-, u+.
  PotentialShape shape() const { return potential; }
  std::array<double, 2> filter_rates() const { return {rate_minus, rate_plus}; }
  std::array<PotentialGate, 2> gates() const { return {{{0, theta_plus}, {2, theta_minus}}}; }
  template <typename Real>
  std::array<Real, 1> growth(const std::array<Real, 3>& u) const {
    return {static_cast<Real>(a_ltp) * above(u[0], theta_plus) * above(u[2], theta_minus)};
  }
  template <typename Real>
  Real level(const std::array<Real, 3>& u) const {
    return static_cast<Real>(a_ltd) * above(u[1], theta_minus);
  }
  template <typename Real>
  static Real above(Real u, double theta) {
    return std::max(u - static_cast<Real>(theta), Real{0});
  }
};

std::unique_ptr<PlasticRows> create(PlasticContext context) {
  const double reference = reference_weight(context);
  const Clopath rule{{.v_init = context.number("v_init", -70.6),
                      .v_spike = context.number("v_spike", 33),
                      .spike_ms = context.number("spike_ms", 2),
                      .delay_ms = context.number("delay_ms", 0)},
                     1 / context.number("tau_x_ms", 15),
                     1 / context.number("tau_minus_ms", 10),
                     1 / context.number("tau_plus_ms", 7),
                     reference * context.number("a_ltd", 14e-5),
                     reference * context.number("a_ltp", 8e-5),
                     context.number("theta_minus", -70.6),
                     context.number("theta_plus", -45.3),
                     static_cast<float>(weight_bound(context.projection))};
  return std::make_unique<PlasticBlock<Clopath>>(rule, std::move(context));
}

}  // namespace

extern const PlasticityInfo clopath_plasticity;
const PlasticityInfo clopath_plasticity{
    .name = "clopath",
    .summary = "voltage-based plasticity",
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
         {"delay_ms", "d", "ms", 0.0, 0, 1e3, "after which u reaches u- and u+"},
         {"v_init", "", "mV", -70.6, -1e6, 1e6, "of u- and u+"},
         reference_parameter()}),
    .equations =
        "x' = -x / tau_x, + 1 / tau_x at presynaptic spikes; tau- u-' = u(t - d) - u-, "
        "tau+ u+' = u(t - d) - u+; in the clock engine u is held over each step. Presynaptic "
        "spike: w <- w - w0 A_LTD [u- "
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
