// Rewards at known times.
#pragma once

#include "core/net/experiment.h"
#include "targets/cpu/environment.h"

namespace synfire {

class RewardSchedule final : public Environment {
 public:
  /// `request` must outlive it.
  RewardSchedule(const RewardRequest& request, double warm_up_ms)
      : request_(request), warm_up_ms_(warm_up_ms) {}

  double next_ms() const override;
  void act(NetworkRun& run) override;
  void visit_state(StateArchive& archive) override { archive("given", given_); }

 private:
  const RewardRequest& request_;
  double warm_up_ms_;
  std::uint64_t given_ = 0;
};

}  // namespace synfire
