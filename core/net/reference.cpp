#include "core/net/reference.h"

#include <algorithm>
#include <cmath>

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
    const FixedInDegree excitatory{std::llround(inputs), kWeight, false, true};
    const FixedInDegree inhibitory{std::llround(inputs / 4), -kG * kWeight, false, true};
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
    connect(network, "excitatory", target, PairwiseBernoulli{probability, 1.62, false}, 0.1, 0);
    connect(network, "inhibitory", target, PairwiseBernoulli{probability, -9.0, false}, 0.1, 1);
  }
  return network;
}

}  // namespace synfire
