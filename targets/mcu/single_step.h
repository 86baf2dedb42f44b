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

/// Least and greatest sum that can come up, bias included.
struct SumRange {
  std::int64_t low = 0, high = 0;
};

/// byte = saturate(((256 sum multiplier >> 32) + offset) >> shift)
struct SingleStep {
  std::int32_t multiplier = 0, offset = 0;
};

struct SingleSteps {
  std::int32_t shift = 0;
  std::vector<SingleStep> channel;
};

/// The byte of a single step.
std::int32_t byte_of(const SingleStep& step, std::int32_t shift, std::int32_t sum);
/// The byte that the reference arithmetic gives a sum with its bias: quantized value - low.
std::int32_t byte_of(const synfire_graded_t& neuron, std::int32_t sum);

/// One step for each channel that has the reference's byte for every sum in its range, or nothing
/// where there is none (a clamp below 255, sums beyond 23 bits, very small or large factors).
std::optional<SingleSteps> single_steps(std::span<const synfire_graded_t> channels,
                                        std::span<const SumRange> ranges);

}  // namespace synfire::mcu
