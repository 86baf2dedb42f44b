// Groups of the models that send currents.
#pragma once

#include <cmath>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/model.h"
#include "neurons/common/neuron_numbers.h"

namespace synfire {

/// `Wave` is the current of one neuron, or of all where kShared: made of (numbers, context,
/// neuron), it answers at(step).
template <typename Wave>
class CurrentSource final : public NeuronGroup {
 public:
  CurrentSource(const Population& population, const GroupContext& context) {
    const NeuronNumbers numbers(population, context, Wave::parameters());
    neurons_ = numbers.neurons();
    for (std::size_t i = 0; i < (Wave::kShared ? 1 : neurons_); ++i)
      waves_.emplace_back(numbers, context, i);
  }

  void reset() override { now_ = 0; }
  Receptor receptor(std::int32_t) override { return std::span<float>(); }
  void update(const Step& step, SpikeList&) override { now_ = step.index; }
  void send_currents(std::int64_t step, std::span<float> to) const override {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = waves_[Wave::kShared ? 0 : i].at(step);
  }
  std::vector<double> state(std::string_view variable) const override {
    if (variable != "i") return {};
    std::vector<float> now(neurons_);
    send_currents(now_, now);
    return {now.begin(), now.end()};
  }
  void visit_state(StateArchive& archive) override { archive("now", now_); }

 private:
  std::size_t neurons_ = 0;
  std::vector<Wave> waves_;
  std::int64_t now_ = 0;
};

/// The steps in which a current flows: from start_ms to before stop_ms.
class CurrentSpanOfTime {
 public:
  CurrentSpanOfTime(const NeuronNumbers::One& number, double dt_ms)
      : begin_(first_step(number("start_ms"), dt_ms)), end_(first_step(number("stop_ms"), dt_ms)) {}

  bool has(std::int64_t step) const { return step >= begin_ && step < end_; }
  std::int64_t begin() const { return begin_; }
  /// The step that begins at this time, or within half a step of it.
  static std::int64_t first_step(double time_ms, double dt_ms) {
    constexpr double kFar = 0x1p62;
    return static_cast<std::int64_t>(std::min(kFar, std::round(time_ms / dt_ms)));
  }

 private:
  std::int64_t begin_, end_;
};

inline std::vector<ParameterInfo> current_span_parameters() {
  constexpr double kEnd = 1e300;
  return {{"start_ms", "", "ms", 0.0, 0, kEnd, "when the current begins"},
          {"stop_ms", "", "ms", kEnd, 0, kEnd, "when it ends"}};
}

/// What a model that sends currents says of itself.
struct CurrentSourceText {
  std::string_view name, summary, pynn_name, equations, source;
};
template <typename Wave>
ModelInfo current_source(const CurrentSourceText& text) {
  return {.name = text.name,
          .summary = text.summary,
          .nir_name = "",
          .pynn_name = text.pynn_name,
          .format = NumberFormat::float32,
          .receptors = 0,
          .most_spikes = 0,
          .splits = true,
          .currents = Currents::sent,
          .parameters = Wave::parameters(),
          .states = {{"i", "pA"}},
          .equations = text.equations,
          .source = text.source,
          .create = [](const Population& population,
                       const GroupContext& context) -> std::unique_ptr<NeuronGroup> {
            return std::make_unique<CurrentSource<Wave>>(population, context);
          }};
}

}  // namespace synfire
