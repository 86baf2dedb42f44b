#include "targets/cpu/step_trace.h"

#include "encoders/stage.h"
#include "neurons/models.h"

namespace synfire {

StepTracer::StepTracer(const Network& network)
    : network_(network), compiled_(network, model_registry()), engine_(compiled_) {}

StepTrace StepTracer::trace(const Tensor& sample) {
  const Input& input = network_.inputs.at(0);
  const std::size_t from = compiled_.index_of(input.population);
  const std::size_t to = compiled_.index_of(network_.outputs.at(0).population);
  const Tensor frames = encode(input.encoders, sample);
  const auto width = static_cast<std::size_t>(network_.populations[from].size());
  StepTrace trace;
  engine_.reset();
  engine_.observe([&](std::int64_t, std::size_t population, const SpikeList& spikes) {
    trace.spikes.back()[population].assign(spikes.ids().begin(), spikes.ids().end());
  });
  for (std::size_t first = 0; first + width <= frames.size(); first += width) {
    trace.spikes.emplace_back(network_.populations.size());
    engine_.group(from).inject(frames.as<std::int32_t>().subspan(first, width));
    engine_.step();
    trace.potential.push_back(engine_.group(to).state("v"));
  }
  engine_.observe({});
  return trace;
}

std::uint64_t StepTracer::synops() const {
  std::uint64_t total = 0;
  for (std::size_t p = 0; p < network_.populations.size(); ++p) total += engine_.synops(p);
  return total;
}

}  // namespace synfire
