// Poisson counts of many neurons in one step, vectorised.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace synfire {

/// The distribution in 16 bits and what these cannot tell: a draw of 16 bits is the number of
/// `levels` that it reaches; when it reaches all, a draw of 32 bits is the number of levels of
/// `rest` that it reaches.
struct PoissonTable {
  std::vector<std::uint16_t> levels;
  std::vector<std::uint32_t> rest;
};
/// Counts above this are not drawn.
inline constexpr int kMostPoisson = 64;
PoissonTable poisson_table(double mean);

/// Whose counts: neurons `first` (a multiple of 128) and up of population number `population`.
struct PoissonStream {
  std::uint64_t seed;
  std::uint32_t population;
  std::uint64_t first;
};

/// Counts are drawn in whole vectors: up to this many behind the last neuron's are written.
inline constexpr std::size_t kPoissonSlack = 256;

/// Neuron n takes half n % 2, the low one first, of word (n % 128) / 32 of the Philox block of
/// entity (population, 16 (n / 128) + n % 32 / 2) at `step`, so that vectors of entities give
/// neighbouring neurons; its rest is drawn from a stream of its own. Returns how many of the
/// `neurons` counts are not 0. `counts` has room for kPoissonSlack more.
std::size_t draw_poisson(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                         std::int16_t* counts, std::size_t neurons);

}  // namespace synfire
