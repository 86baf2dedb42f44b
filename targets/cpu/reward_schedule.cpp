#include "targets/cpu/reward_schedule.h"

#include "targets/cpu/network_run.h"

namespace synfire {

double RewardSchedule::next_ms() const {
  return given_ < request_.times_ms.size() ? warm_up_ms_ + request_.times_ms[given_] : kNever;
}

void RewardSchedule::act(NetworkRun& run) {
  run.reward(request_.amount);
  ++given_;
}

}  // namespace synfire
