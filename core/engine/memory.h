// Refusing a network before it is built beats being killed while it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/engine/exchange.h"
#include "core/net/network.h"

namespace synfire {

/// Bytes that can be had without swapping, as the kernel estimates it; a great number where it does
/// not say.
std::uint64_t available_memory();

/// Throws resource_limit when `bytes` are more than there are; `what` needs them.
void require_memory(std::uint64_t bytes, std::string_view where, std::string_view what);

/// What the parallel clock engine needs for a network, from the numbers that its rules are expected
/// to give: synapses, the places of their rows, the spikes on their way, the neurons' states.
std::uint64_t clock_memory(const Network& network, std::size_t shards);
/// What it needs at most while it builds the rows: one source population after the other, the
/// largest first, has its synapses gathered beside the rows that there are.
std::uint64_t build_memory(const Network& network, std::size_t shards);
/// require_memory for all ranks on this machine together, each with its part of the `shards`.
/// `exchange` may be null.
void require_clock_memory(const Network& network, std::size_t shards, Exchange* exchange);

}  // namespace synfire
