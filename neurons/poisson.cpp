#include <cmath>

#include "core/base/random.h"
#include "core/engine/model.h"

namespace synfire {
namespace {

/// Cumulative distribution of a Poisson variable as 32-bit thresholds: count = how many are <=
/// bits.
std::vector<std::uint32_t> thresholds(double mean) {
  std::vector<std::uint32_t> list;
  double term = std::exp(-mean), sum = term;
  for (int k = 1; sum < 1 - 0x1p-33 && k < 1000; ++k) {
    list.push_back(static_cast<std::uint32_t>(sum * 0x1p32));
    term *= mean / k;
    sum += term;
  }
  return list;
}

class PoissonGroup final : public NeuronGroup {
 public:
  PoissonGroup(const Population& population, const GroupContext& context)
      : neurons_(static_cast<std::size_t>(population.size())),
        context_(context),
        thresholds_(thresholds(number_or(population.parameters, "rate_hz", 0.0, population.name) *
                               context.dt_ms * 1e-3)),
        unused_(neurons_) {}

  void reset() override {}
  Receptor receptor(std::int32_t) override { return std::span<float>(unused_); }

  void update(const Step& step, SpikeList& out) override {
    out.reserve(neurons_);
    for (std::size_t i = 0; i < neurons_; ++i) {
      const Random random(context_.seed, Stream::drive, context_.first_neuron + i);
      const std::uint32_t bits = random.bits(static_cast<std::uint64_t>(step.index));
      std::int32_t count = 0;
      while (static_cast<std::size_t>(count) < thresholds_.size() &&
             bits >= thresholds_[static_cast<std::size_t>(count)])
        ++count;
      if (count > 0) out.add(static_cast<std::uint32_t>(i), count);
    }
  }

  std::vector<double> state(std::string_view) const override { return {}; }

 private:
  std::size_t neurons_;
  GroupContext context_;
  std::vector<std::uint32_t> thresholds_;
  std::vector<float> unused_;
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<PoissonGroup>(population, context);
}

}  // namespace

extern const ModelInfo poisson_model;
const ModelInfo poisson_model{
    .name = "poisson",
    .summary = "independent Poisson spike trains; several spikes of a step share one event",
    .nir_name = "",
    .pynn_name = "SpikeSourcePoisson",
    .format = NumberFormat::float32,
    .receptors = 1,
    .parameters = {{"rate_hz", "rate", "Hz", 0.0, 0, 1e6, "mean rate of each neuron"}},
    .states = {},
    .equations = "count of a step ~ Poisson(rate dt), by inversion of the cumulative distribution",
    .source = "Knuth, The Art of Computer Programming 2, 3.4.1; Philox4x32-10 random numbers",
    .create = create};

}  // namespace synfire
