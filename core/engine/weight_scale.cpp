#include "core/engine/weight_scale.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/short_text.h"
#include "core/engine/rules.h"

namespace synfire {
namespace {

constexpr double kSumLimit = 0x1p30;
constexpr double kStoredLimit = 32767;

double largest(const Tensor& weight) {
  double most = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) most = std::max(most, std::abs(weight.number(i)));
  return most;
}

double largest(const Distribution& weight) {
  const auto [low, high] = value_range(weight);
  return std::max(std::abs(low), std::abs(high));
}

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

bool stores_weights(const Projection& projection) {
  if (const auto* const rows = std::get_if<Sparse>(&projection.connectivity))
    return rows->weight.size() != 1;
  const auto* const rule = std::get_if<RandomRule>(&projection.connectivity);
  return rule != nullptr && !rule->weight.is_constant();
}

double largest_weight(const Projection& projection) {
  return std::visit(LargestWeight{}, projection.connectivity);
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
    relative_error_ = std::max(relative_error_, std::abs(kept(projection) - weight) / weight);
  }
}

/// What becomes of the projection's largest weight.
double WeightScale::kept(const Projection& projection) const {
  const double grid = quantum(projection.receptor) * unit(projection);
  return std::round(largest_weight(projection) / grid) * grid;
}

void WeightScale::require_precision(const Network& network) const {
  constexpr double kMostError = 0.01;
  Diagnostics found;
  for (const Projection& projection : network.projections) {
    const double weight = largest_weight(projection);
    const double error = weight > 0 ? std::abs(kept(projection) - weight) / weight : 0;
    if (!(error <= kMostError))
      found.error(Code::weight_precision, "net.projections." + projection.name,
                  "the largest weight " + short_text(weight) + " would become " +
                      short_text(kept(projection)) + ", as inputs to one receptor can reach " +
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
  if (!stores_weights(projection)) return 1;
  const double range = largest_weight(projection) / quantum(projection.receptor);
  // A power of two: weights that are exact in quanta of any size stay exact.
  return static_cast<std::int32_t>(
      std::exp2(std::max(0.0, std::ceil(std::log2(range / kStoredLimit)))));
}

}  // namespace synfire
