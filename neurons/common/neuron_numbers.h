// The parameters of a group's neurons, with the defaults of the model's descriptor.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/model.h"
#include "neurons/common/reader.h"

namespace synfire {

class NeuronNumbers {
 public:
  NeuronNumbers(const Population& population, const GroupContext& context,
                std::vector<ParameterInfo> parameters);

  /// Whether all neurons have the same, but for where they start.
  bool uniform() const { return uniform_; }
  std::size_t neurons() const { return reader_.count(); }
  const ParameterReader& reader() const { return reader_; }
  std::vector<double> initial_potential() const;

  /// Those of one neuron.
  class One {
   public:
    One(const NeuronNumbers& all, std::size_t neuron) : all_(all), neuron_(neuron) {}
    double operator()(std::string_view name) const;
    /// A duration in whole steps.
    std::int32_t steps(std::string_view name) const;
    /// Place of the chosen word among `words`, the first of which is the default.
    std::int32_t choice(std::string_view name, const std::vector<std::string>& words) const {
      return all_.reader_.choice(name, words);
    }
    /// Into how many parts a solver cuts a step: none is longer than `solver_step_ms`.
    std::int32_t substeps() const;

   private:
    const NeuronNumbers& all_;
    std::size_t neuron_;
  };
  One of(std::size_t neuron) const { return {*this, neuron}; }

 private:
  ParameterReader reader_;
  double dt_ms_;
  bool uniform_ = true;
  double v_init_ = 0;                                       // without one of the population's own
  std::map<std::string_view, std::vector<double>> values_;  // one, or one per neuron
};

ParameterInfo refractory_parameter(double fallback_ms);
ParameterInfo solver_parameter(double fallback_ms);
/// Potentials, time constants and other numbers of models with units.
ParameterInfo potential(std::string_view name, std::string_view symbol, double fallback_mv,
                        std::string_view meaning);
ParameterInfo time_constant(std::string_view name, std::string_view symbol, double fallback_ms,
                            std::string_view meaning);
/// What may be anything.
ParameterInfo free_number(std::string_view name, std::string_view symbol, std::string_view unit,
                          double fallback, std::string_view meaning);
/// What is above 0.
ParameterInfo positive_number(std::string_view name, std::string_view symbol, std::string_view unit,
                              double fallback, std::string_view meaning);

/// One list after the other.
std::vector<ParameterInfo> joined(std::initializer_list<std::vector<ParameterInfo>> lists);

}  // namespace synfire
