// What it costs to serve a layer's spikes, by how many of its neurons spike.
#pragma once

#include <span>
#include <vector>

namespace synfire {

/// Seconds to serve one step of a pointwise layer, the best of several rounds.
struct ActivityCost {
  double activity = 0;  // part of the source's neurons that spike
  double event_s = 0;
  double dense_s = 0;
  double automatic_s = 0;  // the engine's choice of the two
};

inline constexpr int kActivityChannels = 64, kActivityRows = 25, kActivityColumns = 5;

/// 64 to 64 channels at 25 x 5 positions, int8 weights, payloads of 1 to 255: the layer of the
/// reference keyword network. One thread; the ways take turns. Throws `internal` when they differ
/// in any sum.
std::vector<ActivityCost> activity_costs(std::span<const double> activities);

}  // namespace synfire
