#include "core/net/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace synfire {
namespace {

Population population(std::string name, double size, std::string model, Parameters parameters) {
  Population result;
  result.name = std::move(name);
  result.shape = {std::max<std::int64_t>(1, std::llround(size))};
  result.model = std::move(model);
  result.parameters = std::move(parameters);
  return result;
}

void connect(Network& network, const std::string& source, const std::string& target,
             Connectivity connectivity, double delay_ms, std::int32_t receptor = 0) {
  network.projections.push_back(
      {source + "->" + target, source, target, std::move(connectivity), delay_ms, receptor});
}

OneToOne pairs(double weight) {
  return {Tensor::of({1}, std::vector<float>{static_cast<float>(weight)})};
}

}  // namespace

Network brunel_network(Drive drive, double scale, std::uint64_t seed) {
  constexpr double kTau = 20, kThreshold = 20, kWeight = 0.1, kG = 5, kDelay = 1.5;
  const double inputs = 800 * scale;
  Network network;
  network.name = "brunel";
  network.dt_ms = 0.1;
  network.seed = seed;
  Parameters lif{{"tau_mem_ms", kTau},    {"v_threshold", kThreshold},
                 {"v_reset", 10.0},       {"reset", std::string("value")},
                 {"refractory_ms", 2.0},  {"input", std::string("delta")},
                 {"v_init_spread", 20.0}, {"spike_at", std::string("reached")}};
  if (drive == Drive::dc) lif["i_offset"] = 1.2 * kThreshold;
  network.populations = {population("excitatory", 8000 * scale, "lif", lif),
                         population("inhibitory", 2000 * scale, "lif", lif)};
  for (const std::string target : {"excitatory", "inhibitory"}) {
    const RandomRule excitatory = fixed_in_degree(std::llround(inputs), kWeight, false, true);
    const RandomRule inhibitory =
        fixed_in_degree(std::llround(inputs / 4), -kG * kWeight, false, true);
    connect(network, "excitatory", target, excitatory, kDelay);
    connect(network, "inhibitory", target, inhibitory, kDelay);
    if (drive == Drive::dc) continue;
    const double rate_hz = kThreshold / (kWeight * inputs * kTau) * inputs * 1000;
    const std::string name = "drive_" + target;
    network.populations.push_back(population(name,
                                             target == "excitatory" ? 8000 * scale : 2000 * scale,
                                             "poisson", {{"rate_hz", rate_hz}}));
    connect(network, name, target, pairs(kWeight), network.dt_ms);
  }
  return network;
}

Network plastic_brunel_network(Drive drive, double scale, std::uint64_t seed,
                               const std::string& rule) {
  Network network = brunel_network(drive, scale, seed);
  network.name = "brunel " + rule;
  const bool inhibits = rule == "inhibitory";
  Parameters parameters{{"w_max", inhibits ? 1.0 : 0.2}};
  if (rule == "stdp_pair") parameters.insert({{"a_plus", 0.001}, {"a_minus", 0.00105}});
  if (rule == "clopath")
    parameters.insert({{"theta_minus", 10.0},
                       {"theta_plus", 20.0},
                       {"v_spike", 40.0},
                       {"v_init", 10.0},
                       {"a_ltd", 1e-4},
                       {"a_ltp", 1e-5}});
  for (Projection& projection : network.projections)
    if (projection.source == (inhibits ? "inhibitory" : "excitatory") &&
        projection.target == "excitatory")
      projection.plasticity = {rule, parameters};
  return network;
}

Network cuba_network(double scale, std::uint64_t seed) {
  Network network;
  network.name = "cuba";
  network.dt_ms = 0.1;
  network.seed = seed;
  const Parameters lif{{"tau_mem_ms", 20.0},     {"tau_syn_exc_ms", 5.0},
                       {"tau_syn_inh_ms", 10.0}, {"v_leak", -49.0},
                       {"v_threshold", -50.0},   {"v_reset", -60.0},
                       {"refractory_ms", 5.0},   {"v_init", -60.0},
                       {"v_init_spread", 10.0},  {"spike_at", std::string("reached")}};
  network.populations = {population("excitatory", 3200 * scale, "lif_exp", lif),
                         population("inhibitory", 800 * scale, "lif_exp", lif)};
  const double probability = std::min(1.0, 0.02 / scale);
  for (const std::string target : {"excitatory", "inhibitory"}) {
    connect(network, "excitatory", target, pairwise_bernoulli(probability, 1.62, false), 0.1, 0);
    connect(network, "inhibitory", target, pairwise_bernoulli(probability, -9.0, false), 0.1, 1);
  }
  return network;
}

namespace {

constexpr std::size_t kLayers = 8;
constexpr const char* kNames[kLayers] = {"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
constexpr double kNeurons[kLayers] = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
constexpr double kBackground[kLayers] = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
constexpr double kInitialMean[kLayers] = {-68.28, -63.16, -63.33, -63.45,
                                          -63.11, -61.66, -66.72, -61.43};
constexpr double kInitialStd[kLayers] = {5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};
constexpr double kPublishedHz[kLayers] = {0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829};
/// Connection probability to the row's population from the column's.
constexpr double kProbability[kLayers][kLayers] = {
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0},
    {0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443}};
constexpr double kTauMem = 10, kTauSyn = 0.5, kCapacitance = 250, kBackgroundHz = 8;

/// Amplitude of the current, in pA, that moves the potential by `psp` mV at its peak.
double current_of(double psp) {
  // The response (exp(-t/tau_mem) - exp(-t/tau_syn)) gain, at the time of its maximum.
  const double rate = 1 / (kTauSyn - kTauMem), gain = kTauMem * kTauSyn / kCapacitance * rate;
  const double peak = std::pow(kTauMem / kTauSyn, rate);
  return psp / (gain * (std::pow(peak, kTauMem) - std::pow(peak, kTauSyn)));
}

/// Synapses with which each pair is connected at least once with probability p.
double total_number(double p, double sources, double targets) {
  return std::round(std::log(1 - p) / std::log(1 - 1 / (sources * targets)));
}

RandomRule layer_rule(std::size_t target, std::size_t source, double weight, double scale) {
  const bool excitatory = source % 2 == 0;
  const bool doubled = target == 0 && source == 2;  // L4E to L23E
  const double mean = excitatory ? (doubled ? 2 * weight : weight) : -4 * weight;
  RandomRule rule;
  rule.kind = RuleKind::fixed_total_number;
  rule.number = std::round(
      scale * total_number(kProbability[target][source], kNeurons[source], kNeurons[target]));
  rule.weight = {DistributionKind::normal, mean, 0.1 * std::abs(mean)};
  (excitatory ? rule.weight.low : rule.weight.high) = 0;
  const double delay = excitatory ? 1.5 : 0.75;
  rule.delay_ms = Distribution{DistributionKind::normal, delay, delay / 2, 0.05};
  return rule;
}

}  // namespace

Network microcircuit_network(Drive drive, double scale, std::uint64_t seed) {
  const double weight = current_of(0.15);
  Network network;
  network.name = "microcircuit";
  network.dt_ms = 0.1;
  network.seed = seed;
  for (std::size_t p = 0; p < kLayers; ++p) {
    Parameters lif{{"tau_mem_ms", kTauMem},        {"tau_syn_exc_ms", kTauSyn},
                   {"r", kTauMem / kCapacitance},  {"v_leak", -65.0},
                   {"v_threshold", -50.0},         {"v_reset", -65.0},
                   {"refractory_ms", 2.0},         {"v_init", kInitialMean[p]},
                   {"v_init_std", kInitialStd[p]}, {"spike_at", std::string("reached")}};
    if (drive == Drive::dc)
      lif["i_offset"] = kBackground[p] * kBackgroundHz * weight * kTauSyn / 1000;
    network.populations.push_back(population(kNames[p], kNeurons[p] * scale, "lif_exp", lif));
  }
  for (std::size_t target = 0; target < kLayers; ++target)
    for (std::size_t source = 0; source < kLayers; ++source)
      if (kProbability[target][source] > 0)
        connect(network, kNames[source], kNames[target], layer_rule(target, source, weight, scale),
                1.5);
  for (std::size_t p = 0; p < kLayers && drive == Drive::poisson; ++p) {
    const std::string name = std::string("drive_") + kNames[p];
    network.populations.push_back(population(name, kNeurons[p] * scale, "poisson",
                                             {{"rate_hz", kBackground[p] * kBackgroundHz}}));
    connect(network, name, kNames[p], pairs(weight), 1.5);
  }
  return network;
}

double published_rate_hz(const Network& network, std::string_view population) {
  if (network.name == "microcircuit")
    for (std::size_t p = 0; p < kLayers; ++p)
      if (population == kNames[p]) return kPublishedHz[p];
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace synfire
