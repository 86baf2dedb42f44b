#include "converters/experiment/experiment.h"

#include <algorithm>
#include <utility>

#include "converters/experiment/dataset_reader.h"
#include "converters/experiment/network_reader.h"
#include "converters/experiment/probe_reader.h"
#include "converters/experiment/task_reader.h"

namespace synfire {
namespace {

constexpr std::string_view kSections[] = {"run",      "stop",    "population", "projection",
                                          "stimulus", "dataset", "reward",     "task",
                                          "probe",    "sweep"};

class ExperimentReader {
 public:
  ExperimentReader(const TomlNode& root, const ModelRegistry& registry, std::string title,
                   const std::filesystem::path& folder)
      : root_(root), registry_(registry), title_(std::move(title)) {
    reading_.folder = folder;
  }

  ResolvedExperiment read() {
    read_top();
    read_run();
    read_stop();
    NetworkReader network(registry_, reading_, result_.network);
    network.read(root_);
    read_datasets(root_, registry_, reading_, result_);
    read_rewards(root_, registry_, reading_, result_);
    read_tasks(root_, registry_, reading_, result_);
    read_duration();
    read_probes(root_, registry_, reading_, result_);
    check();
    return {std::move(result_),
            std::move(reading_.resolved),
            std::move(reading_.files),
            std::move(reading_.folders),
            {std::move(reading_.places), root_.where}};
  }

 private:
  void read_top() {
    Section top(&root_, "", "", reading_);
    const auto name = top.word("name");
    result_.network.name = name.value_or(title_);
    if (!name) reading_.resolved += "name = " + to_toml(text_node(title_)) + "\n";
    if (const auto text = top.word("description")) result_.network.metadata["description"] = *text;
    for (const std::string_view section : kSections) top.member(section);
    top.refuse_rest();
  }

  static TomlNode text_node(std::string text) {
    TomlNode node;
    node.value = std::move(text);
    return node;
  }

  void read_run() {
    Section run(root_.find("run"), "run", "run", reading_);
    duration_ms_ = run.quantity("duration");
    if (duration_ms_ == 0) run.fault("duration", "nothing happens in 0 ms");
    if (run.lacks("duration") && root_.find("dataset") == nullptr)
      run.fault("duration", "is missing: simulated time that is recorded");
    result_.warm_up_ms = run.quantity("warm_up").value_or(0);
    result_.network.dt_ms = run.quantity("dt").value_or(0.1);
    result_.network.seed = static_cast<std::uint64_t>(run.integer("seed").value_or(1));
    result_.engine = run.choice("engine", {"clock", "event"}).value_or("clock") == "event"
                         ? EngineKind::event
                         : EngineKind::clock;
    result_.keeps_spikes = run.boolean("spikes").value_or(true);
    run.integer("repetitions");
    result_.threads = static_cast<std::int32_t>(run.integer("threads").value_or(1));
    result_.checkpoint_every_ms = run.quantity("checkpoint_every").value_or(0);
    run.refuse_rest();
  }

  /// Without one, that of the longest data set.
  void read_duration() {
    result_.ends_with_datasets = !duration_ms_;
    result_.duration_ms = duration_ms_.value_or(0);
    if (!duration_ms_)
      for (const Dataset& each : result_.datasets)
        result_.duration_ms = std::max(result_.duration_ms, each.duration_ms());
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

  /// The network's own checks, told at the places of the file that they are about.
  void check() {
    if (!reading_.diagnostics.has_error()) {
      Diagnostics found;
      validate(result_.network, found,
               result_.engine == EngineKind::event ? TimeAxis::continuous : TimeAxis::grid);
      validate_models(result_.network, registry_, found);
      const ExperimentPlaces places{reading_.places, root_.where};
      for (const Diagnostic& each : found.list()) {
        const Diagnostic located = places.located(each);
        reading_.diagnostics.error(located.code, located.where, located.message, located.hint);
      }
    }
    reading_.diagnostics.throw_if_error();
  }

  const TomlNode& root_;
  const ModelRegistry& registry_;
  std::string title_;
  Reading reading_;
  Experiment result_;
  std::optional<double> duration_ms_;
};

}  // namespace

Diagnostic ExperimentPlaces::located(Diagnostic diagnostic) const {
  constexpr std::string_view kNetwork = "net";
  const std::string whole = diagnostic.where;
  if (whole != kNetwork && !whole.starts_with("net.")) return diagnostic;
  diagnostic.where = file;
  for (std::string part = whole; part != kNetwork; part.resize(part.rfind('.'))) {
    const auto found = parts.find(part);
    if (found == parts.end()) continue;
    diagnostic.where = found->second;
    break;
  }
  if (whole != kNetwork)
    diagnostic.message = whole.substr(kNetwork.size() + 1) + ": " + diagnostic.message;
  return diagnostic;
}

ExperimentFile::ExperimentFile(const std::filesystem::path& path)
    : ExperimentFile(ExperimentSource{path.string(), read_toml_text(path)}) {}

ExperimentFile::ExperimentFile(const ExperimentSource& source)
    : ExperimentFile(source.text, source.path) {
  const std::filesystem::path path(source.path);
  folder_ = path.parent_path(), title_ = path.stem().string();
  for (const std::string& assignment : source.changes) set(assignment);
}

ExperimentFile::ExperimentFile(std::string_view text, const std::string& name)
    : source_{name, std::string(text)}, root_(parse_toml(text, name)), title_("experiment") {
  root_.where = name;
}

void ExperimentFile::set(const std::string& assignment) {
  set_value(root_, assignment, "command line (--set " + assignment + ")");
  source_.changes.push_back(assignment);
}

void ExperimentFile::set(const std::string& key, const std::string& value,
                         const std::string& option) {
  set_value(root_, key + "=" + value, "command line (--" + option + " " + value + ")");
  source_.changes.push_back(key + "=" + value);
}

/// What is wrong with them is told by resolve().
static std::int64_t integer_of(const TomlNode& root, std::string_view key, std::int64_t fallback) {
  const TomlNode* const run = root.find("run");
  const TomlNode* const node = run == nullptr ? nullptr : run->find(key);
  const auto* const value = node == nullptr ? nullptr : std::get_if<std::int64_t>(&node->value);
  return value == nullptr ? fallback : *value;
}

std::uint64_t ExperimentFile::repetitions() const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, integer_of(root_, "repetitions", 1)));
}

std::uint64_t ExperimentFile::runs() const {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  const std::uint64_t points = read_sweep(root_).size();
  return points > kMost / repetitions() ? kMost : points * repetitions();
}

ExperimentFile::Run ExperimentFile::run(std::uint64_t index) const {
  const Sweep sweep = read_sweep(root_);
  Run result{{}, *this};
  TomlNode& root = result.file.root_;
  remove_value(root, "sweep");
  const auto values = sweep.point(index / repetitions());
  for (std::size_t k = 0; k < values.size(); ++k) {
    result.settings.push_back({sweep.keys[k].path, to_toml(*values[k])});
    for (const std::string& path : sweep.keys[k].paths()) set_value(root, path, *values[k]);
  }
  const std::uint64_t repetition = index % repetitions();
  if (repetitions() == 1) return result;
  TomlNode seed, once;
  seed.where = once.where = root.where;
  seed.value = static_cast<std::int64_t>(static_cast<std::uint64_t>(integer_of(root, "seed", 1)) +
                                         repetition);
  once.value = std::int64_t{1};
  set_value(root, "run.seed", std::move(seed));
  set_value(root, "run.repetitions", std::move(once));
  return result;
}

ResolvedExperiment ExperimentFile::resolve(const ModelRegistry& registry) const {
  return ExperimentReader(root_, registry, title_, folder_).read();
}

}  // namespace synfire
