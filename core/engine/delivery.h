// Event-driven delivery: one kernel per kind of connectivity; only neurons that spiked cost
// anything. Compiled deliveries are immutable and shared by all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/engine/kernel.h"
#include "core/engine/model.h"

namespace synfire {

/// How spikes are served where there is a choice; the sums are the same bits.
enum class Kernels : std::uint8_t {
  automatic,  // by the step's activity
  event,      // only the neurons that spiked
  dense       // every neuron, where a kernel for it exists
};
inline constexpr std::string_view kKernelNames[] = {"auto", "event", "dense"};

struct Delivered {
  std::uint64_t synops = 0;  // synapses of the neurons that spiked, however they were served
  bool dense = false;
};

class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Adds weight * payload * gain of every synapse of the spiking neurons to the receptor.
  virtual Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                            const Receptor& receptor) const = 0;
};

/// Whether a step's spikes are served as a map: they must come as one, unscaled, and be more than
/// the part `break_even` of the neurons or asked for.
inline bool serves_map(Kernels kernels, const SpikeList& spikes, std::int32_t gain,
                       double break_even) {
  if (kernels == Kernels::event || gain != 1 || spikes.map().empty()) return false;
  return kernels == Kernels::dense ||
         static_cast<double>(spikes.size()) > break_even * static_cast<double>(spikes.map().size());
}

/// A delivery and the delay, in steps, after which it serves its source's spikes.
struct DelayedDelivery {
  std::int32_t delay_steps = 1;
  std::unique_ptr<const Delivery> delivery;
};

/// Compiles a projection: one entry per distinct delay. Random rules are expanded here, keyed by
/// (seed, projection, target), so that the same seed gives the same synapses anywhere.
std::vector<DelayedDelivery> compile_projection(const Network& network, std::size_t projection,
                                                Kernels kernels = Kernels::automatic);

/// Explicit rows of projection number `projection`, which has a random rule.
Sparse expand(const Network& network, std::size_t projection);

/// Which target pixels a source pixel reaches, and through which kernel tap.
struct WindowMap {
  using Reach = kernel::Reach;
  std::vector<std::uint32_t> offsets;  // source pixels + 1
  std::vector<Reach> reach;
  std::int32_t taps = 0;

  std::span<const Reach> of(std::size_t pixel) const {
    return {reach.data() + offsets[pixel], offsets[pixel + 1] - offsets[pixel]};
  }
  /// Target pixels of every source pixel, times `outputs`.
  std::vector<std::uint32_t> fan_out(std::size_t outputs) const;
};
WindowMap window_map(const MapSize& source, const MapSize& target, Pair kernel, Pair stride,
                     Pair dilation, const Padding& padding);

// The kernels' factories, by connectivity; used by compile_projection.
std::unique_ptr<const Delivery> make_dense(const Dense& dense, Kernels kernels);
std::unique_ptr<const Delivery> make_conv(const Conv2d& conv, const MapSize& source,
                                          const MapSize& target, Kernels kernels);
std::unique_ptr<const Delivery> make_pool(const Pool2d& pool, const MapSize& source,
                                          const MapSize& target, Kernels kernels);
std::unique_ptr<const Delivery> make_one_to_one(const OneToOne& one);
std::unique_ptr<const Delivery> make_sparse(const Sparse& rows);

}  // namespace synfire
