#include "targets/cpu/lowering_error.h"

#include <algorithm>
#include <cmath>

#include "targets/cpu/step_trace.h"

namespace synfire {
namespace {

using Ids = std::vector<std::uint32_t>;
using Counts = std::vector<std::int64_t>;

std::int64_t only_one_has(const Ids& a, const Ids& b) {
  Ids rest;
  std::ranges::set_symmetric_difference(a, b, std::back_inserter(rest));
  return std::ssize(rest);
}

Counts counts_of(const StepTrace& trace, std::size_t population, std::int64_t neurons) {
  Counts counts(static_cast<std::size_t>(neurons));
  for (const auto& step : trace.spikes)
    for (const std::uint32_t id : step[population]) ++counts[id];
  return counts;
}

template <typename Values>
std::ptrdiff_t winner(const Values& values) {
  return std::ranges::max_element(values) - values.begin();
}

/// Potentials of the fixed network in the units of the float one.
class Units {
 public:
  explicit Units(const Population& population) {
    const auto n = static_cast<std::size_t>(population.size());
    const std::string where = "net.populations." + population.name;
    unit_ = reals_or(population.parameters, "unit", 1, n, where);
    rest_ = reals_or(population.parameters, "v_leak", 0, n, where);
  }
  double operator()(std::size_t neuron, double v) const {
    return rest_[neuron] + v * unit_[neuron];
  }

 private:
  std::vector<double> unit_, rest_;
};

class Comparison {
 public:
  explicit Comparison(const Network& lowered)
      : network_(lowered),
        output_(lowered.index_of(lowered.outputs[0].population)),
        units_(lowered.populations[output_]) {
    for (const Population& population : lowered.populations)
      error_.layers.push_back({population.name, 0, 0, 0, 0, -1});
  }

  void add(const StepTrace& real, const StepTrace& fixed) {
    ++error_.samples;
    for (std::size_t i = 0; i < error_.layers.size(); ++i) add_layer(i, real, fixed);
    for (std::size_t step = 0; step < real.potential.size(); ++step)
      add_potentials(real.potential[step], fixed.potential[step]);
    error_.same_winner += winner_of(real, false) == winner_of(fixed, true) ? 1 : 0;
  }

  LoweringError take() {
    std::erase_if(error_.layers, [&](const LayerDeviation& layer) {
      return network_.population(layer.population).model == "input";
    });
    return std::move(error_);
  }

 private:
  void add_layer(std::size_t index, const StepTrace& real, const StepTrace& fixed) {
    LayerDeviation& layer = error_.layers[index];
    for (std::size_t step = 0; step < real.spikes.size(); ++step) {
      const Ids &a = real.spikes[step][index], &b = fixed.spikes[step][index];
      const std::int64_t different = only_one_has(a, b);
      layer.spikes_float += std::ssize(a), layer.spikes_fixed += std::ssize(b);
      layer.different += different;
      const auto now = static_cast<std::int64_t>(step);
      if (different > 0 && (layer.first_step < 0 || now < layer.first_step)) layer.first_step = now;
    }
    const std::int64_t neurons = network_.populations[index].size();
    const Counts a = counts_of(real, index, neurons), b = counts_of(fixed, index, neurons);
    for (std::size_t i = 0; i < a.size(); ++i) layer.count_difference += std::abs(a[i] - b[i]);
  }

  void add_potentials(const std::vector<double>& real, const std::vector<double>& fixed) {
    for (std::size_t i = 0; i < real.size(); ++i) {
      error_.potential_error =
          std::max(error_.potential_error, std::abs(real[i] - units_(i, fixed[i])));
      error_.potential_range = std::max(error_.potential_range, std::abs(real[i]));
    }
  }

  std::ptrdiff_t winner_of(const StepTrace& trace, bool fixed) const {
    const Counts counts = counts_of(trace, output_, network_.populations[output_].size());
    if (std::ranges::any_of(counts, [](std::int64_t n) { return n > 0; })) return winner(counts);
    std::vector<double> last = trace.potential.back();
    for (std::size_t i = 0; fixed && i < last.size(); ++i) last[i] = units_(i, last[i]);
    return winner(last);
  }

  const Network& network_;
  std::size_t output_;
  Units units_;
  LoweringError error_;
};

}  // namespace

LoweringError measure_lowering(const Network& original, const Network& lowered,
                               const SampleSet& samples) {
  StepTracer real(original), fixed(lowered);
  Comparison comparison(lowered);
  for (std::int64_t i = 0; i < samples.count(); ++i)
    comparison.add(real.trace(samples.sample(i)), fixed.trace(samples.sample(i)));
  return comparison.take();
}

}  // namespace synfire
