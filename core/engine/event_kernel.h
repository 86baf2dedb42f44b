// Inner loops over the events of a map (SpikeList::map): silent values are skipped, and the events
// of one source pixel are served together, two at a time, so that the sums of a target pixel stay
// in registers. No list of events is made. Exact int32 sums, the same bits as the kernels over
// whole maps (map_kernel.h). SIMD by runtime dispatch (Highway).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/engine/kernel.h"

namespace synfire::kernel {

/// Weights are held as float: one fused multiply-add per vector, exact while the magnitudes of the
/// products of one source pixel and one target neuron sum to less than 2^24.
inline constexpr std::int32_t kLargestSmall = 255;  // of the quantized codings' payloads
inline constexpr std::size_t kMostChannels = (1 << 24) / (128 * kLargestSmall) - 1;

/// A convolution that mixes channels: for every reach of every source pixel,
/// sum[target * width + j] += map[pixel * channels + c] * weight[(tap * channels + c) * width + j].
struct MixedEvents {
  std::int32_t* sum;
  const std::int16_t* map;                 // of magnitudes up to kLargestSmall
  std::size_t channels;                    // at most kMostChannels
  std::span<const std::uint32_t> offsets;  // of a source pixel's reaches; source pixels + 1
  const Reach* reach;
  const float* weight;
  std::size_t width;
};
void mix_events(const MixedEvents& events);

/// A depthwise convolution: sum[target * channels + c] += map[pixel * channels + c] *
/// weight[tap * channels + c].
struct KeptEvents {
  std::int32_t* sum;
  const std::int16_t* map;
  std::size_t channels;
  std::span<const std::uint32_t> offsets;
  const Reach* reach;
  const std::int16_t* weight;
};
void keep_events(const KeptEvents& events);

}  // namespace synfire::kernel
