// Spikes as words: what is read is what was written.
#include "core/engine/spike_message.h"

#include <gtest/gtest.h>

#include "core/engine/exchange.h"

namespace synfire {
namespace {

using Events = std::vector<std::pair<std::uint32_t, std::int32_t>>;

SpikeList list_of(const Events& events) {
  SpikeList spikes;
  spikes.reserve(events.size());
  for (const auto& [id, payload] : events) spikes.add(id, payload);
  return spikes;
}

Events events_of(const SpikeList& spikes) {
  Events events;
  for (std::size_t i = 0; i < spikes.size(); ++i)
    events.emplace_back(spikes.ids()[i], spikes.payloads()[i]);
  return events;
}

TEST(SpikeMessage, BringsListsOfAllKinds) {
  const std::vector<Events> lists{
      {}, {{3, 1}, {9, 1}}, {{0, 5}, {1, -2}, {65535, 1}}, {{7, INT32_MIN}}, {}, {{4, 1}}};
  std::vector<std::uint32_t> message;
  for (const Events& events : lists) write_spikes(list_of(events), message);
  std::span<const std::uint32_t> rest = message;
  SpikeList spikes = list_of({{1, 1}, {2, 2}});  // replaced
  for (const Events& events : lists) {
    rest = read_spikes(rest, spikes);
    EXPECT_EQ(events_of(spikes), events);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(SpikeMessage, BringsMapsAsEvents) {
  SpikeList map;
  std::vector<std::int32_t> values(100);
  values[20] = 1, values[70] = 3;
  map.set_values(values);
  std::vector<std::uint32_t> message;
  write_spikes(map, message);
  SpikeList spikes;
  EXPECT_TRUE(read_spikes(message, spikes).empty());
  EXPECT_EQ(events_of(spikes), (Events{{20, 1}, {70, 3}}));
}

TEST(SpikeMessage, SaysWhenItIsCutShort) {
  std::vector<std::uint32_t> message;
  write_spikes(list_of({{1, 2}, {3, 4}}), message);
  SpikeList spikes;
  for (std::size_t words = 0; words < message.size(); ++words)
    EXPECT_THROW(read_spikes(std::span(message).first(words), spikes), ExchangeFailed);
}

}  // namespace
}  // namespace synfire
