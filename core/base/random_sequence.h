// Many random numbers of one entity, drawn one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <span>

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

  /// As many calls of below.
  void below(std::uint32_t bound, std::span<std::uint32_t> numbers);
  /// Standard normals in vectors. They begin with a new block of 128 words, number i at word i;
  /// where the ziggurat needs more than that word it goes on with spare ones.
  void normals(std::span<float> numbers);
  /// One of the numbers that are not part of the sequence, for redrawing.
  double spare_uniform() { return spare_bits() * 0x1p-32; }
  double spare_normal();

 private:
  void refill();
  std::uint32_t spare_bits() { return random_.bits(kSpare + spares_++); }

  static constexpr std::uint64_t kSpare = std::uint64_t{1} << 40;  // no sequence is that long

  Random random_;
  std::array<std::uint32_t, 128> words_{};
  std::size_t used_ = words_.size();
  std::uint64_t next_ = 0;    // step of the first block that is not made yet
  std::uint64_t spares_ = 0;  // taken
};

/// The layers of the ziggurat: x is inside layer i's rectangle when |x| < edge[i + 1].
struct Ziggurat {
  std::array<double, 129> edge;     // descending, the last is 0
  std::array<double, 129> density;  // exp(-x^2 / 2) at the edges
  std::array<float, 129> near;      // the edges, rounded
  static const Ziggurat& instance();
};

}  // namespace synfire
