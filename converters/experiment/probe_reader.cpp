#include "converters/experiment/probe_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/short_text.h"

namespace synfire {
namespace {

class ProbeReader {
 public:
  ProbeReader(const TomlNode& node, const ModelRegistry& registry, Reading& reading,
              Experiment& experiment)
      : registry_(registry),
        reading_(reading),
        experiment_(experiment),
        section_(&node, "probe." + toml_key(node.key), "probe", reading) {
    request_.name = node.key;
  }

  void read() {
    const auto populations = section_.words("population");
    const auto projections = section_.words("projection");
    if (section_.has("population") && section_.has("projection"))
      return section_.fault(section_.latest("population", "projection"),
                            "population and projection are both given");
    if (section_.lacks("population") && section_.lacks("projection"))
      section_.fault("population", "population or projection must be given");
    section_.has("projection") ? read_weights(projections) : read_states(populations);
    section_.refuse_rest();
  }

 private:
  const Network& network() const { return experiment_.network; }

  void read_states(const std::vector<std::string>& populations) {
    const auto variable = section_.word("variable");
    if (section_.lacks("variable") && section_.has("population"))
      section_.fault("variable", "is missing: spikes, or a state of the model");
    read_interval();
    for (const std::int64_t neuron : section_.integers("neurons"))
      request_.neurons.push_back(static_cast<std::uint64_t>(neuron));
    std::ranges::sort(request_.neurons);
    request_.neurons.erase(std::unique(request_.neurons.begin(), request_.neurons.end()),
                           request_.neurons.end());
    if (!variable) return;
    request_.kind = *variable == "spikes" ? ProbeKind::spikes : ProbeKind::state;
    request_.variable = *variable;
    for (const std::string& population : populations) {
      request_.of = population;
      if (check_population() && check_neurons() && check_single())
        experiment_.probes.push_back(request_);
    }
  }

  void read_interval() {
    const double dt = network().dt_ms;
    request_.interval_ms = section_.quantity("interval").value_or(dt);
    const double steps = request_.interval_ms / dt;
    if (experiment_.engine == EngineKind::clock && !reading_.is_broken("run.dt") &&
        (steps < 0.5 || std::abs(steps - std::round(steps)) > 1e-6 * steps))
      section_.fault("interval", short_text(request_.interval_ms) +
                                     " ms is no multiple of run.dt, " + short_text(dt) + " ms");
  }

  void read_weights(const std::vector<std::string>& projections) {
    request_.kind = ProbeKind::weights;
    request_.times_ms = section_.moments("times");
    // The last one is taken when the run ends, whenever that is.
    if (!section_.has("times"))
      request_.times_ms = {0, experiment_.ends_with_datasets ? 1e300 : experiment_.duration_ms};
    std::ranges::sort(request_.times_ms);
    const bool known = !reading_.is_broken("run") && !reading_.is_broken("dataset");
    for (const double time : request_.times_ms)
      if (section_.has("times") && time > experiment_.duration_ms && known)
        section_.fault("times", short_text(time) + " ms is behind the end, run.duration");
    for (const std::string& projection : projections) {
      request_.of = projection;
      if (check_projection() && check_single()) experiment_.probes.push_back(request_);
    }
  }

  template <typename Things>
  bool check_name(std::string_view key, const Things& things) {
    std::vector<std::string> names;
    for (const auto& each : things) names.push_back(each.name);
    if (std::ranges::find(names, request_.of) != names.end()) return true;
    // One that is at fault is not among them.
    if (reading_.broken.contains(key) || is_broken(key)) return false;
    section_.unknown_name(key, section_.where_of(key), request_.of, key, names);
    return false;
  }

  bool is_broken(std::string_view section) const {
    return reading_.is_broken(std::string(section) + "." + toml_key(request_.of));
  }

  bool check_population() {
    if (!check_name("population", network().populations)) return false;
    const ModelInfo* const model = registry_.find(network().population(request_.of).model);
    if (model == nullptr) return false;  // told of already
    std::vector<std::string> names = model->state_names();
    if (!model->generates()) names.emplace_back("spikes");
    if (std::ranges::find(names, request_.variable) != names.end()) return true;
    if (request_.variable == "spikes")
      section_.fault("variable", "spikes of generators are not recorded");
    else
      section_.unknown_name("variable", section_.where_of("variable"), request_.variable,
                            "state of model " + std::string(model->name), names);
    return false;
  }

  bool check_neurons() {
    const std::int64_t size = network().population(request_.of).size();
    if (request_.neurons.empty() || request_.neurons.back() < static_cast<std::uint64_t>(size) ||
        is_broken("population"))
      return true;
    section_.fault("neurons", std::to_string(request_.neurons.back()) + " is not a neuron of " +
                                  request_.of + ", which has " + std::to_string(size));
    return false;
  }

  bool check_projection() {
    if (!check_name("projection", network().projections)) return false;
    const auto found = std::ranges::find(network().projections, request_.of, &Projection::name);
    if (!found->plasticity.name.empty()) return true;
    if (!is_broken("projection"))
      section_.fault("projection", request_.of + " has no plasticity, its weights stay",
                     "write [projection." + request_.of + ".plasticity]");
    return false;
  }

  /// The file has one place for each.
  bool check_single() {
    for (const ProbeRequest& other : experiment_.probes)
      if (other.kind == request_.kind && other.of == request_.of &&
          other.variable == request_.variable) {
        section_.fault("variable", "probe." + other.name + " records the same of " + request_.of,
                       "one probe may have a list of neurons");
        return false;
      }
    return true;
  }

  const ModelRegistry& registry_;
  const Reading& reading_;
  Experiment& experiment_;
  Section section_;
  ProbeRequest request_;
};

}  // namespace

void read_probes(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                 Experiment& experiment) {
  const TomlNode* const node = root.find("probe");
  if (node == nullptr) return;
  if (node->table() == nullptr) {
    reading.diagnostics.error(Code::experiment_value, node->where, "probe: must have named tables",
                              "write [probe.NAME]");
    return;
  }
  for (const TomlNode& member : node->table()->items)
    ProbeReader(member, registry, reading, experiment).read();
}

}  // namespace synfire
