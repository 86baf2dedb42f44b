#include <algorithm>

#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

constexpr std::int32_t kLevels = 255;  // T at which every quantized level has its own count

std::int32_t steps_of(const CodingOptions& options) {
  const std::int32_t steps = options.steps == 0 ? kLevels : options.steps;
  if (steps < 1 || steps > 2047)
    fail(Code::bad_option_value, "--steps", std::to_string(steps) + " is outside [1, 2047]");
  return steps;
}

bool is_input(const Network& network, std::string_view name) {
  return std::any_of(network.inputs.begin(), network.inputs.end(),
                     [&](const Input& input) { return input.population == name; });
}

std::string of_receptor(std::string name, std::int32_t receptor) {
  return receptor == 0 ? name : name + "_1";
}

/// Average pools are linear: two-phase, they pass their value on as it is.
bool is_average(const Population& population) {
  return text_or(population.parameters, "activation", "none", population.name) == "average";
}

/// Inputs stay graded: their values are a current, not spikes.
void two_phase(Network& network, std::int32_t steps) {
  for (Population& population : network.populations) {
    if (is_input(network, population.name)) continue;
    population.model = "rate";
    population.parameters["steps"] = std::int64_t{steps};
    if (is_average(population)) population.parameters["graded_output"] = std::int64_t{1};
  }
  const auto sends_values = [&](const std::string& source) {
    return is_input(network, source) || is_average(network.population(source));
  };
  for (const Projection& projection : network.projections)
    network.find_population(projection.target)
        ->parameters[of_receptor("input_steps", projection.receptor)] =
        std::int64_t{sends_values(projection.source) ? kLevels : steps};
  schedule(network, steps);
}

void pipelined(Network& network, std::int32_t steps) {
  const std::vector<std::int32_t> depth = pipeline(network, steps);
  for (std::size_t i = 0; i < depth.size(); ++i) {
    Population& population = network.populations[i];
    population.model = "rate_if";
    population.parameters["steps"] = std::int64_t{steps};
    population.parameters["start"] = std::int64_t{depth[i]};
  }
  for (const Projection& projection : network.projections)
    network.find_population(projection.target)
        ->parameters[of_receptor("analog_input", projection.receptor)] =
        std::int64_t{is_input(network, projection.source) ? 1 : 0};
}

void apply(Network& network, const CodingOptions& options) {
  const std::int32_t steps = steps_of(options);
  options.pipelined ? pipelined(network, steps) : two_phase(network, steps);
  for (Population& population : network.populations)
    if (population.model != "graded")
      population.parameters["signed_spikes"] = std::int64_t{options.signed_spikes ? 1 : 0};
  network.metadata["coding.steps"] = std::to_string(steps);
  network.metadata["coding.mode"] = options.pipelined ? "pipelined" : "two-phase";
}

/// Negative values exist where the zero point is above the least value.
bool has_negative_values(const Population& population) {
  const std::string where = "net.populations." + population.name;
  return integer_or(population.parameters, "low", -128, where) <
         integer_or(population.parameters, "zero_point", 0, where);
}

Verdict verdict(const Population& population, const CodingOptions& options) {
  const std::int32_t steps = steps_of(options);
  if (population.model == "graded") return {};
  if (options.pipelined)
    return {Fidelity::approximate, "pipelined spikes leave before the whole charge is there"};
  if (steps != kLevels)
    return {Fidelity::approximate,
            std::to_string(steps) + " steps carry " + std::to_string(steps + 1) + " of 256 levels"};
  if (!options.signed_spikes && has_negative_values(population))
    return {Fidelity::approximate, "negative values need signed spikes"};
  return {};
}

}  // namespace

extern const CodingInfo rate_coding;
const CodingInfo rate_coding{
    .name = "rate",
    .summary = "values as spike counts in T steps: two-phase (layer by layer) or pipelined",
    .guarantee =
        "two-phase with T = 255 and signed spikes is bit-identical to the quantized model; "
        "smaller T and pipelined operation are approximate",
    .source = "docs/codings.md; Rueckauer et al. 2017; Hu et al. 2023 (Fast-SNN)",
    .apply = apply,
    .verdict = verdict};

}  // namespace synfire
