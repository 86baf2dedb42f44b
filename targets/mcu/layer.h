// From a projection and its target population to the kernel that serves them.
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
};

/// The layer's kernel and its constants; `in` and `out` have no places yet. Throws
/// `target_unsupported` where there is no kernel.
Layer make_layer(const LayerContext& context, const Projection& projection);

/// Whether the output may take the place of the input: each position is read before it is written.
bool works_in_place(const Layer& layer);
/// The same, one plane further: each channel is read before its neighbour is written.
bool works_one_plane_on(const Layer& layer);

}  // namespace synfire::mcu
