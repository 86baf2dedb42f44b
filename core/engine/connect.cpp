// Random rules become rows, and projections become deliveries.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/engine/delivery.h"
#include "core/engine/rules.h"

namespace synfire {
namespace {

constexpr std::int64_t kMaxSynapses = std::int64_t{1} << 31;

/// Rows by source from each target's list of sources; targets ascend within a row.
class RowBuilder {
 public:
  RowBuilder(std::int64_t sources, double weight)
      : offsets_(static_cast<std::size_t>(sources) + 1), weight_(static_cast<float>(weight)) {}

  void add(std::uint32_t source, std::int32_t target) {
    if (static_cast<std::int64_t>(pairs_.size()) >= kMaxSynapses)
      fail(Code::resource_limit, "net.projections", "more than 2^31 synapses in one projection");
    ++offsets_[source + 1];
    pairs_.emplace_back(source, target);
  }

  Sparse rows() {
    for (std::size_t s = 1; s < offsets_.size(); ++s) offsets_[s] += offsets_[s - 1];
    std::vector<std::int64_t> next(offsets_.begin(), offsets_.end() - 1);
    std::vector<std::int32_t> targets(pairs_.size());
    for (const auto& [source, target] : pairs_)
      targets[static_cast<std::size_t>(next[source]++)] = target;
    const auto count = static_cast<std::int64_t>(targets.size());
    return {Tensor::of({static_cast<std::int64_t>(offsets_.size())}, offsets_),
            Tensor::of({count}, targets), Tensor::of({1}, std::vector<float>{weight_}), Tensor()};
  }

 private:
  std::vector<std::int64_t> offsets_;
  std::vector<std::pair<std::uint32_t, std::int32_t>> pairs_;
  float weight_;
};

/// Rows of the synapses that share one delay.
struct DelayGroup {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> targets;
  std::vector<std::size_t> synapses;
};

std::int32_t steps_of(double delay_ms, double dt_ms) {
  return std::max(1, static_cast<std::int32_t>(std::lround(delay_ms / dt_ms)));
}

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
  for (const double d : delay) groups[steps_of(d, dt_ms)];
  const auto offsets = rows.offsets.as<std::int64_t>();
  for (auto& [steps, group] : groups) group.offsets.push_back(0);
  for (std::size_t source = 0; source + 1 < offsets.size(); ++source) {
    for (auto s = static_cast<std::size_t>(offsets[source]);
         s < static_cast<std::size_t>(offsets[source + 1]); ++s) {
      DelayGroup& group = groups[steps_of(delay[s], dt_ms)];
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
    result.push_back({steps_of(delay_ms, dt_ms), make_sparse(rows)});
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
  std::vector<DelayedDelivery> operator()(const FixedInDegree& rule) const {
    return expanded(rule);
  }
  std::vector<DelayedDelivery> operator()(const PairwiseBernoulli& rule) const {
    return expanded(rule);
  }
  std::vector<DelayedDelivery> operator()(const Dense& dense) const {
    return one(make_dense(dense));
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
  template <typename Rule>
  std::vector<DelayedDelivery> expanded(const Rule& rule) const {
    return (*this)(expand(rule, source.size(), target.size(), source.name == target.name,
                          network.seed, index));
  }
  std::vector<DelayedDelivery> one(std::unique_ptr<const Delivery> delivery) const {
    std::vector<DelayedDelivery> result;
    result.push_back({steps_of(projection.delay_ms, network.dt_ms), std::move(delivery)});
    return result;
  }
};

template <typename Rule>
Sparse expand_rule(const Rule& rule, std::int64_t sources, std::int64_t targets,
                   bool same_population, std::uint64_t seed, std::uint64_t projection) {
  RowBuilder builder(sources, rule.weight);
  std::vector<std::uint32_t> drawn;
  for (std::int64_t target = 0; target < targets; ++target) {
    const std::int64_t excluded = same_population && !rule.autapses ? target : -1;
    draw_sources(rule, sources, excluded, connection_random(seed, projection, target), drawn);
    for (const std::uint32_t source : drawn) builder.add(source, static_cast<std::int32_t>(target));
  }
  return builder.rows();
}

}  // namespace

Sparse expand(const FixedInDegree& rule, std::int64_t sources, std::int64_t targets,
              bool same_population, std::uint64_t seed, std::uint64_t projection) {
  return expand_rule(rule, sources, targets, same_population, seed, projection);
}

Sparse expand(const PairwiseBernoulli& rule, std::int64_t sources, std::int64_t targets,
              bool same_population, std::uint64_t seed, std::uint64_t projection) {
  return expand_rule(rule, sources, targets, same_population, seed, projection);
}

std::vector<DelayedDelivery> compile_projection(const Network& network, std::size_t index,
                                                Kernels kernels) {
  const Projection& projection = network.projections[index];
  return std::visit(Compile{network, projection, network.population(projection.source),
                            network.population(projection.target), index, kernels},
                    projection.connectivity);
}

}  // namespace synfire
