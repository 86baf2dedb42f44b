// A convolution over a whole map of payloads: what an ANN's kernel does, for steps in which so many
// neurons spike that serving every value is faster than serving the events.
#pragma once

#include <memory>

#include "core/engine/delivery.h"

namespace synfire {

class DenseConv {
 public:
  virtual ~DenseConv() = default;
  /// Adds weight * payload of every synapse to `sum`, hwc; the spikes have a map.
  virtual void add(const SpikeList& spikes, std::int32_t* sum) const = 0;
  /// The part of the map that must spike before this is faster than events, each of which reaches
  /// targets as `map` says.
  virtual double break_even(const WindowMap& map) const = 0;
};

/// Null where there is no such kernel: chw, weights wider than 8 bits, groups of several channels.
std::unique_ptr<const DenseConv> make_dense_conv(const Conv2d& conv, const MapSize& source,
                                                 const MapSize& target);

}  // namespace synfire
