#include "targets/cpu/environment.h"

#include "targets/cpu/presentation.h"

namespace synfire {

std::vector<std::unique_ptr<Environment>> make_environments(const Experiment& experiment) {
  std::vector<std::unique_ptr<Environment>> all;
  for (const Dataset& dataset : experiment.datasets)
    all.push_back(std::make_unique<Presentation>(dataset, experiment.network));
  return all;
}

}  // namespace synfire
