#include <algorithm>

#include "neurons/common/current_source.h"

namespace synfire {
namespace {

class Steps {
 public:
  static constexpr bool kShared = true;

  Steps(const NeuronNumbers& numbers, const GroupContext& context, std::size_t) {
    const std::vector<double> times = numbers.reader().list("times_ms");
    const std::vector<double> currents = numbers.reader().list("amplitudes");
    const std::string& where = numbers.reader().where();
    if (times.size() != currents.size())
      fail(Code::parameter_invalid, where + ".amplitudes",
           std::to_string(currents.size()) + " currents for " + std::to_string(times.size()) +
               " times",
           "give one current for every time of times_ms");
    if (!std::ranges::is_sorted(times))
      fail(Code::parameter_invalid, where + ".times_ms", "the times do not rise");
    for (std::size_t k = 0; k < times.size(); ++k) {
      begins_.push_back(CurrentSpanOfTime::first_step(times[k], context.dt_ms));
      currents_.push_back(static_cast<float>(currents[k]));
    }
  }

  static std::vector<ParameterInfo> parameters() {
    constexpr double kAny = 3.4e38;
    return {{"times_ms", "t_k", "ms", Tensor(DataType::float64, {0}), 0, 1e300,
             "when the current changes, rising", true},
            {"amplitudes", "A_k", "pA", Tensor(DataType::float64, {0}), -kAny, kAny,
             "the current from each time to the next", true}};
  }
  float at(std::int64_t step) const {
    const auto next = std::ranges::upper_bound(begins_, step);
    return next == begins_.begin()
               ? 0
               : currents_[static_cast<std::size_t>(next - begins_.begin()) - 1];
  }

 private:
  std::vector<std::int64_t> begins_;
  std::vector<float> currents_;
};

}  // namespace

extern const ModelInfo current_step_model;
const ModelInfo current_step_model = current_source<Steps>(
    {.name = "current_step",
     .summary = "current that changes at given times, the same for all neurons",
     .pynn_name = "StepCurrentSource",
     .equations = "I = A_k from t_k to t_(k+1); 0 before the first time",
     .source = "step_current_generator of NEST"});

}  // namespace synfire
