#include "core/engine/model.h"
#include "neurons/common/poisson_kernel.h"

namespace synfire {
namespace {

/// Spikes per step. With means up to this counts beyond kMostPoisson have a chance below 1e-9.
constexpr double kMostMean = 25;
double mean_of(const Population& population, double dt_ms) {
  const std::string where = "net.populations." + population.name;
  const double mean = number_or(population.parameters, "rate_hz", 0.0, where) * dt_ms * 1e-3;
  if (mean > kMostMean)
    fail(Code::network_invalid, where + ".rate_hz",
         "it is " + std::to_string(mean) + " spikes a step, the limit is 25",
         "use a smaller dt, or spread the rate over several generators");
  return mean;
}

class PoissonGroup final : public NeuronGroup {
 public:
  PoissonGroup(const Population& population, const GroupContext& context)
      : stream_{context.seed, context.population, static_cast<std::uint64_t>(context.slice.first)},
        table_(poisson_table(mean_of(population, context.dt_ms))),
        neurons_(context.slice.size(population)) {}

  void reset() override {}
  Receptor receptor(std::int32_t) override { return std::span<float>(); }

  void update(const Step& step, SpikeList& out) override {
    static_assert(SpikeList::kMapSlack >= kPoissonSlack);
    out.end_map(draw_poisson(stream_, static_cast<std::uint64_t>(step.index), table_,
                             out.begin_map(neurons_), neurons_));
  }

  std::vector<double> state(std::string_view) const override { return {}; }

 private:
  PoissonStream stream_;
  PoissonTable table_;
  std::size_t neurons_;
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
    .receptors = 0,
    .most_spikes = kMostPoisson,
    .splits = true,
    .parameters = {{"rate_hz", "rate", "Hz", 0.0, 0, 1e6, "mean rate of each neuron"}},
    .states = {},
    .equations =
        "count of a step ~ Poisson(rate dt), by inversion of the cumulative distribution: in 16 "
        "bits, and what these leave in 32 more",
    .source = "Knuth, The Art of Computer Programming 2, 3.4.1; Philox4x32-10 random numbers",
    .create = create};

}  // namespace synfire
