#include "targets/cpu/ceiling.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/base/random_sequence.h"
#include "core/engine/huge_array.h"

namespace synfire {
namespace {

constexpr std::size_t kSynapses = 10'000'000;
constexpr int kPasses = 5;

struct Synapse {
  std::uint16_t target;
  std::int16_t weight;
};

/// Targets ascend within a row, as they do in the engine's rows: one in each of `row` equal parts.
HugeArray<Synapse> random_rows(std::size_t neurons, std::size_t row) {
  HugeArray<Synapse> rows(kSynapses / row * row);
  RandomSequence random(Random(1, Stream::connectivity, 0));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t place = ((i % row) << 32) + random.bits();
    rows[i] = {static_cast<std::uint16_t>((place * neurons / row) >> 32),
               static_cast<std::int16_t>(random.below(200))};
  }
  return rows;
}

}  // namespace

double delivery_ceiling(std::size_t neurons, std::size_t row) {
  neurons = std::clamp<std::size_t>(neurons, 1, 65536);
  row = std::clamp<std::size_t>(row, 1, kSynapses);
  const HugeArray<Synapse> rows = random_rows(neurons, row);
  std::vector<std::int32_t> sums(neurons);
  double best = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < rows.size(); ++i) sums[rows[i].target] += rows[i].weight;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(rows.size()) / wall.count());
    asm volatile("" : : "r"(sums.data()) : "memory");  // the sums are wanted
  }
  return best;
}

}  // namespace synfire
