#include "neurons/rate.h"

#include <algorithm>

#include "neurons/common/coded.h"
#include "neurons/common/tap_counts.h"

namespace synfire {
namespace {

class RateGroup final : public CodedGroup {
 public:
  RateGroup(const Population& population, const GroupContext& context)
      : CodedGroup(population, context), where_("net.populations." + population.name) {
    const auto integer = [&](std::string_view name, std::int64_t fallback) {
      return static_cast<std::int32_t>(integer_or(population.parameters, name, fallback, where_));
    };
    steps_ = integer("steps", 255);
    input_steps_[0] = integer("input_steps", steps_);
    input_steps_[1] = integer("input_steps_1", input_steps_[0]);
    signed_ = integer("signed_spikes", 1) != 0;
    if (pools_maximum_) taps_ = std::make_unique<TapCounts>(value_.size(), context);
  }

 private:
  /// Spike counts become values on the scale of the quantized layer.
  void finish_sums() override {
    for (int r = 0; r < 2; ++r) {
      if (input_steps_[r] == SYNFIRE_RATE_LEVELS) continue;
      for (std::int32_t& v : sums_[r])
        v = synfire_rate_scale(v, SYNFIRE_RATE_LEVELS, input_steps_[r]);
    }
  }

  void values_ready() override {
    firing_.clear();
    for (std::size_t i = 0; i < value_.size(); ++i) {
      std::int32_t count = synfire_rate_count(value_[i], steps_);
      if (!signed_) count = std::max(count, 0);
      if (count != 0) firing_.push_back({static_cast<std::uint32_t>(i), count});
    }
  }

  /// Every neuron fires in its first |N| steps; those that are done leave the list.
  void emit(const Step&, SpikeList& out) override {
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

  std::string where_;
  std::int32_t steps_ = 255;
  std::int32_t input_steps_[2] = {255, 255};
  bool signed_ = true;
  std::vector<Firing> firing_;
  std::unique_ptr<TapCounts> taps_;
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<RateGroup>(population, context);
}

}  // namespace

extern const ModelInfo rate_model;
const ModelInfo rate_model{
    .name = "rate",
    .summary = "quantized neuron that sends its value as a number of spikes, two-phase",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::integer,
    .receptors = 2,
    .parameters = quantized_parameters(
        {{"steps", "T", "steps", std::int64_t{255}, 1, 65535, "length of the window"},
         {"input_steps", "", "steps", std::int64_t{255}, 1, 65535,
          "T of the sources of receptor 0; 255 for graded sources"},
         {"input_steps_1", "", "steps", std::int64_t{255}, 1, 65535, "the same for receptor 1"},
         {"signed_spikes", "", "", std::int64_t{1}, 0, 1,
          "1: negative values send negative spikes"}}),
    .states = {"v", "value"},
    .equations =
        "V = round(255/T sum w s);  u = f(V);  N = round(u T / 255) spikes, one a step from "
        "the window's first step on",
    .source =
        "two-phase integrate-and-fire: Li et al., Fast-SNN 2023 and PASCAL 2025; threshold ladder: "
        "docs/codings.md",
    .create = create};

}  // namespace synfire
