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

/// The same for the synapses of a network in the parallel clock engine: those of all ranks on this
/// machine. `exchange` may be null.
void require_synapse_memory(const Network& network, Exchange* exchange);

}  // namespace synfire
