// Spikes as words, for other ranks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/engine/spike_list.h"

namespace synfire {

/// Appends a list: a word of twice the count, plus 1 where payloads other than 1 follow the ids.
void write_spikes(const SpikeList& spikes, std::vector<std::uint32_t>& message);

/// Replaces `spikes` by the first list of `message`, and returns what follows it. Throws
/// ExchangeFailed when the message ends before its list does.
std::span<const std::uint32_t> read_spikes(std::span<const std::uint32_t> message,
                                           SpikeList& spikes);

}  // namespace synfire
