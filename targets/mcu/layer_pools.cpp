#include <algorithm>
#include <numeric>

#include "targets/mcu/layer_ends.h"

namespace synfire::mcu {
namespace {

bool same_factor(const synfire_graded_t& a, const synfire_graded_t& b) {
  return a.bias == b.bias && a.multiplier == b.multiplier && a.shift == b.shift;
}

/// TFLite's MEAN: a pool whose sums are rescaled like those of a linear layer.
Layer make_mean(const Ends& ends, const Pool2d& pool) {
  expect_map(ends, pool.layout);
  Layer layer = new_layer(ends);
  if (pool.padding != Padding{}) refuse(ends, "a mean over padding");
  layer.work =
      Mean{window_of(pool.kernel, pool.stride, {1, 1}, pool.padding, ends.context.transposed), 1,
           one_neuron_of(ends, layer.out.channels, "a mean")};
  return layer;
}

}  // namespace

synfire_graded_t one_neuron_of(const Ends& ends, std::int64_t channels, const std::string& what) {
  const std::vector<synfire_graded_t> neurons = neurons_of(ends, channels);
  const auto same = [&](const synfire_graded_t& n) { return same_factor(n, neurons.front()); };
  if (!std::ranges::all_of(neurons, same)) refuse(ends, what + " with factors by channel");
  return neurons.front();
}

Layer make(const Ends& ends, const Pool2d& pool) {
  if (pool.kind == PoolKind::sum && activation_of(ends) == "linear") return make_mean(ends, pool);
  const bool maximum = pool.kind == PoolKind::max;
  expect_activation(ends, maximum ? "maximum" : "average");
  expect_map(ends, pool.layout);
  Layer layer = new_layer(ends);
  const Population& p = ends.target;
  const Window window =
      window_of(pool.kernel, pool.stride, {1, 1}, pool.padding, ends.context.transposed);
  if (maximum)
    layer.work = Maximum{window, low_of(p), high_of(p), zero_point_of(p)};
  else
    layer.work =
        Average{window, integer(p, "input_zero_point", 0), low_of(p), high_of(p), zero_point_of(p)};
  return layer;
}

}  // namespace synfire::mcu
