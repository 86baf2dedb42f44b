// A network in which neurons of a given model are busy, for what holds of every model.
#pragma once

#include <string>
#include <vector>

#include "core/engine/model.h"
#include "support/networks.h"

namespace synfire::test {

/// A weight that drives neurons of the model now and then, in eighths: exact in both engines.
inline double weight_for(const ModelInfo& model) {
  if (model.weight_unit == "nS") return 8;
  if (model.weight_unit == "mV") return 8;
  if (model.weight_unit == "pA") return model.name == "gif" ? 40 : 1;
  for (const ParameterInfo& parameter : model.parameters)
    if (parameter.name == "tau_mem_ms" && model.nir_name != "") return 16;  // held over a step
  return model.name == "izhikevich" ? 8 : 0.5;
}

/// What makes spikes of every model likely beside the input.
inline Parameters lively(const ModelInfo& model) {
  Parameters parameters;
  for (const ParameterInfo& parameter : model.parameters) {
    if (parameter.name == "v_init_spread") parameters["v_init_spread"] = 0.5;
    if (parameter.name == "lambda_0_hz") parameters["v_threshold"] = -60.0;
  }
  return parameters;
}

/// Two populations of the model with noise, currents and each other's spikes.
inline Network lively_network(const ModelInfo& model) {
  Network network;
  network.dt_ms = 0.5;
  network.seed = 3;
  for (const char* name : {"a", "b"}) {
    network.populations.push_back(float_population(name, {300}, std::string(model.name)));
    network.populations.back().parameters = lively(model);
  }
  network.populations.push_back(float_population("drive", {300}, "poisson"));
  network.populations.back().parameters["rate_hz"] = 400.0;
  const double weight = weight_for(model);
  const auto inhibitory = model.receptors - 1;
  network.projections = {
      connect("drive", "a", OneToOne{Tensor::of({1}, std::vector{static_cast<float>(weight)})}),
      connect("a", "b", fixed_in_degree(20, weight / 4), 1.5),
      connect("b", "a", fixed_in_degree(20, weight / 8), 1.0)};
  network.projections.back().receptor = inhibitory;
  if (model.currents == Currents::taken) {
    network.populations.push_back(float_population("noise", {300}, "current_noise"));
    network.populations.back().parameters["std"] = 0.25;
    network.projections.push_back(
        connect("noise", "b", OneToOne{Tensor::of({1}, std::vector{2.0F})}, 0.5));
  }
  return network;
}

/// Neurons that generators of the model drive, which do something all the time.
inline Network generator_network(const ModelInfo& model) {
  Network network;
  network.dt_ms = 0.5;
  network.seed = 3;
  network.populations = {float_population("n", {200}, "lif_exp"),
                         float_population("g", {200}, std::string(model.name))};
  for (const ParameterInfo& parameter : model.parameters) {
    Parameters& parameters = network.populations[1].parameters;
    if (parameter.list && parameter.unit != "") {
      std::vector<double> values;
      for (int k = 0; k < 60; ++k) values.push_back(parameter.unit == "ms" ? 4.7 * k : k % 7 * 300);
      parameters[std::string(parameter.name)] = Tensor::of({60}, values);
    }
    if (parameter.name == "rate_hz") parameters["rate_hz"] = 600.0;
    if (parameter.unit == "pA" && !parameter.list) parameters[std::string(parameter.name)] = 1.0;
  }
  network.projections = {
      connect("g", "n", OneToOne{Tensor::of({1}, std::vector<float>{16.0F})}, 1.5),
      connect("n", "n", fixed_in_degree(10, 0.125), 1.0)};
  return network;
}

/// The same without currents, for neurons that take spikes as jumps, and which do not explode.
inline Network event_network(Network network) {
  std::erase_if(network.projections, [](const Projection& each) { return each.source == "noise"; });
  std::erase_if(network.populations, [](const Population& each) { return each.name == "noise"; });
  for (Population& population : network.populations) {
    const bool jumps = population.model == "if" || population.model == "lif";
    if (!jumps && !population.model.starts_with("lif_")) continue;
    if (jumps) population.parameters["input"] = std::string("delta");
    population.parameters["v_threshold"] = jumps ? 40.0 : population.model == "lif_exp" ? 2.0 : 8.0;
    population.parameters["refractory_ms"] = 2.0;
  }
  return network;
}

}  // namespace synfire::test
