// What a user of the library writes first: two populations, one projection, checked and printed.
#include <iostream>

#include "core/net/network.h"

namespace {

synfire::Network two_populations() {
  synfire::Network network;
  network.name = "consumer";
  network.populations.push_back({.name = "source", .shape = {2}, .model = "lif"});
  network.populations.push_back({.name = "target", .shape = {3}, .model = "lif"});
  const std::vector<float> weight{1, 2, 3, 4, 5, 6};
  network.projections.push_back(
      {.name = "forward",
       .source = "source",
       .target = "target",
       .connectivity = synfire::Dense{synfire::Tensor::of({3, 2}, weight)}});
  return network;
}

}  // namespace

int main() {
  const synfire::Network network = two_populations();
  synfire::Diagnostics diagnostics;
  synfire::validate(network, diagnostics);
  for (const auto& diagnostic : diagnostics.list()) std::cerr << to_string(diagnostic) << '\n';
  std::cout << describe(network);
  const bool right = synapse_count(network, network.projections[0]) == 6;
  return right && !diagnostics.has_error() ? 0 : 1;
}
