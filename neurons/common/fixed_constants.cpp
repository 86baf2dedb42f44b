#include "neurons/common/fixed_constants.h"

#include <algorithm>
#include <cstdlib>

namespace synfire {
namespace {

constexpr double kLimit = SYNFIRE_FIXED_LIMIT;
constexpr int kGrowthBits = 30;
constexpr std::int64_t kHalf = std::int64_t{1} << (kGrowthBits - 1);

std::string place_of(const Population& p) { return "net.populations." + p.name; }

std::vector<std::int32_t> values(const Population& p, std::string_view name,
                                 std::int32_t fallback) {
  return integers_or(p.parameters, name, fallback, static_cast<std::size_t>(p.size()), place_of(p));
}

std::int64_t value(const Population& p, std::string_view name, std::int64_t fallback) {
  return integer_or(p.parameters, name, fallback, place_of(p));
}

bool can_rise(const FixedConstants& constants) {
  if (constants.period() == 1) return true;
  const auto small = [](const synfire_fixed_lif_t& n) {
    return std::abs(n.threshold) < SYNFIRE_FIXED_RISING_LIMIT &&
           std::abs(n.reset) < SYNFIRE_FIXED_RISING_LIMIT;
  };
  return !constants.rise.empty() && constants.rule.refractory_steps == 0 &&
         std::ranges::all_of(constants.neurons, small);
}

}  // namespace

std::vector<std::int32_t> fixed_rise(std::int64_t period, std::int64_t growth) {
  std::vector<std::int32_t> rise{std::int32_t{1} << SYNFIRE_FIXED_RISE};
  while (std::ssize(rise) < period) {
    const std::int64_t next = (rise.back() * growth + kHalf) >> kGrowthBits;
    if (next > INT32_MAX) return {};
    rise.push_back(static_cast<std::int32_t>(next));
  }
  return rise;
}

FixedConstants fixed_constants(const Population& population) {
  FixedConstants constants;
  const auto leak = values(population, "leak", 0), bias = values(population, "bias", 0);
  const auto threshold = values(population, "threshold", SYNFIRE_FIXED_LIMIT);
  const auto reset = values(population, "reset", 0);
  for (std::size_t i = 0; i < leak.size(); ++i)
    constants.neurons.push_back(
        {static_cast<std::int32_t>(-2U * static_cast<std::uint32_t>(leak[i])), bias[i],
         threshold[i], reset[i]});
  constants.rule.scale = static_cast<std::int32_t>(value(population, "scale", 1));
  constants.rule.keeps = static_cast<std::uint16_t>(value(population, "keeps", 0));
  constants.rule.refractory_steps =
      static_cast<std::uint16_t>(value(population, "refractory_steps", 0));
  constants.rise = fixed_rise(value(population, "period", 1),
                              value(population, "growth", std::int64_t{1} << kGrowthBits));
  if (!can_rise(constants))
    fail(Code::parameter_invalid, place_of(population),
         "a period of several steps needs inputs that grow to 31 times at most, thresholds and "
         "resets below 2^25, and no refractory steps");
  for (const std::int64_t rise : constants.rise)
    constants.scale.push_back(static_cast<std::int32_t>(
        (constants.rule.scale * rise + (1 << (SYNFIRE_FIXED_RISE - 1))) >> SYNFIRE_FIXED_RISE));
  return constants;
}

std::vector<std::int32_t> fixed_start(const Population& population) {
  return values(population, "v_init", 0);
}

std::vector<ParameterInfo> fixed_parameters() {
  return {
      {"leak", "", "2^-31", std::int64_t{0}, 0, 0x1p31 - 1, "what a period takes of the potential"},
      {"bias", "", "", std::int64_t{0}, -kLimit, kLimit, "what a step adds to the potential"},
      {"threshold", "", "", std::int64_t{SYNFIRE_FIXED_LIMIT}, -kLimit, kLimit,
       "a potential above it spikes; 2^30 is never reached"},
      {"reset", "", "", std::int64_t{0}, -kLimit, kLimit,
       "the potential after a spike, or its change"},
      {"v_init", "", "", std::int64_t{0}, -kLimit, kLimit - 1, "potential before the first step"},
      {"scale", "", "", std::int64_t{1}, 1, 0x1p24, "potential of an input of 1"},
      {"period", "", "steps", std::int64_t{1}, 1, 255, "steps between two decays of the potential"},
      {"growth", "1/d", "2^-30", std::int64_t{1} << kGrowthBits, 0x1p30, 0x1p31,
       "what thresholds and inputs grow by in the steps between"},
      {"keeps", "", "", std::int64_t{0}, 0, 1, "1: reset is added to the potential"},
      {"refractory_steps", "", "steps", std::int64_t{0}, 0, 65535, "steps without input"},
      {"unit", "", "", 1.0, 0, 3.4e38, "what a potential of 1 is in the network it was made from"},
      {"v_leak", "v_leak", "", 0.0, -3.4e38, 3.4e38, "what a potential of 0 is there"}};
}

}  // namespace synfire
