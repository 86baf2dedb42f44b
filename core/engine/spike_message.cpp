#include "core/engine/spike_message.h"

#include <algorithm>

#include "core/engine/exchange.h"

namespace synfire {

void write_spikes(const SpikeList& spikes, std::vector<std::uint32_t>& message) {
  const auto ids = spikes.ids();
  const auto payloads = spikes.payloads();
  const bool graded =
      std::any_of(payloads.begin(), payloads.end(), [](std::int32_t p) { return p != 1; });
  message.push_back(static_cast<std::uint32_t>(2 * ids.size()) + (graded ? 1U : 0U));
  message.insert(message.end(), ids.begin(), ids.end());
  if (graded)
    for (const std::int32_t payload : payloads)
      message.push_back(static_cast<std::uint32_t>(payload));
}

std::span<const std::uint32_t> read_spikes(std::span<const std::uint32_t> message,
                                           SpikeList& spikes) {
  const std::size_t count = message.empty() ? 0 : message[0] / 2;
  const bool graded = !message.empty() && message[0] % 2 == 1;
  if (message.size() < 1 + count * (graded ? 2 : 1))
    throw ExchangeFailed("the spikes of another rank are cut short");
  spikes.clear();
  spikes.reserve(count);
  for (std::size_t i = 1; i <= count; ++i)
    spikes.add(message[i], graded ? static_cast<std::int32_t>(message[count + i]) : 1);
  return message.subspan(1 + count * (graded ? 2 : 1));
}

}  // namespace synfire
