// Counter-based random numbers: a value depends only on (seed, stream, entity, step), never on
// the order or the thread in which it is drawn.
// Source: Philox4x32-10, Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>

namespace synfire {

/// What a random number is for; keeps streams of different uses apart.
enum class Stream : std::uint32_t {
  connectivity = 1,
  initial_state = 2,
  drive = 3,
  weight = 4,
  delay = 5,
  in_degree = 6,
  drive_rest = 7,
  interval = 8,
  escape = 9,
  current = 10,
  task = 11
};

class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t entity)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        stream_(static_cast<std::uint32_t>(stream)),
        entity_(entity) {}

  using Block = std::array<std::uint32_t, 4>;

  /// What is encrypted to make draw `step`; neighbouring steps differ in the first word, but where
  /// it wraps.
  Block counter(std::uint64_t step) const {
    // Steps above 2^32 wrap into the stream word, far from the few streams in use.
    return {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(entity_),
            static_cast<std::uint32_t>(entity_ >> 32),
            stream_ + (static_cast<std::uint32_t>(step >> 32) << 8)};
  }
  /// 128 uniform bits of draw `step`, the first word of which is bits(step).
  Block block(std::uint64_t step) const {
    const Block c = counter(step);
    const auto words = r123::Philox4x32{}({{c[0], c[1], c[2], c[3]}}, key_);
    return {words[0], words[1], words[2], words[3]};
  }
  std::uint64_t seed() const { return key_[0] | (std::uint64_t{key_[1]} << 32); }
  /// 32 uniform bits of draw `step`.
  std::uint32_t bits(std::uint64_t step) const { return block(step)[0]; }
  /// Uniform in [0, 1) with 32 random bits.
  double uniform(std::uint64_t step) const { return bits(step) * 0x1p-32; }
  /// Uniform integer in [0, bound), bound < 2^32, by multiply-shift (bias below 2^-32 * bound).
  std::uint32_t below(std::uint64_t step, std::uint32_t bound) const {
    return static_cast<std::uint32_t>((std::uint64_t{bits(step)} * bound) >> 32);
  }

 private:
  r123::Philox4x32::key_type key_;
  std::uint32_t stream_;
  std::uint64_t entity_;
};

}  // namespace synfire
