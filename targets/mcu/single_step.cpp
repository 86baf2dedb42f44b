#include "targets/mcu/single_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace synfire::mcu {
namespace {

constexpr std::int32_t kLeastShift = 1, kGreatestShift = 20;
constexpr std::int64_t kSumLimit = std::int64_t{1} << 23;
constexpr std::int64_t kInt32Low = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kInt32High = std::numeric_limits<std::int32_t>::max();

std::int64_t floor_shift(std::int64_t value, int bits) { return value >> bits; }

/// Least sum in the range with a byte of at least `level`; high + 1 where there is none.
std::int64_t first_sum(const synfire_graded_t& neuron, SumRange range, std::int32_t level) {
  std::int64_t low = range.low, high = range.high + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (byte_of(neuron, static_cast<std::int32_t>(middle)) >= level)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/// 256 times the factor, as a fraction of 2^(32 + shift); 0 where it does not fit.
std::int32_t scaled_multiplier(const synfire_graded_t& neuron, std::int32_t shift) {
  const double factor = std::ldexp(neuron.multiplier, neuron.shift + shift - 7);
  return factor < 1 || factor > 0x7fffffff ? 0 : static_cast<std::int32_t>(std::llround(factor));
}

/// The offsets that put every step at its sum; empty when least > greatest.
struct OffsetWindow {
  std::int64_t least = kInt32Low, greatest = kInt32High;

  void at_least(std::int64_t offset) { least = std::max(least, offset); }
  void at_most(std::int64_t offset) { greatest = std::min(greatest, offset); }
};

OffsetWindow offset_window(const synfire_graded_t& neuron, SumRange range, std::int32_t shift,
                           std::int32_t multiplier) {
  const auto high_word = [multiplier](std::int64_t sum) {
    return floor_shift(256 * sum * multiplier, 32);
  };
  OffsetWindow window;
  // The word before the shift must not leave 32 bits.
  window.at_least(kInt32Low - high_word(range.low));
  window.at_most(kInt32High - high_word(range.high));
  for (std::int32_t level = 1; level <= 255; ++level) {
    const std::int64_t first = first_sum(neuron, range, level);
    const std::int64_t edge = std::int64_t{level} << shift;
    if (first <= range.high) window.at_least(edge - high_word(first));
    if (first > range.low) window.at_most(edge - 1 - high_word(first - 1));
  }
  return window;
}

std::optional<SingleStep> single_step(const synfire_graded_t& neuron, SumRange range,
                                      std::int32_t shift) {
  const std::int32_t multiplier = scaled_multiplier(neuron, shift);
  if (multiplier == 0) return std::nullopt;
  const OffsetWindow window = offset_window(neuron, range, shift, multiplier);
  if (window.least > window.greatest) return std::nullopt;
  return SingleStep{multiplier, static_cast<std::int32_t>((window.least + window.greatest) / 2)};
}

/// What the search relies on: a rising staircase of bytes, and a sum whose 256-fold fits.
bool is_staircase(const synfire_graded_t& neuron, SumRange range) {
  const auto fits = [](std::int64_t sum) { return std::abs(sum) < kSumLimit; };
  return neuron.multiplier > 0 && neuron.shift <= 0 && neuron.high - neuron.low == 255 &&
         fits(range.low) && fits(range.high);
}

/// The finest shift with which every channel's factor fits.
std::int32_t common_shift(std::span<const synfire_graded_t> channels) {
  for (std::int32_t shift = kGreatestShift; shift > kLeastShift; --shift)
    if (std::ranges::all_of(channels, [shift](const synfire_graded_t& neuron) {
          return scaled_multiplier(neuron, shift) != 0;
        }))
      return shift;
  return kLeastShift;
}

}  // namespace

std::int32_t byte_of(const SingleStep& step, std::int32_t shift, std::int32_t sum) {
  const std::int64_t product = std::int64_t{sum} * 256 * step.multiplier;
  const auto word = static_cast<std::int32_t>(floor_shift(product, 32) + step.offset);
  return std::clamp(word >> shift, 0, 255);
}

std::int32_t byte_of(const synfire_graded_t& neuron, std::int32_t sum) {
  synfire_graded_t unbiased = neuron;
  unbiased.bias = 0;
  return synfire_graded_value(&unbiased, sum) + neuron.zero_point - neuron.low;
}

std::optional<SingleSteps> single_steps(std::span<const synfire_graded_t> channels,
                                        std::span<const SumRange> ranges) {
  SingleSteps steps{common_shift(channels), {}};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (!is_staircase(channels[i], ranges[i])) return std::nullopt;
    const auto step = single_step(channels[i], ranges[i], steps.shift);
    if (!step) return std::nullopt;
    steps.channel.push_back(*step);
  }
  return steps;
}

}  // namespace synfire::mcu
