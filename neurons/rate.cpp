#include "neurons/rate.h"

#include <algorithm>
#include <cmath>

#include "core/base/fixed_point.h"
#include "neurons/common/coded.h"
#include "neurons/common/tap_counts.h"

namespace synfire {
namespace {

std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback) {
  return static_cast<std::int32_t>(
      integer_or(population.parameters, name, fallback, "net.populations." + population.name));
}

std::int32_t steps_of(const Population& population) { return integer(population, "steps", 255); }

/// Per-channel factors times `numerator` / 255, in fixed point again.
void scale_factors(Population& population, std::int32_t numerator) {
  const auto size = static_cast<std::size_t>(population.size());
  const std::string where = "net.populations." + population.name;
  auto multipliers = integers_or(population.parameters, "multiplier", 0, size, where);
  auto shifts = integers_or(population.parameters, "shift", 0, size, where);
  for (std::size_t i = 0; i < size; ++i) {
    const double real = std::ldexp(static_cast<double>(multipliers[i]), shifts[i] - 31);
    const FixedMultiplier scaled =
        fixed_multiplier(real * numerator / SYNFIRE_RATE_LEVELS, Rounding::double_step);
    multipliers[i] = scaled.multiplier, shifts[i] = scaled.shift;
  }
  population.parameters["multiplier"] = Tensor::of({population.size()}, multipliers);
  population.parameters["shift"] = Tensor::of({population.size()}, shifts);
}

/// Biases belong to the whole window: T / 255 of them, rounded.
void scale_bias(Population& population, std::int32_t steps) {
  const auto size = static_cast<std::size_t>(population.size());
  auto bias = integers_or(population.parameters, "bias", 0, size, population.name);
  for (std::int32_t& b : bias) b = synfire_rate_scale(b, steps, SYNFIRE_RATE_LEVELS);
  population.parameters["bias"] = Tensor::of({population.size()}, bias);
}

/// Whether values leave as spike counts. Readouts keep their value, and an average pool is linear:
/// its value passes as one graded event instead of being rounded to T levels once more.
bool sends_counts(const Population& population, const GroupContext& context) {
  return context.transmits && integer(population, "graded_output", 0) == 0;
}

/// The activation that makes spike counts of spike counts, rounding once: with T = 255 the
/// quantized layer's own. Readouts keep the quantized layer's levels, their counts are scaled
/// instead.
Population counting(const Population& population, bool sends) {
  Population counts = population;
  const std::int32_t steps = steps_of(population);
  if (steps == SYNFIRE_RATE_LEVELS || !sends) return counts;
  const std::int32_t zero = integer(population, "zero_point", 0);
  const auto bound = [&](std::string_view name, std::int64_t fallback) {
    const std::int32_t u = integer(population, name, fallback) - zero;
    return std::int64_t{synfire_rate_count(u, steps)};
  };
  const std::int64_t low = bound("low", -128), high = bound("high", 127);
  counts.parameters["low"] = low, counts.parameters["high"] = high;
  counts.parameters["zero_point"] = counts.parameters["input_zero_point"] = std::int64_t{0};
  if (text_or(population.parameters, "activation", "none", population.name) != "linear")
    return counts;
  if (integer(population, "input_steps", steps) == SYNFIRE_RATE_LEVELS)
    scale_factors(counts, steps);
  else
    scale_bias(counts, steps);
  return counts;
}

class RateGroup final : public CodedGroup {
 public:
  RateGroup(const Population& population, const GroupContext& context)
      : CodedGroup(counting(population, sends_counts(population, context)), context),
        steps_(steps_of(population)),
        counts_(sends_counts(population, context)),
        signed_(integer(population, "signed_spikes", 1) != 0) {
    const bool linear =
        text_or(population.parameters, "activation", "none", population.name) == "linear";
    input_steps_[0] = integer(population, "input_steps", steps_);
    input_steps_[1] = integer(population, "input_steps_1", input_steps_[0]);
    // A linear layer that sends counts has its sources' scale in its factors already.
    target_steps_ = counts_ ? steps_ : SYNFIRE_RATE_LEVELS;
    if (linear && counts_) input_steps_[0] = target_steps_;
    if (pools_maximum_) taps_ = std::make_unique<TapCounts>(value_.size(), context);
  }

 private:
  void finish_sums() override {
    for (int r = 0; r < 2; ++r) {
      if (input_steps_[r] == target_steps_) continue;
      for (std::int32_t& v : sums_[r]) v = synfire_rate_scale(v, target_steps_, input_steps_[r]);
    }
  }

  void values_ready() override {
    firing_.clear();
    if (!counts_) return;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      const std::int32_t count = signed_ ? value_[i] : std::max(value_[i], 0);
      if (count != 0) firing_.push_back({static_cast<std::uint32_t>(i), count});
    }
  }

  /// Every neuron fires in its first |N| steps; those that are done leave the list.
  void emit(const Step& step, SpikeList& out) override {
    if (!counts_ && step.fire == 0) return out.set_values(value_);
    out.reserve(firing_.size());
    std::size_t kept = 0;
    for (Firing f : firing_) {
      out.add(f.neuron, f.count < 0 ? -1 : 1);
      f.count += f.count < 0 ? 1 : -1;
      if (f.count != 0) firing_[kept++] = f;
    }
    firing_.resize(kept);
  }

  TapReceptor* tap_receptor() override { return taps_.get(); }
  void read_taps(std::span<std::int32_t> values) override { taps_->read(values); }
  void reset_taps() override {
    if (taps_) taps_->reset();
  }

  struct Firing {
    std::uint32_t neuron;
    std::int32_t count;
  };

  std::int32_t steps_;
  bool counts_;
  std::int32_t target_steps_ = 255;  // what a sum of a source's whole window is brought to
  std::int32_t input_steps_[2] = {255, 255};
  bool signed_;
  std::vector<Firing> firing_;
  std::unique_ptr<TapCounts> taps_;
};

}  // namespace

extern const ModelInfo rate_model;
const ModelInfo rate_model = coded_model<RateGroup>(
    {.name = "rate",
     .summary = "quantized neuron that sends its value as a number of spikes, two-phase",
     .equations =
         "V = sum w s;  N = f_T(V), the activation on the scale of T levels;  N spikes, one a step "
         "from "
         "the window's first step on",
     .source = "two-phase integrate-and-fire: Li et al., Fast-SNN 2023 and PASCAL 2025; threshold "
               "ladder: "
               "docs/codings.md",
     .own_parameters = {
         {"steps", "T", "steps", std::int64_t{255}, 1, 2047, "length of the window"},
         {"input_steps", "", "steps", std::int64_t{255}, 1, 2047,
          "T of the sources of receptor 0; 255 for graded sources"},
         {"input_steps_1", "", "steps", std::int64_t{255}, 1, 2047, "the same for receptor 1"},
         {"graded_output", "", "", std::int64_t{0}, 0, 1,
          "1: the value leaves as one graded event"},
         {"signed_spikes", "", "", std::int64_t{1}, 0, 1,
          "1: negative values send negative spikes"}}});

}  // namespace synfire
