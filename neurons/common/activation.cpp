#include "neurons/common/activation.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "core/base/requantize.h"
#include "neurons/common/rescale.h"

namespace synfire {
namespace {

std::string place(const Population& population) { return "net.populations." + population.name; }

std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback) {
  return integers_or(population.parameters, name, static_cast<std::int32_t>(fallback), 1,
                     place(population))[0];
}

/// The clamp that ends every activation.
struct Range {
  std::int32_t zero_point, low, high;

  explicit Range(const Population& p)
      : zero_point(integer(p, "zero_point", 0)),
        low(integer(p, "low", -128)),
        high(integer(p, "high", 127)) {}
  std::int32_t clamp_shifted(std::int32_t rescaled) const {
    const auto q = static_cast<std::int32_t>(static_cast<std::uint32_t>(rescaled) +
                                             static_cast<std::uint32_t>(zero_point));
    return synfire_clamp(q, low, high) - zero_point;
  }
};

bool single_rounding(const Population& population) {
  return text_or(population.parameters, "rounding", "double", place(population)) == "single";
}

synfire_factor_t factor(const Population& population, const std::string& suffix) {
  return {integer(population, "multiplier" + suffix, 0), integer(population, "shift" + suffix, 0)};
}

std::size_t parameter_period(const Population& population) {
  std::size_t period = 1;
  for (const std::string_view name : {"bias", "multiplier", "shift"}) {
    const auto found = population.parameters.find(name);
    if (found == population.parameters.end()) continue;
    if (const auto* tensor = std::get_if<Tensor>(&found->second))
      period = std::max(period, tensor->size());
  }
  return period;
}

class Linear final : public Activation {
 public:
  explicit Linear(const Population& population) : single_(single_rounding(population)) {
    const auto neurons = static_cast<std::size_t>(population.size());
    const std::size_t channels = parameter_period(population);
    if (neurons % channels != 0)
      fail(Code::parameter_invalid, place(population) + ".multiplier",
           std::to_string(channels) + " channels do not divide the population");
    // Periods are repeated until they fill vectors.
    constexpr std::size_t kLanes = 16;
    const std::size_t repeats = std::min(kLanes / std::gcd(kLanes, channels), neurons / channels);
    const std::string where = place(population);
    const Range range(population);
    table_.period = channels * repeats;
    const auto channel_values = [&](std::string_view name) {
      const auto values = integers_or(population.parameters, name, 0, table_.period, where);
      return AlignedVector<std::int32_t>(values.begin(), values.end());
    };
    table_.bias = channel_values("bias");
    table_.multiplier = channel_values("multiplier");
    shift_ = integers_or(population.parameters, "shift", 0, table_.period, where);
    for (const std::int32_t shift : shift_) {
      table_.left.push_back(std::max(shift, 0));
      table_.right.push_back(std::max(-shift, 0));
    }
    table_.zero_point = range.zero_point, table_.low = range.low, table_.high = range.high;
    table_.prepare();
  }

  void apply(std::span<const std::int32_t> sum, std::span<const std::int32_t>,
             std::span<std::int32_t> value) const override {
    if (!single_) return rescale_sums(table_, sum.data(), value.data(), sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) value[i] = single(sum[i], i % table_.period);
  }

  bool has_map_kernel() const override { return !single_; }
  kernel::ValueRange range() const override {
    const auto value = [&](std::int32_t q) {
      return static_cast<std::int16_t>(q - table_.zero_point);
    };
    return {std::min<std::int16_t>(value(table_.low), 0),
            std::max<std::int16_t>(value(table_.high), 0)};
  }
  std::size_t apply_to_map(std::span<std::int32_t> sum,
                           std::span<std::int16_t> map) const override {
    return rescale_and_clear(table_, sum.data(), map.data(), sum.size());
  }

 private:
  std::int32_t single(std::int32_t sum, std::size_t channel) const {
    const auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                             static_cast<std::uint32_t>(table_.bias[channel]));
    const std::int32_t y = synfire_rescale_single(x, table_.multiplier[channel], shift_[channel]);
    const auto q = static_cast<std::int32_t>(static_cast<std::uint32_t>(y) +
                                             static_cast<std::uint32_t>(table_.zero_point));
    return synfire_clamp(q, table_.low, table_.high) - table_.zero_point;
  }

  RescaleTable table_;
  std::vector<std::int32_t> shift_;
  bool single_;
};

/// Element-wise ADD: both operands are brought to a common scale, each rounded on its own.
class Add final : public Activation {
 public:
  explicit Add(const Population& population) : add_(add_constants(population)) {}

  void apply(std::span<const std::int32_t> sum0, std::span<const std::int32_t> sum1,
             std::span<std::int32_t> value) const override {
    const synfire_add_t add = add_;
    for (std::size_t i = 0; i < value.size(); ++i)
      value[i] = synfire_add_value(&add, sum0[i], sum1[i]);
  }

 private:
  synfire_add_t add_;
};

class Average final : public Activation {
 public:
  Average(const Population& population, const GroupContext& context)
      : range_(population), input_zero_point_(integer(population, "input_zero_point", 0)) {
    if (context.taps == 0)
      fail(Code::parameter_invalid, place(population),
           "activation average needs a pool projection");
    counts_.resize(static_cast<std::size_t>(population.size()));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      counts_[i] = valid_taps(context, i);
      if (counts_[i] == 0)
        fail(Code::parameter_invalid, place(population),
             "neuron " + std::to_string(i) + " averages over no value");
    }
  }

  void apply(std::span<const std::int32_t> sum, std::span<const std::int32_t>,
             std::span<std::int32_t> value) const override {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::int32_t raw = sum[i] + counts_[i] * input_zero_point_;
      const std::int32_t q = synfire_rounded_quotient(raw, counts_[i]);
      value[i] = synfire_clamp(q, range_.low, range_.high) - range_.zero_point;
    }
  }

 private:
  Range range_;
  std::int32_t input_zero_point_;
  std::vector<std::int32_t> counts_;
};

/// The value passes unchanged but for the clamp: maximum (of its taps) and relay.
class Clamp final : public Activation {
 public:
  explicit Clamp(const Population& population) : range_(population) {}
  void apply(std::span<const std::int32_t> sum, std::span<const std::int32_t>,
             std::span<std::int32_t> value) const override {
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = range_.clamp_shifted(sum[i]);
  }

 private:
  Range range_;
};

/// Inputs: the injected value is the value.
class None final : public Activation {
 public:
  void apply(std::span<const std::int32_t> sum, std::span<const std::int32_t>,
             std::span<std::int32_t> value) const override {
    std::copy(sum.begin(), sum.end(), value.begin());
  }
};

}  // namespace

synfire_add_t add_constants(const Population& population) {
  const Range range(population);
  return {{factor(population, "_0"), factor(population, "_1")},
          factor(population, ""),
          integer(population, "left_shift", 20),
          range.zero_point,
          range.low,
          range.high,
          single_rounding(population) ? 1 : 0};
}

std::int32_t valid_taps(const GroupContext& context, std::size_t index) {
  const auto words = static_cast<std::size_t>((context.taps + 63) / 64);
  std::int32_t count = 0;
  for (std::size_t w = 0; w < words; ++w)
    count += std::popcount(context.tap_masks[index * words + w]);
  return count;
}

std::unique_ptr<const Activation> make_activation(const Population& population,
                                                  const GroupContext& context) {
  const std::string name = text_or(population.parameters, "activation", "none", place(population));
  if (name == "linear") return std::make_unique<Linear>(population);
  if (name == "add") return std::make_unique<Add>(population);
  if (name == "average") return std::make_unique<Average>(population, context);
  if (name == "maximum" || name == "relay") return std::make_unique<Clamp>(population);
  if (name == "none") return std::make_unique<None>();
  const std::vector<std::string> names(std::begin(kActivations), std::end(kActivations));
  const std::string near = nearest_name(name, names);
  fail(Code::parameter_invalid, place(population) + ".activation", "unknown activation " + name,
       near.empty() ? "" : "did you mean '" + near + "'?");
}

std::vector<ParameterInfo> quantized_parameters(std::vector<ParameterInfo> own) {
  constexpr double kInt = 2147483647.0;
  std::vector<ParameterInfo> list{
      {"activation", "f", "", std::string("none"), 0, 0,
       "function of the summed input: none, linear, add, average, maximum, relay"},
      {"zero_point", "z", "", std::int64_t{0}, -128, 127, "quantized value that means 0"},
      {"low", "", "", std::int64_t{-128}, -128, 127, "least quantized value"},
      {"high", "", "", std::int64_t{127}, -128, 127, "greatest quantized value"},
      {"scale", "s", "", 1.0, 0, 3.4e38, "real value of one step of the quantized value"},
      {"rounding", "", "", std::string("double"), 0, 0, "double or single"},
      {"bias", "b", "", std::int64_t{0}, -kInt - 1, kInt, "added to the sum, per channel"},
      {"multiplier", "m", "", std::int64_t{0}, 0, kInt, "factor m * 2^(shift - 31), per channel"},
      {"shift", "", "", std::int64_t{0}, -31, 30, "binary exponent of the factor, per channel"},
      {"left_shift", "", "", std::int64_t{20}, 0, 30, "add: bits of headroom of the operands"},
      {"multiplier_0", "m0", "", std::int64_t{0}, 0, kInt, "add: factor of operand 0"},
      {"shift_0", "", "", std::int64_t{0}, -31, 30, "add: exponent of operand 0"},
      {"multiplier_1", "m1", "", std::int64_t{0}, 0, kInt, "add: factor of operand 1"},
      {"shift_1", "", "", std::int64_t{0}, -31, 30, "add: exponent of operand 1"},
      {"input_zero_point", "", "", std::int64_t{0}, -128, 127,
       "average: zero point of the sources"}};
  list.insert(list.end(), own.begin(), own.end());
  return list;
}

}  // namespace synfire
