// Random rules become rows, and projections become deliveries.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/engine/delivery.h"
#include "core/engine/rules.h"

namespace synfire {
namespace {

constexpr std::int64_t kMaxSynapses = std::int64_t{1} << 31;

/// Rows of the synapses that share one delay.
struct DelayGroup {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> targets;
  std::vector<std::size_t> synapses;
};

Tensor take(const Tensor& weight, const std::vector<std::size_t>& synapses) {
  if (weight.size() == 1) return weight;
  Tensor taken(weight.type(), {static_cast<std::int64_t>(synapses.size())});
  const std::size_t width = size_of(weight.type());
  for (std::size_t i = 0; i < synapses.size(); ++i)
    std::memcpy(taken.bytes().data() + i * width, weight.bytes().data() + synapses[i] * width,
                width);
  return taken;
}

std::map<std::int32_t, DelayGroup> split_by_delay(const Sparse& rows, double dt_ms) {
  std::map<std::int32_t, DelayGroup> groups;
  const auto delay = rows.delay.as<double>();
  for (const double d : delay) groups[delay_steps(d, dt_ms)];
  const auto offsets = rows.offsets.as<std::int64_t>();
  for (auto& [steps, group] : groups) group.offsets.push_back(0);
  for (std::size_t source = 0; source + 1 < offsets.size(); ++source) {
    for (auto s = static_cast<std::size_t>(offsets[source]);
         s < static_cast<std::size_t>(offsets[source + 1]); ++s) {
      DelayGroup& group = groups[delay_steps(delay[s], dt_ms)];
      group.targets.push_back(rows.targets.as<std::int32_t>()[s]);
      group.synapses.push_back(s);
    }
    for (auto& [steps, group] : groups)
      group.offsets.push_back(static_cast<std::int64_t>(group.targets.size()));
  }
  return groups;
}

std::vector<DelayedDelivery> compile_sparse(const Sparse& rows, double delay_ms, double dt_ms) {
  std::vector<DelayedDelivery> result;
  if (rows.delay.empty()) {
    result.push_back({delay_steps(delay_ms, dt_ms), make_sparse(rows)});
    return result;
  }
  for (const auto& [steps, group] : split_by_delay(rows, dt_ms)) {
    const Sparse part{Tensor::of({static_cast<std::int64_t>(group.offsets.size())}, group.offsets),
                      Tensor::of({static_cast<std::int64_t>(group.targets.size())}, group.targets),
                      take(rows.weight, group.synapses), Tensor()};
    result.push_back({steps, make_sparse(part)});
  }
  return result;
}

struct Compile {
  const Network& network;
  const Projection& projection;
  const Population& source;
  const Population& target;
  std::uint64_t index;
  Kernels kernels;

  std::vector<DelayedDelivery> operator()(const Sparse& rows) const {
    return compile_sparse(rows, projection.delay_ms, network.dt_ms);
  }
  std::vector<DelayedDelivery> operator()(const RandomRule&) const {
    return (*this)(expand(network, index));
  }
  std::vector<DelayedDelivery> operator()(const Dense& dense) const {
    return one(make_dense(dense, kernels));
  }
  std::vector<DelayedDelivery> operator()(const OneToOne& pairs) const {
    return one(make_one_to_one(pairs));
  }
  std::vector<DelayedDelivery> operator()(const Conv2d& conv) const {
    return one(make_conv(conv, map_size(source.shape, conv.layout),
                         map_size(target.shape, conv.layout), kernels));
  }
  std::vector<DelayedDelivery> operator()(const Pool2d& pool) const {
    return one(make_pool(pool, map_size(source.shape, pool.layout),
                         map_size(target.shape, pool.layout), kernels));
  }

 private:
  std::vector<DelayedDelivery> one(std::unique_ptr<const Delivery> delivery) const {
    std::vector<DelayedDelivery> result;
    result.push_back({delay_steps(projection.delay_ms, network.dt_ms), std::move(delivery)});
    return result;
  }
};

/// A drawn synapse; sorted by source, those of a target in the order drawn.
struct DrawnSynapse {
  std::uint32_t source;
  std::int32_t target;
  float weight;
  std::int32_t delay_steps;
};

std::vector<DrawnSynapse> draw_all(const Network& network, std::size_t index,
                                   const RandomRule& rule) {
  const std::int64_t targets = network.population(network.projections[index].target).size();
  RuleSampler sampler(network, index, 0, targets);
  std::vector<DrawnSynapse> synapses;
  std::vector<std::uint32_t> sources;
  std::vector<float> weights;
  std::vector<std::int32_t> delays;
  for (std::int64_t target = 0; target < targets; ++target) {
    sampler.draw_sources(target, sources);
    sampler.draw_weights(target, sources.size(), weights);
    if (rule.delay_ms) sampler.draw_delays(target, sources.size(), delays);
    for (std::size_t i = 0; i < sources.size(); ++i)
      synapses.push_back({sources[i], static_cast<std::int32_t>(target), weights[i],
                          rule.delay_ms ? delays[i] : 0});
    if (static_cast<std::int64_t>(synapses.size()) >= kMaxSynapses)
      fail(Code::resource_limit, "net.projections", "more than 2^31 synapses in one projection");
  }
  std::stable_sort(
      synapses.begin(), synapses.end(),
      [](const DrawnSynapse& a, const DrawnSynapse& b) { return a.source < b.source; });
  return synapses;
}

}  // namespace

Sparse expand(const Network& network, std::size_t projection) {
  const auto& rule = std::get<RandomRule>(network.projections[projection].connectivity);
  const auto synapses = draw_all(network, projection, rule);
  const auto sources =
      static_cast<std::size_t>(network.population(network.projections[projection].source).size());
  std::vector<std::int64_t> offsets(sources + 1);
  std::vector<std::int32_t> targets;
  std::vector<float> weights;
  std::vector<double> delays;
  for (const DrawnSynapse& synapse : synapses) {
    ++offsets[synapse.source + 1];
    targets.push_back(synapse.target);
    if (!rule.weight.is_constant()) weights.push_back(synapse.weight);
    if (rule.delay_ms) delays.push_back(synapse.delay_steps * network.dt_ms);
  }
  for (std::size_t s = 1; s < offsets.size(); ++s) offsets[s] += offsets[s - 1];
  if (weights.empty()) weights = {static_cast<float>(rule.weight.first)};
  const auto count = static_cast<std::int64_t>(targets.size());
  return {Tensor::of({static_cast<std::int64_t>(offsets.size())}, offsets),
          Tensor::of({count}, targets),
          Tensor::of({static_cast<std::int64_t>(weights.size())}, weights),
          delays.empty() ? Tensor() : Tensor::of({count}, delays)};
}

std::vector<DelayedDelivery> compile_projection(const Network& network, std::size_t index,
                                                Kernels kernels) {
  const Projection& projection = network.projections[index];
  return std::visit(Compile{network, projection, network.population(projection.source),
                            network.population(projection.target), index, kernels},
                    projection.connectivity);
}

}  // namespace synfire
