// The kinds of connectivity that a projection can have. Nothing here is unrolled into synapses;
// each kind has its own event-driven delivery kernel in core/engine.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

#include "core/base/tensor.h"

namespace synfire {

/// Order of the dimensions of a feature map: a population's shape is {channels, height, width}
/// (chw, the order of NIR) or {height, width, channels} (hwc, the order of TFLite).
enum class Layout : std::uint8_t { chw, hwc };

/// Rows and columns before and after the map: {top, bottom, left, right}.
using Padding = std::array<std::int32_t, 4>;
/// {rows, columns}
using Pair = std::array<std::int32_t, 2>;

/// Every source to every target; weight has shape {targets, sources}.
struct Dense {
  Tensor weight;
  bool operator==(const Dense&) const = default;
};

/// Cross-correlation; weight has shape {out channels, in channels / groups, kernel rows, columns}.
/// A depthwise convolution with multiplier m has groups = in channels, out channels = m * groups.
struct Conv2d {
  Tensor weight;
  Pair stride{1, 1};
  Pair dilation{1, 1};
  Padding padding{0, 0, 0, 0};
  std::int32_t groups = 1;
  Layout layout = Layout::hwc;
  bool operator==(const Conv2d&) const = default;
};

enum class PoolKind : std::uint8_t { sum, max };

/// Sum or maximum over a window of each channel; taps outside the map do not exist.
struct Pool2d {
  PoolKind kind = PoolKind::sum;
  Pair kernel{1, 1};
  Pair stride{1, 1};
  Padding padding{0, 0, 0, 0};
  Layout layout = Layout::hwc;
  bool operator==(const Pool2d&) const = default;
};

/// Source i to target i; weight has one element or one per neuron.
struct OneToOne {
  Tensor weight;
  bool operator==(const OneToOne&) const = default;
};

/// Explicit synapses in compressed rows by source.
struct Sparse {
  Tensor offsets;  // int64 {sources + 1}
  Tensor targets;  // int32 {synapses}
  Tensor weight;   // {synapses} or one element
  Tensor delay;    // float64 ms {synapses}; empty: the projection's delay
  bool operator==(const Sparse&) const = default;
};

enum class DistributionKind : std::uint8_t { constant, normal, lognormal, uniform };
std::string_view to_string(DistributionKind kind);

/// How weights or delays are drawn; values outside [low, high] are drawn again, or set to the end
/// that they are beyond when `clipped`.
struct Distribution {
  DistributionKind kind = DistributionKind::constant;
  double first = 0;   // the value; the mean; the mean of the logarithm; the low end
  double second = 0;  // -; the standard deviation; that of the logarithm; the high end
  double low = -std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::max();
  bool clipped = false;

  bool is_constant() const { return kind == DistributionKind::constant; }
  bool operator==(const Distribution&) const = default;
};

/// What a distribution can draw with a chance of more than 1e-9.
struct ValueRange {
  double low, high;
};
ValueRange value_range(const Distribution& distribution);

enum class RuleKind : std::uint8_t {
  fixed_in_degree,     // `number` sources per target
  fixed_out_degree,    // `number` targets per source
  fixed_total_number,  // `number` synapses in all
  pairwise_bernoulli,  // each ordered pair with probability `number`; never multapses
  all_to_all           // each ordered pair once
};
std::string_view to_string(RuleKind kind);

/// Synapses drawn at random; the same for the same seed of the network.
struct RandomRule {
  RuleKind kind = RuleKind::fixed_in_degree;
  double number = 0;
  Distribution weight;
  std::optional<Distribution> delay_ms;  // else the projection's delay
  bool autapses = true;
  bool multapses = true;
  bool operator==(const RandomRule&) const = default;
};

/// The most common rules, with one weight.
RandomRule fixed_in_degree(std::int64_t in_degree, double weight, bool autapses = true,
                           bool multapses = true);
RandomRule pairwise_bernoulli(double probability, double weight, bool autapses = true);
RandomRule all_to_all(const Distribution& weight, bool autapses = true);

using Connectivity = std::variant<Dense, Conv2d, Pool2d, OneToOne, Sparse, RandomRule>;

/// "dense", "conv2d", "depthwise", "pool", "one-to-one", "sparse", ...
std::string_view kind_of(const Connectivity& connectivity);

/// Feature map size: shape seen as {channels, height, width} whatever the layout.
struct MapSize {
  std::int64_t channels = 0, height = 0, width = 0;
  bool operator==(const MapSize&) const = default;
};
/// A shape of 3 dimensions in `layout`; 2 or 1 dimensions are read as 1 row.
MapSize map_size(const Shape& shape, Layout layout);
Shape map_shape(const MapSize& size, Layout layout);

/// Output rows (axis 0) or columns (axis 1) of a window operation.
std::int64_t output_extent(std::int64_t input, std::int32_t kernel, std::int32_t stride,
                           std::int32_t dilation, std::int32_t pad_before, std::int32_t pad_after);

}  // namespace synfire
