#include "core/engine/weight_scale.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/base/short_text.h"
#include "core/engine/rules.h"

namespace synfire {
namespace {

constexpr double kSumLimit = 0x1p30;
constexpr double kStoredLimit = 32767;
/// With 16 bits, weights this much below the largest are off by 1 % at most.
constexpr double kMostSpread = 0.01 * kStoredLimit;
constexpr double kMostError = 0.01;

double largest(const Tensor& weight) {
  double most = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) most = std::max(most, std::abs(weight.number(i)));
  return most;
}

double largest(const Distribution& weight) {
  const auto [low, high] = value_range(weight);
  return std::max(std::abs(low), std::abs(high));
}

double typical(const Tensor& weight) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (const double size = std::abs(weight.number(i)); size > 0) sizes.push_back(size);
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

double typical(const Distribution& weight) {
  const double most = largest(weight);
  const auto within = [most](double size) { return std::min(size, most); };
  switch (weight.kind) {
    case DistributionKind::constant:
      return most;
    case DistributionKind::normal:
      return within(std::max(std::abs(weight.first), weight.second));
    case DistributionKind::lognormal:
      return within(std::exp(weight.first));
    case DistributionKind::uniform:
      return most / 2;
  }
  return most;
}

struct TypicalWeight {
  double operator()(const OneToOne& one) const { return typical(one.weight); }
  double operator()(const Sparse& rows) const { return typical(rows.weight); }
  double operator()(const RandomRule& rule) const { return typical(rule.weight); }
  double operator()(const auto&) const { return 0; }
};

struct LargestWeight {
  double operator()(const OneToOne& one) const { return largest(one.weight); }
  double operator()(const Sparse& rows) const { return largest(rows.weight); }
  double operator()(const RandomRule& rule) const { return largest(rule.weight); }
  double operator()(const auto&) const { return 0; }
};

/// A bound on the inputs that one target can get from the projection in one step.
struct LargestInDegree {
  const Network& network;
  const Projection& projection;

  double sources() const {
    return static_cast<double>(network.population(projection.source).size());
  }
  double operator()(const OneToOne&) const { return 1; }
  double operator()(const RandomRule& rule) const {
    if (rule.kind == RuleKind::fixed_in_degree) return rule.number;
    if (rule.kind == RuleKind::all_to_all) return sources();
    const auto targets = static_cast<double>(network.population(projection.target).size());
    double mean = sources() * rule.number;
    if (rule.kind == RuleKind::fixed_total_number) mean = rule.number / targets;
    if (rule.kind == RuleKind::fixed_out_degree) mean = sources() * rule.number / targets;
    // Ten standard deviations above the mean: no target of any network gets more.
    return mean + 10 * std::sqrt(mean) + 10;
  }
  double operator()(const Sparse& rows) const {
    std::vector<std::int64_t> degree(
        static_cast<std::size_t>(network.population(projection.target).size()), 0);
    std::int64_t most = 0;
    for (const std::int32_t target : rows.targets.as<std::int32_t>())
      most = std::max(most, ++degree[static_cast<std::size_t>(target)]);
    return static_cast<double>(most);
  }
  double operator()(const auto&) const { return 0; }
};

}  // namespace

double weight_bound(const Projection& projection) {
  const double bound = number_or(projection.plasticity.parameters, "w_max", 0,
                                 "net.projections." + projection.name + ".plasticity");
  return bound > 0 ? bound : 2 * std::visit(LargestWeight{}, projection.connectivity);
}

bool stores_weights(const Projection& projection) {
  return !projection.is_static() || has_many_weights(projection);
}

bool has_many_weights(const Projection& projection) {
  if (const auto* const rows = std::get_if<Sparse>(&projection.connectivity))
    return rows->weight.size() != 1;
  const auto* const rule = std::get_if<RandomRule>(&projection.connectivity);
  return rule != nullptr && !rule->weight.is_constant();
}

WeightBits weight_bits(const Projection& projection) {
  if (!projection.is_static()) return WeightBits::b32;  // a float
  if (!stores_weights(projection)) return WeightBits::none;
  return largest_weight(projection) <= kMostSpread * typical_weight(projection) ? WeightBits::b16
                                                                                : WeightBits::b32;
}

double largest_weight(const Projection& projection) {
  if (!projection.plasticity.name.empty()) return weight_bound(projection);
  return std::visit(LargestWeight{}, projection.connectivity);
}

double typical_weight(const Projection& projection) {
  return std::visit(TypicalWeight{}, projection.connectivity);
}

WeightScale::WeightScale(const Network& network, std::int32_t receptors,
                         const std::vector<std::int32_t>& most_spikes) {
  for (std::int32_t receptor = 0; receptor < receptors; ++receptor) {
    std::map<std::string_view, double> sums;
    for (const Projection& projection : network.projections)
      if (projection.receptor == receptor)
        sums[projection.target] +=
            largest_weight(projection) *
            std::visit(LargestInDegree{network, projection}, projection.connectivity) *
            most_spikes[network.index_of(projection.source)];
    double most = 0;
    for (const auto& [target, sum] : sums) most = std::max(most, sum);
    quantum_.push_back(most > 0 ? std::exp2(std::ceil(std::log2(most / kSumLimit))) : 1.0);
  }
  for (const Projection& projection : network.projections) {
    const double weight = largest_weight(projection);
    if (weight == 0) continue;
    relative_error_ =
        std::max(relative_error_, std::abs(kept(weight, projection) - weight) / weight);
  }
}

double WeightScale::grid(const Projection& projection) const {
  return quantum(projection.receptor) * unit(projection);
}

double WeightScale::kept(double weight, const Projection& projection) const {
  return std::round(weight / grid(projection)) * grid(projection);
}

void WeightScale::require_precision(const Network& network) const {
  Diagnostics found;
  for (const Projection& projection : network.projections) {
    const double weight = typical_weight(projection);
    // One weight has one error; of many, the worst that can be.
    const double error = stores_weights(projection) ? grid(projection) / 2
                                                    : std::abs(kept(weight, projection) - weight);
    if (error <= kMostError * weight) continue;
    found.error(Code::weight_precision, "net.projections." + projection.name,
                "weights of " + short_text(weight) + " would be off by up to " + short_text(error) +
                    ", as inputs to one receptor can reach " +
                    short_text(quantum(projection.receptor) * kSumLimit) + " in one step",
                "bring the weights onto this receptor closer together, lower the largest "
                "in-degree, or use another receptor");
  }
  found.throw_if_error();
}

std::int32_t WeightScale::fixed(double weight, std::int32_t receptor) const {
  return static_cast<std::int32_t>(std::llround(weight / quantum(receptor)));
}

std::int32_t WeightScale::unit(const Projection& projection) const {
  if (weight_bits(projection) != WeightBits::b16) return 1;
  const double range = largest_weight(projection) / quantum(projection.receptor);
  // A power of two: weights that are exact in quanta of any size stay exact.
  return static_cast<std::int32_t>(
      std::exp2(std::max(0.0, std::ceil(std::log2(range / kStoredLimit)))));
}

}  // namespace synfire
