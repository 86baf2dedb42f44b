#include "neurons/common/rate_membrane.h"

#include <algorithm>
#include <cmath>

#include "neurons/common/activation.h"

namespace synfire {
namespace {

constexpr std::int64_t kLevels = 255;  // a spike stands for 255 / T of the quantized range
constexpr double kUnit = 1024;         // fixed point of gains and thresholds

double real_factor(std::int32_t multiplier, std::int32_t shift) {
  return std::ldexp(static_cast<double>(multiplier), shift - 31);
}

class MembraneBuilder {
 public:
  MembraneBuilder(const Population& population, const GroupContext& context)
      : p_(population), context_(context), n_(static_cast<std::size_t>(population.size())) {}

  RateMembrane build(const std::string& activation) const {
    if (activation == "linear") return linear();
    if (activation == "add") return add();
    RateMembrane m{std::vector<std::int64_t>(n_, unit(kLevels)), std::vector<std::int64_t>(n_), {}};
    m.gain[0] = m.gain[1] = unit(1);
    if (activation == "average")
      for (std::size_t i = 0; i < n_; ++i) m.theta[i] *= std::max(1, valid_taps(context_, i));
    return m;
  }

 private:
  static std::int64_t unit(double x) { return std::llround(x * kUnit); }
  std::vector<std::int32_t> values(std::string_view name) const {
    return integers_or(p_.parameters, name, 0, n_, "net.populations." + p_.name);
  }
  double factor(const std::string& suffix) const {
    return real_factor(values("multiplier" + suffix)[0], values("shift" + suffix)[0]);
  }

  RateMembrane linear() const {
    RateMembrane m{{}, {}, {unit(1), unit(1)}};
    const auto bias = values("bias"), multiplier = values("multiplier"), shift = values("shift");
    for (std::size_t i = 0; i < n_; ++i) {
      const double scale = real_factor(multiplier[i], shift[i]);
      // A dead channel (factor 0) never fires: its threshold is out of reach.
      m.theta.push_back(scale > 0 ? std::max<std::int64_t>(
                                        1, std::llround(std::min(kLevels * kUnit / scale, 0x1p60)))
                                  : std::int64_t{1} << 60);
      m.bias.push_back(std::int64_t{bias[i]} * unit(1));
    }
    return m;
  }

  RateMembrane add() const {
    const double headroom =
        std::ldexp(1.0, static_cast<int>(integer_or(p_.parameters, "left_shift", 20, p_.name)));
    RateMembrane m{std::vector<std::int64_t>(n_, unit(kLevels)), std::vector<std::int64_t>(n_), {}};
    m.gain[0] = unit(headroom * factor("_0") * factor(""));
    m.gain[1] = unit(headroom * factor("_1") * factor(""));
    return m;
  }

  const Population& p_;
  const GroupContext& context_;
  std::size_t n_;
};

}  // namespace

RateMembrane rate_membrane(const Population& population, const GroupContext& context) {
  return MembraneBuilder(population, context)
      .build(text_or(population.parameters, "activation", "none",
                     "net.populations." + population.name));
}

SpikeLimits rate_spike_limits(const Population& population) {
  const auto integer = [&](std::string_view name, std::int64_t fallback) {
    return static_cast<std::int32_t>(
        integer_or(population.parameters, name, fallback, "net.populations." + population.name));
  };
  const std::int32_t zero = integer("zero_point", 0), steps = integer("steps", 255);
  const auto spikes = [&](std::int32_t u) {
    return static_cast<std::int32_t>(std::lround(u * static_cast<double>(steps) / kLevels));
  };
  return {spikes(std::min(integer("low", -128) - zero, 0)), spikes(integer("high", 127) - zero)};
}

SpikeLimits rate_value_limits(SpikeLimits spikes, std::int32_t steps) {
  return {static_cast<std::int32_t>(std::ceil(spikes.least * 255.0 / steps)),
          static_cast<std::int32_t>(std::floor(spikes.most * 255.0 / steps))};
}

}  // namespace synfire
