// A network with synapses that change, and what pair STDP makes of their weights by its definition.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "core/engine/plastic_weights.h"
#include "support/networks.h"

namespace synfire::test {

/// Two populations that noise drives at many rates, some of them hardly at all, with synapses of
/// several delays from the first to the second; projection 0 is the one that `plasticity` changes.
inline Network noisy_network(Stage plasticity, Stage synapse = {}) {
  Network network;
  network.dt_ms = 0.5;
  network.seed = 3;
  const Parameters lif{{"tau_mem_ms", 10.0},
                       {"v_threshold", 1.0},
                       {"reset", std::string("zero")},
                       {"refractory_ms", 2.0},
                       {"input", std::string("delta")}};
  std::mt19937 random(7);
  for (const auto& [name, size] : {std::pair{"a", 300}, std::pair{"b", 200}}) {
    network.populations.push_back(float_population(name, {size}, "lif"));
    network.populations.back().parameters = lif;
    std::vector<float> offsets(static_cast<std::size_t>(size));
    for (float& offset : offsets) {
      offset = 0.1F + 0.9F * static_cast<float>(random() % 100) / 100;
      if (random() % 16 == 0) offset = -0.7F;
    }
    network.populations.back().parameters["i_offset"] = Tensor::of({size}, offsets);
  }
  for (const auto& [name, size] : {std::pair{"noise_a", 300}, std::pair{"noise_b", 200}}) {
    network.populations.push_back(float_population(name, {size}, "poisson"));
    network.populations.back().parameters["rate_hz"] = 150.0;
  }
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> targets;
  std::vector<double> delays;
  for (int source = 0; source < 300; ++source) {
    for (int i = 0; i < 8; ++i) {
      targets.push_back(static_cast<std::int32_t>(random() % 200));
      delays.push_back(0.5 * static_cast<double>(2 + random() % 6));
    }
    offsets.push_back(static_cast<std::int64_t>(targets.size()));
  }
  const auto count = static_cast<std::int64_t>(targets.size());
  const Tensor noise = Tensor::of({1}, std::vector<float>{0.3F});
  network.projections = {
      connect("a", "b",
              Sparse{Tensor::of({301}, offsets), Tensor::of({count}, targets),
                     Tensor::of({1}, std::vector<float>{0.0625F}), Tensor::of({count}, delays)}),
      connect("b", "a", fixed_in_degree(5, -0.03125), 1.0),
      connect("noise_a", "a", OneToOne{noise}, 1.0), connect("noise_b", "b", OneToOne{noise}, 1.0)};
  network.projections[0].plasticity = std::move(plasticity);
  network.projections[0].synapse = std::move(synapse);
  return network;
}

inline Stage pair_rule(double dendritic) {
  return {"stdp_pair",
          {{"tau_plus_ms", 17.0},
           {"tau_minus_ms", 34.0},
           {"a_plus", 0.01},
           {"a_minus", 0.008},
           {"w_max", 0.125},
           {"dendritic_delay_ms", dendritic}}};
}

using Times = std::vector<double>;

/// A weight after additive pairs of all spikes, one after the other, that have come to the synapse
/// and its target before `end`.
inline double weight_after_pairs(const Times& pre, const Times& post, double delay,
                                 double dendritic, double end) {
  // At the synapse; arrivals come before spikes of the same time.
  std::vector<std::pair<double, bool>> events;
  for (const double time : pre)
    if (time + delay < end) events.emplace_back(time + delay - dendritic, false);
  for (const double time : post)
    if (time + 2 * dendritic < end) events.emplace_back(time + dendritic, true);
  std::sort(events.begin(), events.end());
  double x = 0, y = 0, last = 0, w = 0.0625;
  for (const auto& [time, is_post] : events) {
    x *= std::exp(-(time - last) / 17), y *= std::exp(-(time - last) / 34), last = time;
    w = std::clamp(w + 0.125 * (is_post ? 0.01 * x : -0.008 * y), 0.0, 0.125);
    ++(is_post ? y : x);
  }
  return w;
}

using Expected = std::vector<std::tuple<std::uint32_t, std::uint32_t, double>>;

/// Of projection 0, in the order of (source, target, weight), by the spikes of its two populations.
inline Expected weights_of_pairs(const Network& network, const std::vector<Times>& pre,
                                 const std::vector<Times>& post, double dendritic, double end) {
  const auto& sparse = std::get<Sparse>(network.projections[0].connectivity);
  const auto offsets = sparse.offsets.as<std::int64_t>();
  Expected expected;
  for (std::uint32_t source = 0; source < pre.size(); ++source)
    for (auto s = static_cast<std::size_t>(offsets[source]);
         s < static_cast<std::size_t>(offsets[source + 1]); ++s) {
      const auto target = static_cast<std::uint32_t>(sparse.targets.as<std::int32_t>()[s]);
      expected.emplace_back(source, target,
                            weight_after_pairs(pre[source], post[target],
                                               sparse.delay.as<double>()[s], dendritic, end));
    }
  std::sort(expected.begin(), expected.end());
  return expected;
}

inline void expect_weights(const PlasticWeights& weights, const Expected& expected) {
  ASSERT_EQ(weights.weights.size(), expected.size());
  double changed = 0;
  for (std::size_t s = 0; s < expected.size(); ++s) {
    const auto& [source, target, weight] = expected[s];
    ASSERT_EQ(weights.sources[s], source);
    ASSERT_EQ(weights.targets[s], target);
    ASSERT_NEAR(weights.weights[s], weight, 3e-7) << source << " -> " << target;
    changed += std::abs(weight - 0.0625) / static_cast<double>(expected.size());
  }
  EXPECT_GT(changed, 0.005);
}

}  // namespace synfire::test
