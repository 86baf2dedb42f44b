#include "converters/passes/common/fixed_weights.h"

#include <algorithm>
#include <cmath>

#include "core/engine/delivery.h"

namespace synfire {
namespace {

constexpr double kLargest = 127;

std::size_t count_of(std::int64_t count) { return static_cast<std::size_t>(count); }

[[noreturn]] void refuse(const Projection& projection, const std::string& what) {
  fail(Code::lowering_unsupported, "net.projections." + projection.name,
       what + " has no fixed-point form");
}

Tensor repeated(const Tensor& weight, std::size_t count) {
  if (weight.size() == count) return weight;
  return Tensor::of({static_cast<std::int64_t>(count)},
                    std::vector<float>(count, static_cast<float>(weight.number(0))));
}

/// A sum pool is a depthwise convolution with weights of 1.
Conv2d convolution_of(const Pool2d& pool, std::int64_t channels) {
  const Shape shape{channels, 1, pool.kernel[0], pool.kernel[1]};
  const std::vector<float> ones(count_of(element_count(shape)), 1.0F);
  return {Tensor::of(shape, ones),
          pool.stride,
          {1, 1},
          pool.padding,
          static_cast<std::int32_t>(channels),
          pool.layout};
}

Connectivity explicit_form(const Network& network, std::size_t index) {
  const Projection& projection = network.projections[index];
  const Population& source = network.population(projection.source);
  if (const auto* pool = std::get_if<Pool2d>(&projection.connectivity)) {
    if (pool->kind == PoolKind::max) refuse(projection, "a maximum of spikes");
    return convolution_of(*pool, map_size(source.shape, pool->layout).channels);
  }
  if (const auto* one = std::get_if<OneToOne>(&projection.connectivity))
    return OneToOne{repeated(one->weight, count_of(source.size()))};
  const bool drawn = std::holds_alternative<RandomRule>(projection.connectivity);
  if (!drawn && !std::holds_alternative<Sparse>(projection.connectivity))
    return projection.connectivity;
  Sparse rows = drawn ? expand(network, index) : std::get<Sparse>(projection.connectivity);
  rows.weight = repeated(rows.weight, rows.targets.size());
  return rows;
}

/// The weights of any explicit projection.
Tensor& weights_of(Connectivity& connectivity) {
  return std::visit(
      [](auto& each) -> Tensor& {
        if constexpr (requires { each.weight.size(); })
          return each.weight;
        else
          fail(Code::internal, "fixed point", "a projection without weights");
      },
      connectivity);
}

/// The neurons of one row have one scale.
class Rows {
 public:
  Rows(const Network& network, const Population& target) : of_(count_of(target.size())) {
    for (std::size_t i = 0; i < of_.size(); ++i) of_[i] = i;
    for (const Projection& projection : network.projections)
      if (projection.target == target.name)
        if (const auto* conv = std::get_if<Conv2d>(&projection.connectivity))
          join_channels(target, conv->layout);
  }
  std::size_t of(std::size_t neuron) const { return of_[neuron]; }

 private:
  void join_channels(const Population& target, Layout layout) {
    const auto channels = count_of(map_size(target.shape, layout).channels);
    const std::size_t plane = of_.size() / channels;
    for (std::size_t i = 0; i < of_.size(); ++i)
      of_[i] = layout == Layout::chw ? i / plane * plane : i % channels;
  }
  std::vector<std::size_t> of_;  // the row's first neuron
};

/// Weight `index` reaches neuron to(index), and in a convolution its whole channel.
class Reach {
 public:
  Reach(const Projection& projection, const Population& source, const Population& target)
      : connectivity_(projection.connectivity),
        sources_(count_of(source.size())),
        targets_(count_of(target.size())) {
    if (const auto* conv = std::get_if<Conv2d>(&connectivity_)) {
      channels_ = count_of(map_size(target.shape, conv->layout).channels);
      first_step_ = conv->layout == Layout::chw ? targets_ / channels_ : 1;
    }
  }

  std::size_t to(std::size_t index) const {
    if (const auto* conv = std::get_if<Conv2d>(&connectivity_))
      return index / (conv->weight.size() / channels_) * first_step_;
    if (const auto* sparse = std::get_if<Sparse>(&connectivity_))
      return count_of(sparse->targets.as<std::int32_t>()[index]);
    return std::holds_alternative<Dense>(connectivity_) ? index / sources_ : index;
  }

  /// Gives every neuron of a channel what its first one has.
  void spread(std::vector<std::int64_t>& values) const {
    if (channels_ == 0) return;
    for (std::size_t i = 0; i < targets_; ++i)
      values[i] = values[first_step_ == 1 ? i % channels_ : i / first_step_ * first_step_];
  }

 private:
  const Connectivity& connectivity_;
  std::size_t sources_, targets_, channels_ = 0, first_step_ = 0;
};

class Rounding {
 public:
  Rounding(Network& network, const Population& target, std::int64_t most_events)
      : network_(network), target_(target), most_events_(most_events), rows_(network, target) {
    result_.scale.assign(count_of(target.size()), 0);
    result_.drive.assign(count_of(target.size()), 0);
  }

  FixedWeights run() {
    each([this](Projection& p, const Reach& reach) { find_largest(p, reach); });
    for (double& scale : result_.scale) scale = scale > 0 ? scale / kLargest : 1;
    each([this](Projection& p, const Reach& reach) { round(p, reach); });
    for (std::size_t i = 0; i < result_.scale.size(); ++i)
      result_.scale[i] = result_.scale[rows_.of(i)];
    return std::move(result_);
  }

 private:
  void each(auto action) {
    for (Projection& projection : network_.projections)
      if (projection.target == target_.name)
        action(projection, Reach(projection, network_.population(projection.source), target_));
  }

  void find_largest(Projection& projection, const Reach& reach) {
    const Tensor& weight = weights_of(projection.connectivity);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      double& largest = result_.scale[rows_.of(reach.to(i))];
      largest = std::max(largest, std::abs(weight.number(i)));
    }
  }

  void round(Projection& projection, const Reach& reach) {
    Tensor& weight = weights_of(projection.connectivity);
    Tensor rounded(DataType::int8, weight.shape());
    std::vector<std::int64_t> sum(result_.drive.size()), largest(result_.drive.size());
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const double wanted = weight.number(i) / result_.scale[rows_.of(reach.to(i))];
      const std::int64_t value = std::llround(wanted);
      rounded.as<std::int8_t>()[i] = static_cast<std::int8_t>(value);
      result_.error =
          std::max(result_.error, std::abs(wanted - static_cast<double>(value)) / kLargest);
      sum[reach.to(i)] += std::abs(value);
      largest[reach.to(i)] = std::max(largest[reach.to(i)], std::abs(value));
    }
    reach.spread(sum), reach.spread(largest);
    const bool from_input = network_.population(projection.source).model == "input";
    for (std::size_t i = 0; i < sum.size(); ++i)
      result_.drive[i] += from_input ? largest[i] * most_events_ : sum[i];
    weight = std::move(rounded);
  }

  Network& network_;
  const Population& target_;
  std::int64_t most_events_;
  Rows rows_;
  FixedWeights result_;
};

}  // namespace

void make_explicit(Network& network) {
  std::vector<Diagnostic> faults;
  for (std::size_t i = 0; i < network.projections.size(); ++i) {
    try {
      network.projections[i].connectivity = explicit_form(network, i);
    } catch (const Failure& failure) {
      faults.insert(faults.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    }
  }
  if (!faults.empty()) throw Failure(std::move(faults));
}

FixedWeights round_weights(Network& network, const Population& target, std::int64_t most_events) {
  return Rounding(network, target, most_events).run();
}

}  // namespace synfire
