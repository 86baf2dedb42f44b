#include <algorithm>

#include "neurons/common/poisson_group.h"
#include "neurons/common/poisson_kernel.h"
#include "neurons/common/reader.h"

namespace synfire {
namespace {

RateSchedule schedule_of(const Population& population, const GroupContext& context) {
  const ParameterReader read(population, context);
  RateSchedule schedule{read.list("times_ms"), read.list("rates_hz")};
  if (schedule.begin_ms.size() != schedule.rate_hz.size())
    fail(Code::parameter_invalid, read.where() + ".rates_hz",
         std::to_string(schedule.rate_hz.size()) + " rates for " +
             std::to_string(schedule.begin_ms.size()) + " times",
         "give one rate for every time of times_ms");
  if (!std::ranges::is_sorted(schedule.begin_ms))
    fail(Code::parameter_invalid, read.where() + ".times_ms", "the times do not rise");
  return schedule;
}

std::unique_ptr<EventGroup> create_events(const Population& population,
                                          const GroupContext& context) {
  return make_poisson_events(schedule_of(population, context), population, context);
}

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return make_poisson_group(schedule_of(population, context), population, context);
}

}  // namespace

extern const ModelInfo poisson_inhomogeneous_model;
const ModelInfo poisson_inhomogeneous_model{
    .name = "poisson_inhomogeneous",
    .summary = "independent Poisson spike trains whose rate changes at given times",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 0,
    .most_spikes = kMostPoisson,
    .splits = true,
    .parameters = {{"times_ms", "t_k", "ms", Tensor(DataType::float64, {0}), 0, 1e300,
                    "when the rate changes, rising", true},
                   {"rates_hz", "rate_k", "Hz", Tensor(DataType::float64, {0}), 0, 1e6,
                    "mean rate of each neuron from each time to the next", true}},
    .states = {},
    .equations =
        "count of a step ~ Poisson(integral of the rate over the step); rate_k from t_k to "
        "t_(k+1), "
        "0 before the first time",
    .source = "inhomogeneous_poisson_generator of NEST; Philox4x32-10 random numbers",
    .create = create,
    .create_events = create_events};

}  // namespace synfire
