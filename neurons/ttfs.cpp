#include "neurons/ttfs.h"

#include <algorithm>

#include "core/base/state_archive.h"
#include "neurons/common/coded.h"

namespace synfire {
namespace {

class TtfsGroup final : public CodedGroup {
 public:
  TtfsGroup(const Population& population, const GroupContext& context)
      : CodedGroup(population, context),
        first_of_tick_(static_cast<std::size_t>(context.window) + 2),
        order_(value_.size()) {}

  std::int32_t arrival_gain(const Step& step) const override {
    return synfire_ttfs_ramp(context_.window, step.integrate);
  }

 private:
  /// Counting sort of the neurons by the tick in which they fire; silent ones come last.
  void values_ready() override {
    std::fill(first_of_tick_.begin(), first_of_tick_.end(), 0);
    for (const std::int32_t u : value_) ++first_of_tick_[tick_of(u) + 1];
    for (std::size_t t = 1; t < first_of_tick_.size(); ++t)
      first_of_tick_[t] += first_of_tick_[t - 1];
    std::vector<std::uint32_t> next(first_of_tick_.begin(), first_of_tick_.end() - 1);
    for (std::size_t i = 0; i < value_.size(); ++i)
      order_[next[tick_of(value_[i])]++] = static_cast<std::uint32_t>(i);
  }

  std::size_t tick_of(std::int32_t u) const {
    return static_cast<std::size_t>(
        std::clamp(synfire_ttfs_tick(context_.window, u), 0, context_.window));
  }

  void emit(const Step& step, SpikeList& out) override {
    const auto tick = static_cast<std::size_t>(step.fire);
    out.reserve(first_of_tick_[tick + 1] - first_of_tick_[tick]);
    for (std::uint32_t k = first_of_tick_[tick]; k < first_of_tick_[tick + 1]; ++k)
      out.add(order_[k], value_[order_[k]] < 0 ? -1 : 1);
  }

  void visit_code(StateArchive& archive) override {
    archive.fixed("first_of_tick", first_of_tick_);
    archive.fixed("order", order_);
  }

  std::vector<std::uint32_t> first_of_tick_, order_;
};

}  // namespace

extern const ModelInfo ttfs_model;
const ModelInfo ttfs_model = coded_model<TtfsGroup>(
    {.name = "ttfs",
     .summary = "quantized neuron that sends its value in the time of one spike",
     .equations =
         "a spike that arrives with r ticks of the window left adds w s r (a ramp of slope w); "
         "u = f(V);  one spike sign(u) at tick 255 - |u|, none when u = 0",
     .source =
         "Stanojevic et al., Nature Communications 2024 (arXiv 2306.08744); exact integer form: "
         "docs/codings.md"});

}  // namespace synfire
