#include "core/engine/exchange.h"

#include <algorithm>
#include <bit>

namespace synfire {
namespace {

/// Calls take(place, value) for the values of every rank.
template <typename Take>
void gather(Exchange& exchange, const std::vector<std::uint64_t>& values, const Take& take) {
  std::vector<std::uint32_t> words;
  for (const std::uint64_t value : values) {
    words.push_back(static_cast<std::uint32_t>(value));
    words.push_back(static_cast<std::uint32_t>(value >> 32));
  }
  std::vector<Exchange::Words> all;
  exchange.all_gather(words, all);
  for (const Exchange::Words theirs : all)
    for (std::size_t i = 0; i < values.size(); ++i)
      take(i, theirs[2 * i] | static_cast<std::uint64_t>(theirs[2 * i + 1]) << 32);
}

}  // namespace

std::vector<std::uint64_t> sum_over_ranks(Exchange* exchange, std::vector<std::uint64_t> values) {
  if (exchange == nullptr) return values;
  std::vector<std::uint64_t> sums(values.size());
  gather(*exchange, values, [&](std::size_t i, std::uint64_t value) { sums[i] += value; });
  return sums;
}

double greatest_over_ranks(Exchange* exchange, double value) {
  if (exchange == nullptr) return value;
  gather(*exchange, {std::bit_cast<std::uint64_t>(value)}, [&](std::size_t, std::uint64_t bits) {
    value = std::max(value, std::bit_cast<double>(bits));
  });
  return value;
}

}  // namespace synfire
