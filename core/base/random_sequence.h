// Many random numbers of one entity, drawn one after the other.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/random.h"

namespace synfire {

/// Word i is word (i % 128) % 64 / 16 of the block of step 32 (i / 128) + 16 (i % 128 / 64) + i %
/// 16: whole vectors of blocks are made at a time.
class RandomSequence {
 public:
  explicit RandomSequence(const Random& random) : random_(random) {}

  std::uint32_t bits() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }
  /// Uniform in [0, 1) with 32 random bits.
  double uniform() { return bits() * 0x1p-32; }
  /// Uniform integer in [0, bound), as Random::below.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((std::uint64_t{bits()} * bound) >> 32);
  }
  /// Standard normal: Marsaglia and Tsang, "The ziggurat method for generating random variables",
  /// J. Statist. Software 5, 2000, with 128 layers; 99 of 100 draws take one word.
  double normal();

 private:
  void refill();
  double normal_outside(std::uint32_t layer, double x);

  Random random_;
  std::array<std::uint32_t, 128> words_{};
  std::size_t used_ = words_.size();
  std::uint64_t next_ = 0;  // step of the first block that is not made yet
};

/// The layers of the ziggurat: x is inside layer i's rectangle when |x| < edge[i + 1].
struct Ziggurat {
  std::array<double, 129> edge;     // descending, the last is 0
  std::array<double, 129> density;  // exp(-x^2 / 2) at the edges
  static const Ziggurat& instance();
};

inline double RandomSequence::normal() {
  static const Ziggurat& ziggurat = Ziggurat::instance();
  const std::uint32_t word = bits();
  const std::uint32_t layer = word & 127;
  // 25 bits of position, the sign among them.
  const double x = (static_cast<std::int32_t>(word) >> 7) * 0x1p-24 * ziggurat.edge[layer];
  if (x < ziggurat.edge[layer + 1] && -x < ziggurat.edge[layer + 1]) return x;
  return normal_outside(layer, x);
}

}  // namespace synfire
