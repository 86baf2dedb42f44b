// Requantization in one rounding, with a proof: what a graded neuron makes of its sum is a
// staircase of at most 256 steps, and so is a multiplication by a constant that ends in a
// saturating shift. The constants are chosen so that all steps of the two lie at the same sums.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "neurons/graded.h"

namespace synfire::mcu {

/// Sums that can come up.
struct SumRange {
  std::int64_t low = 0, high = 0;

  bool operator==(const SumRange&) const = default;
};

/// byte = saturate((high word of (256 sum + start) * multiplier) >> shift), sums without bias. The
/// start has the bias, and where the roundings fall, in 256ths of a sum. No step: a multiplier of
/// 0.
struct SingleStep {
  std::int32_t multiplier = 0, start = 0;
};

/// One for each channel, with a shift in common.
struct SingleSteps {
  std::int32_t shift = 0;
  std::vector<SingleStep> channel;

  std::int64_t found() const;  // channels that have one
};

/// The byte that a step makes of a sum.
std::int32_t byte_of(const SingleStep& step, std::int32_t shift, std::int32_t sum);
/// The byte (value + zero_point - low) of the reference's arithmetic.
std::int32_t byte_of(const synfire_graded_t& neuron, std::int32_t sum);

/// The sums (without bias) of whose bytes the neuron makes but one.
bool is_constant(const synfire_graded_t& neuron, SumRange range);

/// A step with the bytes of the reference's arithmetic for every sum in each channel's range; no
/// step where there is none with this shift: a negative factor, a clamp that is not a byte's, 256
/// times a sum outside 32 bits, or roundings that no multiplier has in one.
SingleSteps single_steps(std::span<const synfire_graded_t> channels,
                         std::span<const SumRange> ranges, std::int32_t shift);

}  // namespace synfire::mcu
