// When serving every value of a map is faster than serving its events.
#pragma once

#include <cstddef>

namespace synfire {

/// A projection that mixes channels, as its kernels see it.
struct MixingWork {
  std::size_t source_pixels = 1;
  std::size_t channels = 0;  // of a source pixel
  std::size_t reaches = 1;   // pairs of a source and a target pixel
  std::size_t target_pixels = 1;
  std::size_t values = 0;  // that a target pixel reads
  std::size_t width = 0;   // target channels
};

/// The part of the source's neurons that must spike for kernel::mix_pixels to be faster than
/// kernel::mix_events; above 1 where it never is.
double break_even_activity(const MixingWork& work);

}  // namespace synfire
