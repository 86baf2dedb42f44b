// Small networks for the event engine, and their spikes.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/engine/event_engine.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire::test {

inline ModelRegistry registry() { return ModelRegistry(neuron_models()); }

inline Population population(const std::string& name, std::int64_t size, const std::string& model,
                             Parameters parameters) {
  Population result = float_population(name, {size}, model);
  result.parameters = std::move(parameters);
  if (model == "lif") result.parameters["input"] = std::string("delta");
  return result;
}

inline OneToOne pairs(float weight) { return {Tensor::of({1}, std::vector<float>{weight})}; }

/// A neuron that spikes at the given time, and not again for 10 s.
inline Population at(const std::string& name, std::vector<double> times) {
  std::vector<double> start;
  for (const double time : times) start.push_back(-time);
  const auto size = static_cast<std::int64_t>(start.size());
  // dt is 1 ms in these networks: the offset is the slope per ms.
  return population(name, size, "if",
                    {{"i_offset", 1.0},
                     {"v_threshold", 0.0},
                     {"v_init", Tensor::of({size}, start)},
                     {"reset", std::string("value")},
                     {"v_reset", -1e4}});
}

inline EventSpikes run(const Network& network, double ms,
                       EventOrder order = EventOrder::automatic) {
  EventEngine engine(network, registry(), {.order = order, .records = true});
  engine.run(ms);
  return engine.recorded();
}

/// Spikes of one instant come in no order.
inline EventSpikes sorted(EventSpikes spikes) {
  std::sort(spikes.begin(), spikes.end(), [](const EventSpike& a, const EventSpike& b) {
    return std::pair(a.time_ms, a.neuron) < std::pair(b.time_ms, b.neuron);
  });
  return spikes;
}

/// The times of one neuron's spikes.
inline std::vector<double> times_of(const EventSpikes& spikes, std::uint32_t neuron) {
  std::vector<double> times;
  for (const EventSpike& spike : spikes)
    if (spike.neuron == neuron) times.push_back(spike.time_ms);
  return times;
}

}  // namespace synfire::test
