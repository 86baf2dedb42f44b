#include "neurons/rate.h"

#include <algorithm>

#include "neurons/common/coded.h"
#include "neurons/common/rate_count.h"
#include "neurons/common/tap_counts.h"

namespace synfire {
namespace {

class RateGroup final : public CodedGroup {
 public:
  RateGroup(const Population& population, const GroupContext& context)
      : RateGroup(population, context, rate_sends_counts(population, context.transmits)) {}

 private:
  RateGroup(const Population& population, const GroupContext& context, bool counts)
      : CodedGroup(rate_counting(population, counts), context),
        counts_(counts),
        signed_(integer_or(population.parameters, "signed_spikes", 1, population.name) != 0) {
    for (const int r : {0, 1}) {
      input_steps_[r] = rate_input_steps(population, r);
      target_steps_[r] = rate_target_steps(population, counts, r);
    }
    if (pools_maximum_) taps_ = std::make_unique<TapCounts>(value_.size(), context);
  }

  void finish_sums() override {
    for (int r = 0; r < 2; ++r) {
      if (input_steps_[r] == target_steps_[r]) continue;
      for (std::int32_t& v : sums_[r]) v = synfire_rate_scale(v, target_steps_[r], input_steps_[r]);
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
  void visit_code(StateArchive& archive) override {
    archive("firing", firing_);
    archive("taps", taps_);
  }

  struct Firing {
    std::uint32_t neuron;
    std::int32_t count;
  };

  bool counts_;
  // What a sum of a source's whole window is brought to, and from.
  std::int32_t target_steps_[2] = {255, 255}, input_steps_[2] = {255, 255};
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
