#include "converters/experiment/experiment.h"

#include <algorithm>
#include <utility>

#include "converters/experiment/network_reader.h"

namespace synfire {
namespace {

constexpr std::string_view kSections[] = {"run",      "stop",  "population", "projection",
                                          "stimulus", "probe", "sweep"};

class ExperimentReader {
 public:
  ExperimentReader(const TomlNode& root, const ModelRegistry& registry, std::string title)
      : root_(root), registry_(registry), title_(std::move(title)) {}

  ResolvedExperiment read() {
    read_top();
    read_run();
    read_stop();
    NetworkReader network(registry_, reading_, result_.network);
    network.read(root_);
    read_probes();
    check();
    return {std::move(result_), std::move(reading_.resolved)};
  }

 private:
  void read_top() {
    Section top(&root_, "", "", reading_);
    const auto name = top.word("name");
    result_.network.name = name.value_or(title_);
    if (!name) reading_.resolved += "name = " + to_toml(text_node(title_)) + "\n";
    if (const auto text = top.word("description")) result_.network.metadata["description"] = *text;
    for (const std::string_view section : kSections) top.take(section);
    top.refuse_rest();
  }

  static TomlNode text_node(std::string text) {
    TomlNode node;
    node.value = std::move(text);
    return node;
  }

  void read_run() {
    Section run(root_.find("run"), "run", "run", reading_);
    result_.duration_ms = run.quantity("duration").value_or(0);
    if (run.has("duration") && result_.duration_ms == 0)
      run.fault("duration", "nothing happens in 0 ms");
    result_.warm_up_ms = run.quantity("warm_up").value_or(0);
    result_.network.dt_ms = run.quantity("dt").value_or(0.1);
    result_.network.seed = static_cast<std::uint64_t>(run.integer("seed").value_or(1));
    result_.engine = run.choice("engine", {"clock", "event"}).value_or("clock") == "event"
                         ? EngineKind::event
                         : EngineKind::clock;
    result_.threads = static_cast<std::int32_t>(run.integer("threads").value_or(1));
    run.refuse_rest();
  }

  void read_stop() {
    const TomlNode* const node = root_.find("stop");
    if (node == nullptr) return;
    Section stop(node, "stop", "stop", reading_);
    result_.stop.rate_hz = stop.quantity("rate").value_or(0);
    result_.stop.spikes = static_cast<std::uint64_t>(stop.integer("spikes").value_or(0));
    result_.stop.wall_s = stop.quantity("wall").value_or(0);
    stop.refuse_rest();
  }

  void read_probes() {
    const TomlNode* const node = root_.find("probe");
    if (node == nullptr) return;
    if (node->table() == nullptr) {
      reading_.diagnostics.error(Code::experiment_value, node->where,
                                 "probe: must have named tables", "write [probe.NAME]");
      return;
    }
    for (const TomlNode& member : node->table()->items) read_probe(member);
  }

  void read_probe(const TomlNode& node) {
    Section probe(&node, "probe." + toml_key(node.key), "probe", reading_);
    ProbeRequest request;
    request.name = node.key;
    const auto populations = probe.words("population");
    const auto variable = probe.word("variable");
    request.interval_ms = probe.quantity("interval").value_or(result_.network.dt_ms);
    for (const std::int64_t neuron : probe.integers("neurons"))
      request.neurons.push_back(static_cast<std::uint64_t>(neuron));
    std::ranges::sort(request.neurons);
    const auto repeated = std::ranges::unique(request.neurons);
    request.neurons.erase(repeated.begin(), repeated.end());
    probe.refuse_rest();
    if (!variable) return;
    request.variable = *variable;
    for (const std::string& population : populations) {
      request.population = population;
      if (check_probe(probe, request)) result_.probes.push_back(request);
    }
  }

  bool check_probe(Section& probe, const ProbeRequest& request) {
    const Population* const population = result_.network.find_population(request.population);
    if (population == nullptr) {
      std::vector<std::string> names;
      for (const Population& each : result_.network.populations) names.push_back(each.name);
      probe.unknown_name("population", probe.where_of("population"), request.population,
                         "population", names);
      return false;
    }
    const ModelInfo* const model = registry_.find(population->model);
    if (model == nullptr) return false;  // told of already
    std::vector<std::string> names(model->states.begin(), model->states.end());
    names.emplace_back("spikes");
    if (std::ranges::find(names, request.variable) == names.end()) {
      probe.unknown_name("variable", probe.where_of("variable"), request.variable,
                         "state of model " + std::string(model->name), names);
      return false;
    }
    if (!request.neurons.empty() &&
        request.neurons.back() >= static_cast<std::uint64_t>(population->size())) {
      probe.fault("neurons", std::to_string(request.neurons.back()) + " is not a neuron of " +
                                 request.population + ", which has " +
                                 std::to_string(population->size()));
      return false;
    }
    return true;
  }

  /// The network's own checks, told at the places of the file that they are about.
  void check() {
    if (!reading_.diagnostics.has_error()) {
      Diagnostics found;
      validate(result_.network, found,
               result_.engine == EngineKind::event ? TimeAxis::continuous : TimeAxis::grid);
      validate_models(result_.network, registry_, found);
      for (const Diagnostic& each : found.list())
        reading_.diagnostics.error(each.code, place_of(each.where), message_of(each), each.hint);
    }
    reading_.diagnostics.throw_if_error();
  }

  std::string place_of(std::string_view part) const {
    for (; !part.empty(); part = part.substr(0, std::max<std::size_t>(part.rfind('.'), 0))) {
      if (const auto found = reading_.places.find(part); found != reading_.places.end())
        return found->second;
      if (part.rfind('.') == std::string_view::npos) break;
    }
    return root_.where;
  }

  static std::string message_of(const Diagnostic& diagnostic) {
    constexpr std::string_view kNetwork = "net.";
    const std::string_view part = diagnostic.where;
    return std::string(part.substr(part.starts_with(kNetwork) ? kNetwork.size() : 0)) + ": " +
           diagnostic.message;
  }

  const TomlNode& root_;
  const ModelRegistry& registry_;
  std::string title_;
  Reading reading_;
  Experiment result_;
};

}  // namespace

ExperimentFile::ExperimentFile(const std::filesystem::path& path)
    : root_(read_toml(path)), title_(path.stem().string()) {
  root_.where = path.string();
}

ExperimentFile::ExperimentFile(std::string_view text, const std::string& name)
    : root_(parse_toml(text, name)), title_("experiment") {
  root_.where = name;
}

void ExperimentFile::set(const std::string& assignment) {
  set_value(root_, assignment, "command line (--set " + assignment + ")");
}

ResolvedExperiment ExperimentFile::resolve(const ModelRegistry& registry) const {
  return ExperimentReader(root_, registry, title_).read();
}

}  // namespace synfire
