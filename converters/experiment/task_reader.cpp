#include "converters/experiment/task_reader.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "converters/experiment/parameters.h"
#include "core/base/short_text.h"
#include "core/engine/task.h"

namespace synfire {
namespace {

/// Nothing would be learned.
void require_rule(const Network& network, const ModelRegistry& registry, const Reading& reading,
                  Section& section) {
  if (reading.is_broken("projection")) return;  // that may be meant to have it
  const auto heeds = [&](const Projection& projection) {
    const PlasticityInfo* const rule = registry.find_plasticity(projection.plasticity.name);
    return rule != nullptr && rule->heeds_rewards;
  };
  if (std::ranges::any_of(network.projections, heeds)) return;
  std::string names;
  for (const PlasticityInfo* const rule : registry.plasticity_rules())
    if (rule->heeds_rewards) names += (names.empty() ? "" : ", ") + std::string(rule->name);
  section.fault("", "no projection has a plasticity rule that heeds rewards",
                "such rules are: " + names);
}

/// The tables of a section that has named ones.
std::vector<const TomlNode*> members_of(const TomlNode& root, std::string_view section,
                                        Reading& reading) {
  const TomlNode* const node = root.find(section);
  std::vector<const TomlNode*> members;
  if (node == nullptr) return members;
  if (node->table() == nullptr) {
    reading.diagnostics.error(Code::experiment_value, node->where,
                              std::string(section) + ": must have named tables",
                              "write [" + std::string(section) + ".NAME]");
    reading.broken.emplace(section);
    return members;
  }
  for (const TomlNode& member : node->table()->items) members.push_back(&member);
  return members;
}

class TaskReader {
 public:
  TaskReader(const TomlNode& node, const ModelRegistry& registry, Reading& reading,
             Experiment& experiment)
      : registry_(registry),
        reading_(reading),
        experiment_(experiment),
        section_(&node, "task." + toml_key(node.key), "task", reading) {
    request_.name = node.key;
  }

  void read() {
    const TaskInfo* const info = read_kind();
    read_states();
    read_actions();
    read_times();
    request_.rate_hz = section_.quantity("rate").value_or(0);
    request_.rest_rate_hz = section_.quantity("rest_rate").value_or(0);
    request_.reward_scale = section_.real("reward_scale").value_or(0);
    request_.prediction_rate = section_.real("prediction_rate").value_or(0);
    request_.discount = section_.real("discount").value_or(0);
    request_.episodes = section_.integer("episodes").value_or(0);
    if (info != nullptr) read_task(*info);
    require_rule(network(), registry_, reading_, section_);
    experiment_.tasks.push_back(std::move(request_));
  }

 private:
  const Network& network() const { return experiment_.network; }
  const ModelInfo* model_of(const std::string& population) const {
    return registry_.find(network().population(population).model);
  }

  const TaskInfo* read_kind() {
    std::vector<std::string> names;
    for (const TaskInfo* const info : registry_.tasks()) names.emplace_back(info->name);
    const auto kind = section_.choice("kind", names);
    if (!kind) return nullptr;
    request_.task.name = *kind;
    return registry_.find_task(*kind);
  }

  /// Whether a population is there, with a model.
  bool check_population(std::string_view key, const std::string& name) {
    std::vector<std::string> names;
    for (const Population& each : network().populations) names.push_back(each.name);
    if (std::ranges::find(names, name) != names.end()) return model_of(name) != nullptr;
    if (reading_.broken.contains("population")) return false;
    section_.unknown_name(key, section_.where_of(key), name, "population", names);
    return false;
  }

  void read_states() {
    const auto name = section_.word("states");
    if (!name || !check_population("states", *name)) return;
    if (!model_of(*name)->takes_rates)
      return section_.fault("states",
                            "the rates of " + *name + ", of model " +
                                std::string(model_of(*name)->name) +
                                ", cannot be set while it runs",
                            "use a population of model poisson");
    for (const TaskRequest& other : experiment_.tasks)
      if (other.states == *name)
        section_.fault("states", *name + " shows the states of task." + other.name + " already");
    if (experiment_.engine == EngineKind::event)
      section_.fault("", "the event engine cannot change the rates of generators while it runs",
                     "use engine = \"clock\"");
    request_.states = *name;
  }

  void read_actions() {
    named_actions_ = section_.words("actions");
    for (const std::string& name : named_actions_) {
      if (!check_population("actions", name)) continue;
      if (model_of(name)->generates())
        section_.fault("actions", name + " sends by itself: it chooses nothing");
      if (std::ranges::find(request_.actions, name) != request_.actions.end())
        section_.fault("actions", name + " stands for two actions");
      request_.actions.push_back(name);
    }
  }

  void read_times() {
    request_.trial_ms = whole_steps("trial");
    request_.pause_ms = whole_steps("pause");
    request_.reward_delay_ms = whole_steps("reward_delay");
  }

  double whole_steps(std::string_view key) {
    const double time = section_.quantity(key).value_or(0), dt = network().dt_ms;
    const double steps = time / dt;
    if (experiment_.engine == EngineKind::clock && !reading_.is_broken("run.dt") &&
        std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps))
      section_.fault(key,
                     short_text(time) + " ms is no multiple of run.dt, " + short_text(dt) + " ms");
    return time;
  }

  /// The parameters of the task, which must fit the populations.
  void read_task(const TaskInfo& info) {
    const bool was_right = !reading_.diagnostics.has_error();
    const std::size_t faults = reading_.diagnostics.list().size();
    request_.task.parameters =
        read_parameters(section_, info.parameters, section_.path(), reading_);
    section_.refuse_rest("kind");
    if (reading_.diagnostics.list().size() > faults) return;  // parameters that are not known
    const auto task = create(info);
    if (task && named_actions_.size() != task->actions() && !section_.is_broken("actions"))
      section_.fault("actions",
                     "the task has " + std::to_string(task->actions()) +
                         " actions, there are populations for " +
                         std::to_string(named_actions_.size()),
                     "`synfire explain " + request_.task.name + "` says what its actions are");
    if (task && was_right) check_states(*task);
  }

  /// Null where the parameters are at fault, which is told.
  std::unique_ptr<Task> create(const TaskInfo& info) {
    try {
      return info.create(request_.task.parameters, section_.path());
    } catch (const Failure& failure) {
      for (const Diagnostic& each : failure.diagnostics()) {
        const std::string key = each.where.substr(each.where.rfind('.') + 1);
        section_.fault(key, each.message, each.hint);
      }
      return nullptr;
    }
  }

  void check_states(const Task& task) {
    const auto neurons = static_cast<std::size_t>(network().population(request_.states).size());
    if (neurons % task.states() != 0)
      section_.fault("states",
                     request_.states + " has " + std::to_string(neurons) +
                         " neurons, no multiple of the " + std::to_string(task.states()) +
                         " states of the task",
                     "give every state the same number of neurons");
  }

  const ModelRegistry& registry_;
  Reading& reading_;
  Experiment& experiment_;
  Section section_;
  TaskRequest request_;
  std::vector<std::string> named_actions_;  // also those that are not there
};

}  // namespace

void read_tasks(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                Experiment& experiment) {
  for (const TomlNode* const member : members_of(root, "task", reading))
    TaskReader(*member, registry, reading, experiment).read();
}

void read_rewards(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                  Experiment& experiment) {
  for (const TomlNode* const member : members_of(root, "reward", reading)) {
    Section section(member, "reward." + toml_key(member->key), "reward", reading);
    RewardRequest request{member->key, section.real("amount").value_or(0),
                          section.moments("times")};
    std::ranges::sort(request.times_ms);
    section.refuse_rest();
    require_rule(experiment.network, registry, reading, section);
    experiment.rewards.push_back(std::move(request));
  }
}

}  // namespace synfire
