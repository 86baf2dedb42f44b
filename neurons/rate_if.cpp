#include "neurons/rate_if.h"

#include <algorithm>
#include <cmath>

#include "neurons/common/activation.h"
#include "neurons/common/rate_membrane.h"
#include "neurons/common/tap_counts.h"

namespace synfire {
namespace {

constexpr std::int64_t kLevels = 255;  // a spike stands for 255 / T of the quantized range

class RateIfGroup final : public NeuronGroup {
 public:
  RateIfGroup(const Population& population, const GroupContext& context)
      : context_(context),
        where_("net.populations." + population.name),
        activation_(text_or(population.parameters, "activation", "none", where_)),
        membrane_(rate_membrane(population, context)),
        value_(static_cast<std::size_t>(population.size())) {
    const auto integer = [&](std::string_view name, std::int64_t fallback) {
      return static_cast<std::int32_t>(integer_or(population.parameters, name, fallback, where_));
    };
    steps_ = integer("steps", 255);
    start_ = integer("start", 0);
    for (int r = 0; r < 2; ++r)
      analog_[r] = integer(r == 0 ? "analog_input" : "analog_input_1", 0) != 0;
    limits_ = rate_spike_limits(population), values_ = rate_value_limits(limits_, steps_);
    signed_ = integer("signed_spikes", 0) != 0;
    if (activation_ == "maximum") taps_ = std::make_unique<TapCounts>(value_.size(), context);
    for (auto& sums : sums_) sums.resize(value_.size());
    m_.resize(value_.size()), sent_.resize(value_.size());
    RateIfGroup::reset();
  }

  void reset() override {
    for (auto& sums : sums_) std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t i = 0; i < m_.size(); ++i) m_[i] = membrane_.theta[i] / 2;
    std::fill(sent_.begin(), sent_.end(), 0);
    std::fill(value_.begin(), value_.end(), 0);
    if (taps_) taps_->reset();
  }

  void inject(std::span<const std::int32_t> values) override {
    if (values.size() != value_.size())
      fail(Code::sample_size, "net.inputs", "the sample does not have the input's size");
    std::copy(values.begin(), values.end(), value_.begin());
  }

  Receptor receptor(std::int32_t index) override {
    if (taps_) return taps_.get();
    return std::span<std::int32_t>(sums_[index == 1 ? 1 : 0]);
  }

  void update(const Step& step, SpikeList& out) override {
    if (step.index < start_ || step.index >= start_ + steps_) return;
    if (activation_ == "none") return out.set_values(value_);
    out.reserve(value_.size());
    for (std::size_t i = 0; i < value_.size(); ++i)
      if (const std::int32_t spike = taps_ ? follow(i) : fire(i); spike != 0 && context_.transmits)
        out.add(static_cast<std::uint32_t>(i), spike);
    for (auto& sums : sums_) std::fill(sums.begin(), sums.end(), 0);
  }

  std::span<const std::int32_t> integer_values() const override { return value_; }
  std::vector<double> state(std::string_view variable) const override {
    if (variable == "v") return {m_.begin(), m_.end()};
    if (variable == "count") return {sent_.begin(), sent_.end()};
    return {};
  }
  void visit_state(StateArchive& archive) override {
    archive("sums", sums_);
    archive.fixed("sent", sent_);
    archive.fixed("value", value_);
    archive.fixed("m", m_);
    archive("taps", taps_);
  }

 private:
  std::int32_t fire(std::size_t i) {
    std::int64_t charge = membrane_.bias[i];
    for (int r = 0; r < 2; ++r)
      charge += membrane_.gain[r] * sums_[r][i] * (analog_[r] ? 1 : kLevels);
    if (!context_.transmits) return read_out(i, charge);
    const std::int32_t least = signed_ ? limits_.least : sent_[i];
    const std::int32_t spike =
        synfire_rate_if_step(&m_[i], charge, membrane_.theta[i], &sent_[i], least, limits_.most);
    return spike;
  }

  /// A readout keeps its whole charge: its value is the mean over the steps.
  std::int32_t read_out(std::size_t i, std::int64_t charge) {
    m_[i] += charge;
    const double u = static_cast<double>(m_[i] - membrane_.theta[i] / 2) * kLevels /
                     (static_cast<double>(membrane_.theta[i]) * steps_);
    value_[i] = static_cast<std::int32_t>(std::clamp(
        std::nearbyint(u), static_cast<double>(values_.least), static_cast<double>(values_.most)));
    return 0;
  }

  std::int32_t follow(std::size_t i) {
    const std::int32_t target = std::clamp(taps_->maximum(i), limits_.least, limits_.most);
    if (target == sent_[i] || (target < sent_[i] && !signed_)) return 0;
    const std::int32_t spike = target > sent_[i] ? 1 : -1;
    sent_[i] += spike;
    value_[i] = static_cast<std::int32_t>(std::lround(sent_[i] * 255.0 / steps_));
    return spike;
  }

  GroupContext context_;
  std::string where_, activation_;
  RateMembrane membrane_;
  std::int32_t steps_ = 255, start_ = 0;
  SpikeLimits limits_, values_;
  bool analog_[2] = {false, false}, signed_ = false;
  std::vector<std::int32_t> sums_[2], sent_, value_;
  std::vector<std::int64_t> m_;
  std::unique_ptr<TapCounts> taps_;
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<RateIfGroup>(population, context);
}

}  // namespace

extern const ModelInfo rate_if_model;
const ModelInfo rate_if_model{
    .name = "rate_if",
    .summary =
        "integer integrate-and-fire neuron with subtractive reset, for pipelined rate coding",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::integer,
    .receptors = 2,
    .parameters = quantized_parameters(
        {{"steps", "T", "steps", std::int64_t{255}, 1, 2047, "steps in which the neuron may fire"},
         {"start", "", "steps", std::int64_t{0}, 0, 2047, "first step (depth of the layer)"},
         {"analog_input", "", "", std::int64_t{0}, 0, 1, "1: receptor 0 gets values every step"},
         {"analog_input_1", "", "", std::int64_t{0}, 0, 1, "1: receptor 1 gets values every step"},
         {"signed_spikes", "", "", std::int64_t{0}, 0, 1,
          "1: spikes sent too early are taken back"}}),
    .states = {{"v"}, {"count"}},
    .equations =
        "m <- m + 255 g sum w s + b;  m >= theta: spike, m -= theta;  signed: m < 0 and "
        "spikes sent: spike -1, m += theta;  theta = 255 / M, m(0) = theta / 2",
    .source =
        "Rueckauer et al., Front. Neurosci. 2017 (reset by subtraction); signed spikes: Hu et al., "
        "Fast-SNN, TPAMI 2023",
    .create = create};

}  // namespace synfire
