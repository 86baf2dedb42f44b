#include "core/base/short_text.h"
#include "core/engine/task.h"

namespace synfire {
namespace {

/// The chances of the arms; throws where there are none, or one is none.
std::vector<double> read_arms(const Parameters& parameters, const std::string& where) {
  const auto found = parameters.find("arms");
  const auto* const tensor =
      found == parameters.end() ? nullptr : std::get_if<Tensor>(&found->second);
  std::vector<double> arms;
  for (std::size_t i = 0; tensor != nullptr && i < tensor->size(); ++i)
    arms.push_back(tensor->number(i));
  Diagnostics faults;
  if (arms.size() < 2)
    faults.error(Code::parameter_invalid, where + ".arms", "there are less than two arms to choose",
                 "write the chance of each, such as [0.8, 0.2]");
  for (const double chance : arms)
    if (!(chance >= 0 && chance <= 1))
      faults.error(Code::parameter_invalid, where + ".arms",
                   short_text(chance) + " is no probability: it is outside 0 to 1");
  faults.throw_if_error();
  return arms;
}

/// An arm pays or does not. After every `reversal` pulls the arms change places.
class Bandit final : public Task {
 public:
  Bandit(const Parameters& parameters, const std::string& where)
      : arms_(read_arms(parameters, where)),
        cues_(integer_or(parameters, "cues", 1, where)),
        reversal_(integer_or(parameters, "reversal", 0, where)),
        reward_(number_or(parameters, "reward", 1, where)),
        loss_(number_or(parameters, "loss", 0, where)) {
    for (const double chance : arms_) best_ = std::max(best_, worth(chance));
  }

  std::size_t states() const override { return static_cast<std::size_t>(cues_); }
  std::size_t actions() const override { return arms_.size(); }
  std::size_t begin(TaskDraws& draws) override { return draws.below(states()); }

  TaskStep act(std::size_t cue, std::size_t arm, TaskDraws& draws) override {
    const std::int64_t turns = reversal_ > 0 ? pulls_ / reversal_ : 0;
    const double chance = arms_[(arm + cue + static_cast<std::size_t>(turns)) % arms_.size()];
    ++pulls_;
    return {draws.uniform() < chance ? reward_ : loss_, worth(chance) == best_, true, {}};
  }

  void visit_state(StateArchive& archive) override { archive("pulls", pulls_); }

 private:
  double worth(double chance) const { return chance * reward_ + (1 - chance) * loss_; }

  std::vector<double> arms_;
  std::int64_t cues_, reversal_;
  double reward_, loss_;
  double best_ = -std::numeric_limits<double>::infinity();  // mean of the best arm
  std::int64_t pulls_ = 0;
};

std::unique_ptr<Task> create(const Parameters& parameters, const std::string& where) {
  return std::make_unique<Bandit>(parameters, where);
}

}  // namespace

extern const TaskInfo bandit_task;
const TaskInfo bandit_task{
    .name = "bandit",
    .summary = "one of several arms is pulled, and pays with the arm's probability",
    .parameters = {{"arms", "p", "", 0.0, 0, 1,
                    "probability with which each arm pays, such as [0.8, 0.2]", true},
                   {"cues", "C", "", std::int64_t{1}, 1, 1e6,
                    "states, one of which is shown at random; each has another order of the arms"},
                   {"reversal", "N", "", std::int64_t{0}, 0, 9e15,
                    "pulls after which the arms change places; 0: never"},
                   {"reward", "r1", "1", 1.0, -1e6, 1e6, "of an arm that pays"},
                   {"loss", "r0", "1", 0.0, -1e6, 1e6, "of one that does not; may be negative"}},
    .equations =
        "at cue c, after n pulls, arm a has the probability p[(a + c + floor(n / N)) mod A]; an "
        "episode is one pull",
    .source = "Sutton & Barto, Reinforcement Learning, 2nd ed., 2018, chapter 2",
    .create = create};

}  // namespace synfire
