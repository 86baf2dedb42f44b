#include "targets/mcu/single_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace synfire::mcu {
namespace {

constexpr std::int64_t kAside = 4096;  // multipliers beside the rounded one, to either side
constexpr std::int64_t kNear = 16;     // 256ths of a sum that roundings may make up for
constexpr std::int64_t kInt32Low = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kInt32High = std::numeric_limits<std::int32_t>::max();

/// With the first sum in a range that has it; high + 1 where there is none.
struct Level {
  std::int32_t byte;
  std::int64_t first;
};

Level level_of(const synfire_graded_t& neuron, SumRange range, std::int32_t byte) {
  std::int64_t low = range.low, high = range.high + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (byte_of(neuron, static_cast<std::int32_t>(middle)) >= byte)
      high = middle;
    else
      low = middle + 1;
  }
  return {byte, low};
}

/// From the byte of the least sum to the one above that of the greatest.
std::vector<Level> levels_of(const synfire_graded_t& neuron, SumRange range) {
  std::vector<Level> levels;
  const std::int32_t last = byte_of(neuron, static_cast<std::int32_t>(range.high));
  for (std::int32_t byte = byte_of(neuron, static_cast<std::int32_t>(range.low));
       byte <= std::min(last + 1, 255); ++byte)
    levels.push_back(level_of(neuron, range, byte));
  return levels;
}

/// The factor of 256ths of a sum as a fraction of 2^(32 + shift).
double scaled_multiplier(const synfire_graded_t& neuron, std::int32_t shift) {
  return std::ldexp(neuron.multiplier, neuron.shift + shift - 7);
}

/// The starts that put every level at its sum; empty when least > greatest.
struct StartWindow {
  std::int64_t least = kInt32Low, greatest = kInt32High;

  void at_least(std::int64_t start) { least = std::max(least, start); }
  void at_most(std::int64_t start) { greatest = std::min(greatest, start); }
};

StartWindow start_window(const std::vector<Level>& levels, SumRange range, std::int64_t multiplier,
                         std::int32_t shift) {
  StartWindow window;
  window.at_least(kInt32Low - 256 * range.low);
  window.at_most(kInt32High - 256 * range.high);
  for (const Level& level : levels) {
    // The first 256th of a sum with this byte, from the start's zero on.
    const std::int64_t edge =
        ((std::int64_t{level.byte} << (32 + shift)) + multiplier - 1) / multiplier;
    if (level.byte > 0 && level.first <= range.high) window.at_least(edge - 256 * level.first);
    if (level.first > range.low) window.at_most(edge - 1 - 256 * (level.first - 1));
  }
  return window;
}

std::int64_t room(const StartWindow& window) { return window.greatest - window.least; }

/// Where most room is left: a concave function of the multiplier, but for the rounding of edges.
template <typename Room>
std::int64_t best_multiplier(std::int64_t low, std::int64_t high, Room&& room_at) {
  while (high - low > 2) {
    const std::int64_t third = (high - low) / 3, left = low + third, right = high - third;
    if (room_at(left) < room_at(right))
      low = left + 1;
    else
      high = right - 1;
  }
  return low;
}

/// A multiplier that leaves room: the rounded one, the best, or any where the best nearly does.
std::optional<std::int64_t> find_multiplier(const std::vector<Level>& levels, SumRange range,
                                            std::int64_t rounded, std::int32_t shift) {
  const auto room_at = [&](std::int64_t multiplier) {
    return room(start_window(levels, range, multiplier, shift));
  };
  if (room_at(rounded) >= 0) return rounded;
  const std::int64_t aside = std::min(kAside, rounded / 256);
  const std::int64_t best = best_multiplier(rounded - aside, rounded + aside, room_at);
  if (room_at(best) < -kNear) return std::nullopt;
  for (std::int64_t i = 0; i <= aside; ++i)
    for (const std::int64_t multiplier : {best + i, best - i})
      if (multiplier > 0 && room_at(multiplier) >= 0) return multiplier;
  return std::nullopt;
}

std::optional<SingleStep> single_step(const synfire_graded_t& neuron, SumRange range,
                                      std::int32_t shift) {
  const double factor = scaled_multiplier(neuron, shift);
  if (factor > static_cast<double>(kInt32High - 2 * kAside)) return std::nullopt;
  const std::vector<Level> levels = levels_of(neuron, range);
  const auto multiplier =
      find_multiplier(levels, range, std::max<std::int64_t>(std::llround(factor), 1), shift);
  if (!multiplier) return std::nullopt;
  const StartWindow window = start_window(levels, range, *multiplier, shift);
  return SingleStep{static_cast<std::int32_t>(*multiplier),
                    static_cast<std::int32_t>(window.least + room(window) / 2)};
}

/// What the search relies on: rising bytes.
bool is_staircase(const synfire_graded_t& neuron, SumRange range) {
  const std::int64_t low = range.low + neuron.bias, high = range.high + neuron.bias;
  return neuron.multiplier >= 0 && neuron.shift <= 0 && low >= kInt32Low && high <= kInt32High &&
         range.low >= kInt32Low && range.high <= kInt32High;
}

}  // namespace

std::int32_t byte_of(const SingleStep& step, std::int32_t shift, std::int32_t sum) {
  const std::int64_t product = (std::int64_t{256} * sum + step.start) * step.multiplier;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(product >> (32 + shift), 0, 255));
}

std::int32_t byte_of(const synfire_graded_t& neuron, std::int32_t sum) {
  return synfire_graded_value(&neuron, sum) + neuron.zero_point - neuron.low;
}

bool is_constant(const synfire_graded_t& neuron, SumRange range) {
  return is_staircase(neuron, range) && byte_of(neuron, static_cast<std::int32_t>(range.low)) ==
                                            byte_of(neuron, static_cast<std::int32_t>(range.high));
}

std::int64_t SingleSteps::found() const {
  return std::ranges::count_if(channel, [](const SingleStep& s) { return s.multiplier != 0; });
}

SingleSteps single_steps(std::span<const synfire_graded_t> channels,
                         std::span<const SumRange> ranges, std::int32_t shift) {
  SingleSteps steps{shift, {}};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    std::optional<SingleStep> step;
    if (is_staircase(channels[i], ranges[i])) step = single_step(channels[i], ranges[i], shift);
    steps.channel.push_back(step.value_or(SingleStep{}));
  }
  return steps;
}

}  // namespace synfire::mcu
