// Poisson counts of many neurons in one step, vectorised.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace synfire {

/// Cumulative distribution as 32-bit thresholds: the count is how many of them are <= the bits.
std::vector<std::uint32_t> poisson_thresholds(double mean);

/// Whose counts: neurons `first` (a multiple of 64) and up of population number `population`.
struct PoissonStream {
  std::uint64_t seed;
  std::uint32_t population;
  std::uint64_t first;
};

/// Counts are drawn in whole vectors: up to this many behind the last neuron's are written.
inline constexpr std::size_t kPoissonSlack = 128;

/// Neuron n takes word (n % 64) / 16 of the Philox block of entity (population, 16 (n / 64) + n %
/// 16) at `step`, so that vectors of entities give neighbouring neurons. Returns how many of the
/// `neurons` counts are not 0. `counts` has room for kPoissonSlack more.
std::size_t draw_poisson(const PoissonStream& stream, std::uint64_t step,
                         std::span<const std::uint32_t> thresholds, std::int16_t* counts,
                         std::size_t neurons);

}  // namespace synfire
