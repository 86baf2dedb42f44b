// From a population and the projections that reach it to the kernel that serves them.
#pragma once

#include "core/net/network.h"
#include "targets/mcu/plan.h"

namespace synfire::mcu {

/// A population's values as a map without a place; rows and columns swapped where `transposed`.
Map map_of(const Population& population, bool transposed);

struct LayerContext {
  const Network& network;
  bool transposed = false;
  std::int64_t word_limit = 0;
  std::int32_t shift = 12;  // of the steps that kernels have instructions for
  bool exact =
      false;  // sums are changed before the activation: weights and constants stay as they are
};

/// The layer's kernel and its constants; its maps have no places yet. Throws `target_unsupported`
/// where there is no kernel.
Layer make_layer(const LayerContext& context, const Population& target);

/// Whether the output may take the place of an input: each position is read before it is written.
bool works_in_place(const Layer& layer, const Map& input);
/// The same, one plane further: each channel is read before its neighbour is written.
bool works_one_plane_on(const Layer& layer);
/// Whether the kernel reads the bytes beside the rows of its input.
bool reads_margin(const Layer& layer);
/// Whether it writes those of its output.
bool writes_margin(const Layer& layer);

}  // namespace synfire::mcu
