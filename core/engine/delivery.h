// Event-driven delivery: one kernel per kind of connectivity; only neurons that spiked cost
// anything. Compiled deliveries are immutable and shared by all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/engine/kernel.h"
#include "core/engine/model.h"

namespace synfire {

class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Adds weight * payload * gain of every synapse of the spiking neurons to the receptor and
  /// returns the number of synapses served (SynOps).
  virtual std::uint64_t deliver(const SpikeList& spikes, std::int32_t gain,
                                const Receptor& receptor) const = 0;
};

/// A delivery and the delay, in steps, after which it serves its source's spikes.
struct DelayedDelivery {
  std::int32_t delay_steps = 1;
  std::unique_ptr<const Delivery> delivery;
};

/// Compiles a projection: one entry per distinct delay. Random rules are expanded here, keyed by
/// (seed, projection, target), so that the same seed gives the same synapses anywhere.
std::vector<DelayedDelivery> compile_projection(const Network& network, std::size_t projection);

/// Explicit rows of a random rule.
Sparse expand(const FixedInDegree& rule, std::int64_t sources, std::int64_t targets,
              bool same_population, std::uint64_t seed, std::uint64_t projection);
Sparse expand(const PairwiseBernoulli& rule, std::int64_t sources, std::int64_t targets,
              bool same_population, std::uint64_t seed, std::uint64_t projection);

/// Which target pixels a source pixel reaches, and through which kernel tap.
struct WindowMap {
  using Reach = kernel::Reach;
  std::vector<std::uint32_t> offsets;  // source pixels + 1
  std::vector<Reach> reach;
  std::int32_t taps = 0;
};
WindowMap window_map(const MapSize& source, const MapSize& target, Pair kernel, Pair stride,
                     Pair dilation, const Padding& padding);

// The kernels' factories, by connectivity; used by compile_projection.
std::unique_ptr<const Delivery> make_dense(const Dense& dense);
std::unique_ptr<const Delivery> make_conv(const Conv2d& conv, const MapSize& source,
                                          const MapSize& target);
std::unique_ptr<const Delivery> make_pool(const Pool2d& pool, const MapSize& source,
                                          const MapSize& target);
std::unique_ptr<const Delivery> make_one_to_one(const OneToOne& one);
std::unique_ptr<const Delivery> make_sparse(const Sparse& rows);

}  // namespace synfire
