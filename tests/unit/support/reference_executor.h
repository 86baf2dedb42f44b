// Executes a graded network densely and naively from its graph: no engine, no spikes, no neuron
// models. What it gives is the definition that the engines are compared with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/net/network.h"

namespace synfire::test {

class ReferenceExecutor {
 public:
  /// Keeps a reference to the network. Supports one input and one output.
  explicit ReferenceExecutor(const Network& network);

  /// Sample through encoders, network and decoders.
  Tensor infer(const Tensor& sample);
  /// The same up to and including the first decoder stage (the logits).
  Tensor logits(const Tensor& sample);
  /// Values of every population after the last sample, by name.
  const std::vector<std::int32_t>& values(const std::string& population) const;

 private:
  using Values = std::vector<std::int32_t>;
  Tensor output_values(const Tensor& sample);
  void compute(const Population& population);

  const Network& network_;
  std::vector<std::size_t> order_;
  std::map<std::string, Values, std::less<>> values_;
};

}  // namespace synfire::test
