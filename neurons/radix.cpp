#include "neurons/radix.h"

#include <algorithm>

#include "core/base/state_archive.h"
#include "neurons/common/coded.h"
#include "neurons/common/plane_kernel.h"

namespace synfire {
namespace {

/// Bit-serial max pool. Positive candidates: the greatest magnitude survives (a silent candidate
/// dies when a living one spikes). Negative ones: the least magnitude survives, and it counts only
/// when every tap of the window is negative; a tap at zero never spikes and thus wins with 0.
class BitSerialMaximum final : public TapReceptor {
 public:
  BitSerialMaximum(std::size_t neurons, const GroupContext& context)
      : words_(static_cast<std::size_t>((context.taps + 63) / 64)),
        valid_(context.tap_masks),
        positive_(neurons * words_),
        negative_(neurons * words_),
        greatest_(neurons),
        least_(neurons) {
    reset();
  }

  void reset() {
    alive_greatest_ = valid_;
    alive_least_ = valid_;
    std::fill(greatest_.begin(), greatest_.end(), 0);
    std::fill(least_.begin(), least_.end(), 0);
  }

  void arrive(std::uint32_t target, std::uint32_t tap, std::int32_t payload) override {
    std::vector<std::uint64_t>& spiked = payload > 0 ? positive_ : negative_;
    spiked[target * words_ + tap / 64] |= std::uint64_t{1} << tap % 64;
  }

  void finish_step() {
    for (std::size_t i = 0; i < greatest_.size(); ++i) {
      greatest_[i] = 2 * greatest_[i] + eliminate_silent(i);
      least_[i] = 2 * least_[i] + eliminate_spiking(i);
    }
    std::fill(positive_.begin(), positive_.end(), 0);
    std::fill(negative_.begin(), negative_.end(), 0);
  }

  void read(std::span<std::int32_t> values) const {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = greatest_[i] > 0 ? greatest_[i] : -least_[i];
  }

  void visit_state(StateArchive& archive) {
    archive.fixed("positive", positive_);
    archive.fixed("negative", negative_);
    archive.fixed("alive_greatest", alive_greatest_);
    archive.fixed("alive_least", alive_least_);
    archive.fixed("greatest", greatest_);
    archive.fixed("least", least_);
  }

 private:
  std::int32_t eliminate_silent(std::size_t neuron) {
    std::uint64_t hit = 0;
    for (std::size_t w = neuron * words_; w < (neuron + 1) * words_; ++w)
      hit |= alive_greatest_[w] & positive_[w];
    if (hit == 0) return 0;
    for (std::size_t w = neuron * words_; w < (neuron + 1) * words_; ++w)
      alive_greatest_[w] &= positive_[w];
    return 1;
  }

  std::int32_t eliminate_spiking(std::size_t neuron) {
    std::uint64_t silent = 0;
    for (std::size_t w = neuron * words_; w < (neuron + 1) * words_; ++w)
      silent |= alive_least_[w] & ~negative_[w];
    if (silent == 0) return 1;
    for (std::size_t w = neuron * words_; w < (neuron + 1) * words_; ++w)
      alive_least_[w] &= ~negative_[w];
    return 0;
  }

  std::size_t words_;
  std::vector<std::uint64_t> valid_, positive_, negative_, alive_greatest_, alive_least_;
  std::vector<std::int32_t> greatest_, least_;
};

class RadixGroup final : public CodedGroup {
 public:
  RadixGroup(const Population& population, const GroupContext& context)
      : CodedGroup(population, context, Reads::map), spikes_(has_map() ? 0 : value_.size()) {
    if (pools_maximum_) taps_ = std::make_unique<BitSerialMaximum>(value_.size(), context);
  }

  void begin_step(const Step& step) override {
    if (step.integrate < 0 || pools_maximum_) return;
    for (auto& sums : sums_) double_sums(sums);
  }

 private:
  void integrate(const Step&) override {
    if (taps_) taps_->finish_step();
  }
  TapReceptor* tap_receptor() override { return taps_.get(); }
  void read_taps(std::span<std::int32_t> values) override { taps_->read(values); }
  void reset_taps() override {
    if (taps_) taps_->reset();
  }
  void emit(const Step& step, SpikeList& out) override {
    const std::int32_t bit = step.fire;
    if (has_map()) return out.end_map(bit_plane(map(), bit, out.begin_map(map().size())));
    std::transform(value_.begin(), value_.end(), spikes_.begin(),
                   [bit](std::int32_t value) { return synfire_radix_spike(value, bit); });
    out.set_values(spikes_);
  }
  void visit_code(StateArchive& archive) override { archive("taps", taps_); }

  std::vector<std::int32_t> spikes_;  // of this step, -1, 0 or 1, where the values are no map
  std::unique_ptr<BitSerialMaximum> taps_;
};

}  // namespace

extern const ModelInfo radix_model;
const ModelInfo radix_model = coded_model<RadixGroup>(
    {.name = "radix",
     .summary =
         "quantized neuron that sends its value as binary spikes, most significant bit first",
     .equations =
         "V <- 2 V + sum w s, s in {-1, 0, 1}, for 8 steps;  u = f(V);  then for b = 7..0 a "
         "spike sign(u) when bit b of |u| is set",
     .source = "radix encoding: Wang et al., DAC 2021 (radix encoded SNN); bit-exact form: "
               "docs/codings.md"});

}  // namespace synfire
