#include "core/net/connectivity.h"

#include <algorithm>
#include <cmath>

namespace synfire {
namespace {

struct KindName {
  std::string_view operator()(const Dense&) const { return "dense"; }
  std::string_view operator()(const Conv2d& conv) const {
    return conv.groups > 1 && conv.weight.shape().size() == 4 && conv.weight.shape()[1] == 1
               ? "depthwise"
               : "conv2d";
  }
  std::string_view operator()(const Pool2d& pool) const {
    return pool.kind == PoolKind::sum ? "sum pool" : "max pool";
  }
  std::string_view operator()(const OneToOne&) const { return "one-to-one"; }
  std::string_view operator()(const Sparse&) const { return "sparse"; }
  std::string_view operator()(const RandomRule& rule) const { return to_string(rule.kind); }
};

}  // namespace

std::string_view to_string(DistributionKind kind) {
  constexpr std::string_view names[] = {"constant", "normal", "lognormal", "uniform"};
  return names[static_cast<std::size_t>(kind)];
}

ValueRange value_range(const Distribution& d) {
  constexpr double kTail = 6.3;
  ValueRange range{d.first, d.first};
  if (d.kind == DistributionKind::uniform) range.high = d.second;
  if (d.kind == DistributionKind::normal || d.kind == DistributionKind::lognormal)
    range = {d.first - kTail * d.second, d.first + kTail * d.second};
  if (d.kind == DistributionKind::lognormal) range = {std::exp(range.low), std::exp(range.high)};
  if (d.is_constant()) return range;
  return {std::clamp(range.low, d.low, d.high), std::clamp(range.high, d.low, d.high)};
}

std::string_view to_string(RuleKind kind) {
  constexpr std::string_view names[] = {"fixed_in_degree", "fixed_out_degree", "fixed_total_number",
                                        "pairwise_bernoulli", "all_to_all"};
  return names[static_cast<std::size_t>(kind)];
}

RandomRule fixed_in_degree(std::int64_t in_degree, double weight, bool autapses, bool multapses) {
  RandomRule rule;
  rule.number = static_cast<double>(in_degree);
  rule.weight.first = weight;
  rule.autapses = autapses, rule.multapses = multapses;
  return rule;
}

RandomRule pairwise_bernoulli(double probability, double weight, bool autapses) {
  RandomRule rule;
  rule.kind = RuleKind::pairwise_bernoulli;
  rule.number = probability;
  rule.weight.first = weight;
  rule.autapses = autapses;
  return rule;
}

RandomRule all_to_all(const Distribution& weight, bool autapses) {
  RandomRule rule;
  rule.kind = RuleKind::all_to_all;
  rule.weight = weight;
  rule.autapses = autapses;
  return rule;
}

std::string_view kind_of(const Connectivity& connectivity) {
  return std::visit(KindName{}, connectivity);
}

MapSize map_size(const Shape& shape, Layout layout) {
  switch (shape.size()) {
    case 1:
      return {shape[0], 1, 1};
    case 2:
      return layout == Layout::hwc ? MapSize{shape[1], 1, shape[0]}
                                   : MapSize{shape[0], 1, shape[1]};
    case 3:
      return layout == Layout::hwc ? MapSize{shape[2], shape[0], shape[1]}
                                   : MapSize{shape[0], shape[1], shape[2]};
    default:
      return {};
  }
}

Shape map_shape(const MapSize& size, Layout layout) {
  return layout == Layout::hwc ? Shape{size.height, size.width, size.channels}
                               : Shape{size.channels, size.height, size.width};
}

std::int64_t output_extent(std::int64_t input, std::int32_t kernel, std::int32_t stride,
                           std::int32_t dilation, std::int32_t pad_before, std::int32_t pad_after) {
  const std::int64_t reach = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t padded = input + pad_before + pad_after;
  return padded < reach ? 0 : (padded - reach) / stride + 1;
}

}  // namespace synfire
