// Small networks for tests, and their synapses one by one.
#pragma once

#include <cstdint>
#include <vector>

#include "core/net/network.h"

namespace synfire::test {

/// A synapse of a projection, by definition rather than by kernel.
struct Synapse {
  std::int64_t source, target, tap;
  double weight;
};

/// Every synapse of a projection of explicit connectivity, from the textbook loops over targets.
std::vector<Synapse> unroll(const Network& network, const Projection& projection);

Population float_population(std::string name, Shape shape, std::string model = "if");
Projection connect(std::string source, std::string target, Connectivity connectivity,
                   double delay_ms = 1.0);

/// Random int8 weights in [-127, 127].
Tensor random_weights(Shape shape, std::uint32_t seed);

/// Builds quantized (graded) networks layer by layer, as a converter would.
class QuantizedBuilder {
 public:
  QuantizedBuilder(Shape input, std::int64_t zero_point, std::uint32_t seed);

  /// A linear layer with the given connectivity and random per-channel rescaling.
  QuantizedBuilder& linear(const std::string& name, const std::string& source, Shape shape,
                           Connectivity connectivity, std::int64_t zero_point, bool relu);
  QuantizedBuilder& add(const std::string& name, const std::string& first,
                        const std::string& second, std::int64_t zero_point);
  QuantizedBuilder& pool(const std::string& name, const std::string& source, Shape shape,
                         Pool2d pool);
  /// The finished network with `output` as its result.
  Network build(const std::string& output);

 private:
  Population& add_population(const std::string& name, Shape shape, std::int64_t zero_point);

  Network network_;
  std::uint32_t seed_;
};

}  // namespace synfire::test
