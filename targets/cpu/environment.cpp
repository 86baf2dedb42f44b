#include "targets/cpu/environment.h"

#include "neurons/models.h"
#include "targets/cpu/presentation.h"
#include "targets/cpu/reward_schedule.h"
#include "targets/cpu/task_environment.h"

namespace synfire {

std::vector<std::unique_ptr<Environment>> make_environments(const Experiment& experiment) {
  std::vector<std::unique_ptr<Environment>> all;
  for (const Dataset& dataset : experiment.datasets)
    all.push_back(std::make_unique<Presentation>(dataset, experiment.network));
  for (const RewardRequest& each : experiment.rewards)
    all.push_back(std::make_unique<RewardSchedule>(each, experiment.warm_up_ms));
  for (std::size_t task = 0; task < experiment.tasks.size(); ++task)
    all.push_back(std::make_unique<TaskEnvironment>(experiment, model_registry(), task));
  return all;
}

}  // namespace synfire
