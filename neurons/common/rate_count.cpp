#include "neurons/common/rate_count.h"

#include <algorithm>
#include <cmath>

#include "core/base/fixed_point.h"
#include "neurons/rate.h"

namespace synfire {
namespace {

std::string place_of(const Population& population) { return "net.populations." + population.name; }

std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback) {
  return static_cast<std::int32_t>(
      integer_or(population.parameters, name, fallback, place_of(population)));
}

/// Values of an array that is repeated over the channels or neurons; 1 of a number.
std::size_t period_of(const Population& population, std::string_view name) {
  const auto found = population.parameters.find(name);
  const auto* tensor =
      found == population.parameters.end() ? nullptr : std::get_if<Tensor>(&found->second);
  return tensor == nullptr ? 1 : tensor->size();
}

Tensor period(const std::vector<std::int32_t>& values) {
  return Tensor::of({static_cast<std::int64_t>(values.size())}, values);
}

bool is_linear(const Population& population) {
  return text_or(population.parameters, "activation", "none", place_of(population)) == "linear";
}

/// Per-channel factors times `numerator` / 255, in fixed point again.
void scale_factors(Population& population, std::int32_t numerator) {
  const std::size_t size =
      std::max(period_of(population, "multiplier"), period_of(population, "shift"));
  const std::string where = place_of(population);
  auto multipliers = integers_or(population.parameters, "multiplier", 0, size, where);
  auto shifts = integers_or(population.parameters, "shift", 0, size, where);
  for (std::size_t i = 0; i < size; ++i) {
    const double real = std::ldexp(static_cast<double>(multipliers[i]), shifts[i] - 31);
    const FixedMultiplier scaled =
        fixed_multiplier(real * numerator / SYNFIRE_RATE_LEVELS, Rounding::double_step);
    multipliers[i] = scaled.multiplier, shifts[i] = scaled.shift;
  }
  population.parameters["multiplier"] = period(multipliers);
  population.parameters["shift"] = period(shifts);
}

/// Biases belong to the whole window: T / 255 of them, rounded.
void scale_bias(Population& population, std::int32_t steps) {
  const std::size_t size = period_of(population, "bias");
  auto bias = integers_or(population.parameters, "bias", 0, size, place_of(population));
  for (std::int32_t& b : bias) b = synfire_rate_scale(b, steps, SYNFIRE_RATE_LEVELS);
  population.parameters["bias"] = period(bias);
}

}  // namespace

std::int32_t rate_steps(const Population& population) { return integer(population, "steps", 255); }

std::int32_t rate_input_steps(const Population& population, std::int32_t receptor) {
  const std::int32_t first = integer(population, "input_steps", rate_steps(population));
  return receptor == 0 ? first : integer(population, "input_steps_1", first);
}

bool rate_sends_counts(const Population& population, bool transmits) {
  return transmits && integer(population, "graded_output", 0) == 0;
}

Population rate_counting(const Population& population, bool sends_counts) {
  Population counts = population;
  const std::int32_t steps = rate_steps(population);
  if (steps == SYNFIRE_RATE_LEVELS || !sends_counts) return counts;
  const std::int32_t zero = integer(population, "zero_point", 0);
  const auto bound = [&](std::string_view name, std::int64_t fallback) {
    const std::int32_t u = integer(population, name, fallback) - zero;
    return std::int64_t{synfire_rate_count(u, steps)};
  };
  const std::int64_t low = bound("low", -128), high = bound("high", 127);
  counts.parameters["low"] = low, counts.parameters["high"] = high;
  counts.parameters["zero_point"] = counts.parameters["input_zero_point"] = std::int64_t{0};
  if (!is_linear(population)) return counts;
  if (rate_input_steps(population, 0) == SYNFIRE_RATE_LEVELS)
    scale_factors(counts, steps);
  else
    scale_bias(counts, steps);
  return counts;
}

std::int32_t rate_target_steps(const Population& population, bool sends_counts,
                               std::int32_t receptor) {
  // A linear layer that sends counts has its sources' scale in its factors already.
  if (sends_counts && receptor == 0 && is_linear(population))
    return rate_input_steps(population, 0);
  return sends_counts ? rate_steps(population) : SYNFIRE_RATE_LEVELS;
}

}  // namespace synfire
