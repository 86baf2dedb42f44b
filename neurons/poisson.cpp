#include "neurons/common/poisson_group.h"
#include "neurons/common/poisson_kernel.h"

namespace synfire {
namespace {

RateSchedule schedule_of(const Population& population) {
  const std::string where = "net.populations." + population.name;
  return {{0.0}, {number_or(population.parameters, "rate_hz", 0.0, where)}};
}

std::unique_ptr<EventGroup> create_events(const Population& population,
                                          const GroupContext& context) {
  return make_poisson_events(schedule_of(population), population, context);
}

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return make_poisson_group(schedule_of(population), population, context);
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
    .takes_rates = true,
    .parameters = {{"rate_hz", "rate", "Hz", 0.0, 0, 1e6, "mean rate of each neuron"}},
    .states = {},
    .equations =
        "count of a step ~ Poisson(rate dt), by inversion of the cumulative distribution: in 16 "
        "bits, and what these leave in 32 more",
    .source = "Knuth, The Art of Computer Programming 2, 3.4.1; Philox4x32-10 random numbers",
    .create = create,
    .create_events = create_events};

}  // namespace synfire
