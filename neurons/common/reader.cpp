#include "neurons/common/reader.h"

#include <algorithm>
#include <cmath>

#include "core/base/random_sequence.h"

namespace synfire {

std::vector<float> ParameterReader::numbers(std::string_view name, float fallback) const {
  const auto neurons = static_cast<std::size_t>(population_.size());
  const auto all = numbers_or(population_.parameters, name, fallback, neurons, where_);
  const auto first = all.begin() + context_.slice.first;
  return {first, first + static_cast<std::ptrdiff_t>(count())};
}

std::vector<double> ParameterReader::reals(std::string_view name, double fallback) const {
  const auto neurons = static_cast<std::size_t>(population_.size());
  const auto all = reals_or(population_.parameters, name, fallback, neurons, where_);
  const auto first = all.begin() + context_.slice.first;
  return {first, first + static_cast<std::ptrdiff_t>(count())};
}

double ParameterReader::number(std::string_view name, double fallback) const {
  return number_or(population_.parameters, name, fallback, where_);
}

std::int32_t ParameterReader::steps(std::string_view name, double fallback_ms) const {
  return static_cast<std::int32_t>(std::lround(number(name, fallback_ms) / context_.dt_ms));
}

std::vector<double> ParameterReader::list(std::string_view name) const {
  const auto found = population_.parameters.find(name);
  if (found == population_.parameters.end()) return {};
  const auto* const tensor = std::get_if<Tensor>(&found->second);
  if (tensor == nullptr) return {number(name, 0)};
  std::vector<double> numbers(tensor->size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = tensor->number(i);
  return numbers;
}

std::int32_t ParameterReader::choice(std::string_view name,
                                     const std::vector<std::string>& words) const {
  const std::string chosen = text_or(population_.parameters, name, words[0], where_);
  const auto found = std::find(words.begin(), words.end(), chosen);
  if (found == words.end()) {
    const std::string near = nearest_name(chosen, words);
    fail(Code::parameter_invalid, where_ + "." + std::string(name), "unknown word " + chosen,
         near.empty() ? "one of: " + words[0] + ", ..." : "did you mean '" + near + "'?");
  }
  return static_cast<std::int32_t>(found - words.begin());
}

std::vector<float> ParameterReader::initial_potential() const {
  return with_random_part(numbers("v_init", 0.0F));
}

std::vector<double> ParameterReader::initial_potential_real(double v_init) const {
  return with_random_part(reals("v_init", v_init));
}

template <typename Real>
std::vector<Real> ParameterReader::with_random_part(std::vector<Real> v) const {
  const double spread = number("v_init_spread", 0.0), deviation = number("v_init_std", 0.0);
  const auto first = context_.first_neuron + static_cast<std::uint64_t>(context_.slice.first);
  for (std::size_t i = 0; i < v.size() && (spread > 0 || deviation > 0); ++i) {
    RandomSequence random(Random(context_.seed, Stream::initial_state, first + i));
    v[i] += static_cast<Real>(spread * random.uniform());
    if (deviation > 0) v[i] += static_cast<Real>(deviation * random.normal());
  }
  return v;
}

void refuse_endless_spikes(const ParameterReader& read) {
  fail(
      Code::parameter_invalid, read.where() + ".v_threshold",
      "without a refractory period a neuron that is reset to its threshold or above spikes without "
      "end",
      "set refractory_ms above 0, or v_reset below v_threshold");
}

std::vector<ParameterInfo> initial_parameters(double v_init, std::string_view unit) {
  constexpr double kAny = 3.4e38;
  return {{"v_init", "v(0)", unit, v_init, -kAny, kAny, "membrane potential at the start"},
          {"v_init_spread", "", unit, 0.0, 0, kAny, "width of a uniform random part of v(0)"},
          {"v_init_std", "", unit, 0.0, 0, kAny, "standard deviation of a normal part of v(0)"}};
}

std::vector<ParameterInfo> threshold_parameters() {
  constexpr double kAny = 3.4e38;
  return {{"v_threshold", "v_threshold", "mV", 1.0, -kAny, kAny, "spike threshold"},
          {"v_reset", "v_reset", "mV", 0.0, -kAny, kAny, "potential after a spike (reset value)"},
          {"refractory_ms", "t_ref", "ms", 0.0, 0, 1e9, "refractory period"},
          {"spike_at", "", "", std::string("above"), 0, 0, "above or reached (v >= v_threshold)"}};
}

}  // namespace synfire
