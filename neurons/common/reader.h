// Reads the parameters of the neurons that a group holds.
#pragma once

#include <string>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

class ParameterReader {
 public:
  ParameterReader(const Population& population, const GroupContext& context)
      : population_(population), context_(context) {}

  const std::string& where() const { return where_; }
  /// Neurons of the group.
  std::size_t count() const { return context_.slice.size(population_); }
  /// One value per neuron of the group.
  std::vector<float> numbers(std::string_view name, float fallback) const;
  double number(std::string_view name, double fallback) const;
  /// The same in double precision.
  std::vector<double> reals(std::string_view name, double fallback) const;
  /// A duration in whole steps.
  std::int32_t steps(std::string_view name, double fallback_ms) const;
  /// All numbers of a list, in its order.
  std::vector<double> list(std::string_view name) const;
  /// Index of the chosen word among `words`, the first of which is the default.
  std::int32_t choice(std::string_view name, const std::vector<std::string>& words) const;
  /// v at the start: v_init plus a uniform part of width v_init_spread and a normal one.
  std::vector<float> initial_potential() const;
  std::vector<double> initial_potential_real(double v_init = 0.0) const;

 private:
  template <typename Real>
  std::vector<Real> with_random_part(std::vector<Real> v) const;

  const Population& population_;
  const GroupContext& context_;
  std::string where_ = "net.populations." + population_.name;
};

/// A single entry when all are the same, so that a group can use what its neurons share.
template <typename Constants>
void share_constants(std::vector<Constants>& constants) {
  for (const Constants& each : constants)
    if (std::memcmp(&each, constants.data(), sizeof each) != 0) return;
  if (!constants.empty()) constants.resize(1);
}

/// The same for what is compared by value.
template <typename Constants>
void share_equal(std::vector<Constants>& constants) {
  for (const Constants& each : constants)
    if (!(each == constants[0])) return;
  if (!constants.empty()) constants.resize(1);
}

/// Throws: the neurons would spike without end at one instant of continuous time.
[[noreturn]] void refuse_endless_spikes(const ParameterReader& read);

/// The parameters of the potential at the start.
std::vector<ParameterInfo> initial_parameters(double v_init = 0.0, std::string_view unit = "mV");
/// The parameters of every integrate-and-fire model that spikes, but for its reset.
std::vector<ParameterInfo> threshold_parameters();

}  // namespace synfire
