#include "converters/experiment/dataset_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "converters/experiment/event_reader.h"
#include "converters/experiment/parameters.h"
#include "core/io/event_folder.h"
#include "core/io/samples.h"

namespace synfire {
namespace {

/// Neurons are counted by class.
constexpr std::int64_t kMostClasses = 4095;

/// Bytes to 0 .. 1.
Tensor brightness(const Tensor& bytes) {
  Tensor result(DataType::float32, bytes.shape());
  const auto out = result.as<float>();
  if (bytes.type() == DataType::int8)
    std::ranges::transform(bytes.as<std::int8_t>(), out.begin(), [](std::int8_t value) {
      return (static_cast<float>(value) + 128) / 255;
    });
  else
    std::ranges::transform(bytes.as<std::uint8_t>(), out.begin(),
                           [](std::uint8_t value) { return static_cast<float>(value) / 255; });
  return result;
}

class DatasetReader {
 public:
  DatasetReader(const TomlNode& node, const ModelRegistry& registry, Reading& reading,
                Experiment& experiment)
      : registry_(registry),
        reading_(reading),
        experiment_(experiment),
        section_(&node, "dataset." + toml_key(node.key), "dataset", reading) {
    dataset_.name = node.key;
  }

  void read() {
    choose_samples();
    read_populations();
    read_times();
    takes_events_ ? open_events_of() : read_samples_of();
    read_labels_of();
    read_parts();
    takes_events_ ? read_events_of() : read_encoder();
    section_.refuse_rest();
    experiment_.datasets.push_back(std::move(dataset_));
  }

 private:
  const Network& network() const { return experiment_.network; }

  /// Images or recordings; keys of images mean nothing to recordings.
  void choose_samples() {
    takes_events_ = section_.has("events");
    if (!takes_events_ && !section_.has("images"))
      section_.fault("images", "is missing: a file of samples; or events, recordings of spikes");
    if (!takes_events_) return;
    if (section_.take("images") != nullptr)
      section_.fault("events", "images are there, too", "a data set has images or events");
    for (const std::string_view key : {"element", "encoder", "least_spikes", "brighten"})
      if (section_.take(key) != nullptr)
        section_.fault(key, "is for images; recordings are sent as they are", "leave it out");
  }

  const ModelInfo* read_population(std::string_view key, std::string& population) {
    const auto name = section_.word(key);
    if (!name) return nullptr;
    std::vector<std::string> names;
    for (const Population& each : network().populations) names.push_back(each.name);
    if (std::ranges::find(names, *name) == names.end()) {
      if (reading_.broken.contains("population")) return nullptr;
      section_.unknown_name(key, section_.where_of(key), *name, "population", names);
      return nullptr;
    }
    population = *name;
    return registry_.find(network().population(*name).model);
  }

  void read_populations() {
    const ModelInfo* const shown = shown_ = read_population("population", dataset_.population);
    if (shown != nullptr && takes_events_ && !shown->takes_spikes)
      section_.fault("population",
                     dataset_.population + " is of model " + std::string(shown->name) +
                         ", whose neurons do not send spikes that are given",
                     "give the population model = \"spike_train\"");
    if (shown != nullptr && !takes_events_ && !shown->takes_rates)
      section_.fault("population",
                     dataset_.population + " is of model " + std::string(shown->name) +
                         ", whose neurons do not send at rates that are set",
                     "give the population model = \"poisson\"");
    const ModelInfo* const readout = read_population("readout", dataset_.readout);
    if (readout != nullptr && readout->generates())
      section_.fault("readout", "spikes of generators are no answer");
    if (const auto vote = section_.choice("vote", {"mean", "share"}))
      dataset_.vote = *vote == "share" ? Vote::share : Vote::mean;
    for (const Dataset& other : experiment_.datasets)
      if (!dataset_.population.empty() && other.population == dataset_.population)
        section_.fault("population", "dataset." + other.name + " is shown to it, too");
    if (experiment_.engine == EngineKind::event)
      section_.fault("population",
                     takes_events_ ? "the event engine cannot be given spikes while it runs"
                                   : "the event engine cannot change rates while it runs",
                     "use run.engine = \"clock\"");
  }

  void read_times() {
    dataset_.shown_ms = section_.quantity("shown").value_or(0);
    dataset_.rest_ms = section_.quantity("rest").value_or(0);
    if (dataset_.shown_ms > 0 && dataset_.shown_ms < network().dt_ms &&
        !reading_.is_broken("run.dt"))
      section_.fault("shown", "it is shorter than a step, run.dt");
    dataset_.epochs = section_.integer("epochs").value_or(1);
    dataset_.learning_rates = section_.moments("learning_rates");
    if (takes_events_) return;
    dataset_.least_spikes =
        static_cast<std::uint64_t>(section_.integer("least_spikes").value_or(0));
    dataset_.brighten = section_.real("brighten").value_or(0.5);
  }

  /// Without a slash at its end.
  std::filesystem::path path_of(const std::string& name) const {
    const auto path = std::filesystem::absolute(reading_.folder / name).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
  }

  /// The path of a key's file, which is told in full and counts as an input.
  std::filesystem::path file_of(const TomlNode& node, const std::string& name) {
    auto path = path_of(name);
    TomlNode whole;
    whole.value = path.string();
    section_.note(node.key, to_toml(whole));
    if (std::filesystem::is_regular_file(path)) reading_.files.push_back(path.string());
    return path;
  }

  /// Calls read(path) for a key that names a file; what it throws is told at the key.
  template <typename Read>
  void with_file(std::string_view key, const Read& read) {
    const TomlNode* const node = section_.member(key);
    if (node == nullptr) return;
    const auto* const name = std::get_if<std::string>(&node->value);
    if (name == nullptr || name->empty())
      return section_.fault(key, "it must be the name of a file");
    try {
      read(file_of(*node, *name));
    } catch (const Failure& failure) {
      for (const Diagnostic& each : failure.diagnostics())
        section_.fault_at(node->where, key, each.where + ": " + each.message, each.hint, each.code);
    }
  }

  void read_samples_of() {
    const auto element = section_.choice("element", {"float32", "int8", "uint8"});
    with_file("images", [&](const std::filesystem::path& path) {
      if (!element || dataset_.population.empty() ||
          reading_.is_broken("population." + toml_key(dataset_.population)))
        return;
      const DataType type = *element == "int8"    ? DataType::int8
                            : *element == "uint8" ? DataType::uint8
                                                  : DataType::float32;
      SampleSet samples = read_samples(path, type, network().population(dataset_.population).shape);
      dataset_.labels = std::move(samples.labels);
      dataset_.samples =
          type == DataType::float32 ? std::move(samples.data) : brightness(samples.data);
    });
  }

  /// Where classes are told beside the samples.
  std::filesystem::path labels_path() const {
    const TomlNode* const node = section_.find("labels");
    const auto* const name = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
    return name == nullptr || name->empty() ? std::filesystem::path() : path_of(*name);
  }

  void open_events_of() {
    with_file("events", [&](const std::filesystem::path& path) {
      if (dataset_.population.empty()) return;
      const Shape& shape = network().population(dataset_.population).shape;
      events_path_ = path;
      events_ = open_events(path, shape, registry_.sources(), labels_path());
      dataset_.labels = events_->labels();
      check_classes(path);
    });
  }

  void read_events_of() {
    if (events_ == nullptr || shown_ == nullptr || !shown_->takes_spikes) return;
    const TomlNode* const node = section_.find("events");
    Diagnostics faults;
    const EventLimits limits{shown_->most_spikes, network().dt_ms};
    try {
      read_shown_events(*events_, limits, dataset_, faults);
    } catch (const Failure& failure) {
      for (const Diagnostic& each : failure.diagnostics())
        faults.error(each.code, each.where, each.message, each.hint);
    }
    for (const Diagnostic& each : faults.list())
      section_.fault_at(node->where, "events", each.where + ": " + each.message, each.hint,
                        each.code);
    if (!std::filesystem::is_directory(events_path_)) return;
    reading_.folders.push_back(events_path_.string());
    for (const std::filesystem::path& file : events_->files())
      if (file != labels_path()) reading_.files.push_back(file.string());
  }

  std::int64_t samples() const {
    if (events_ != nullptr) return static_cast<std::int64_t>(events_->samples());
    return dataset_.samples.shape().empty() ? 0 : dataset_.samples.shape()[0];
  }

  void check_classes(const std::filesystem::path& path) const {
    for (const std::int64_t label : dataset_.labels)
      if (label > kMostClasses)
        fail(Code::label_mismatch, path.string(),
             "class " + std::to_string(label) + " is above " + std::to_string(kMostClasses));
  }

  void read_labels_of() {
    with_file("labels", [&](const std::filesystem::path& path) {
      // Such a table has been read with the recordings.
      if (takes_events_ && lists_recordings(path, events_path_, registry_.sources())) return;
      dataset_.labels = read_labels(path);
      check_classes(path);
    });
    if (samples() == 0) return;
    if (dataset_.labels.empty() && section_.lacks("labels"))
      section_.fault("labels", "is missing: the classes of the samples");
    else if (!dataset_.labels.empty() &&
             static_cast<std::int64_t>(dataset_.labels.size()) != samples())
      section_.fault("labels",
                     "there are " + std::to_string(dataset_.labels.size()) + " labels for " +
                         std::to_string(samples()) + " samples",
                     {}, Code::label_mismatch);
  }

  std::vector<std::int64_t> read_part(std::string_view key) {
    std::vector<std::int64_t> part = section_.integers(key);
    for (const std::int64_t sample : part)
      if (samples() > 0 && sample >= samples()) {
        section_.fault(key, "there is no sample " + std::to_string(sample) + ", there are " +
                                std::to_string(samples()));
        return {};
      }
    return part;
  }

  void read_parts() {
    dataset_.training = read_part("train");
    dataset_.assignment = section_.has("assign") ? read_part("assign") : dataset_.training;
    dataset_.test = read_part("test");
    if (!section_.has("test")) dataset_.test = rest_of_samples();
    if (dataset_.training.empty() && dataset_.assignment.empty() && section_.lacks("train") &&
        section_.lacks("assign"))
      section_.fault("train", "is missing: samples to learn from, such as \"0:100\"");
  }

  std::vector<std::int64_t> rest_of_samples() const {
    std::vector<std::int64_t> used(dataset_.training), all, rest;
    used.insert(used.end(), dataset_.assignment.begin(), dataset_.assignment.end());
    std::ranges::sort(used);
    all.resize(static_cast<std::size_t>(samples()));
    std::iota(all.begin(), all.end(), 0);
    std::ranges::set_difference(all, used, std::back_inserter(rest));
    return rest;
  }

  void read_encoder() {
    std::vector<const StageInfo*> encoders;
    for (const StageInfo* const each : registry_.encoders())
      if (each->gives == StageResult::rates) encoders.push_back(each);
    dataset_.encoder = read_stage<StageInfo>(section_, "encoder", "name", encoders, reading_);
    if (!section_.has("encoder")) dataset_.encoder.name = "rate";
  }

  const ModelRegistry& registry_;
  Reading& reading_;
  Experiment& experiment_;
  Section section_;
  Dataset dataset_;
  bool takes_events_ = false;
  const ModelInfo* shown_ = nullptr;  // of its population
  std::filesystem::path events_path_;
  std::unique_ptr<EventSet> events_;
};

}  // namespace

void read_datasets(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                   Experiment& experiment) {
  const TomlNode* const node = root.find("dataset");
  if (node == nullptr) return;
  if (node->table() == nullptr || node->table()->items.empty()) {
    reading.diagnostics.error(Code::experiment_value, node->where,
                              "dataset: must have named tables", "write [dataset.NAME]");
    reading.broken.insert("dataset");
    return;
  }
  for (const TomlNode& member : node->table()->items)
    DatasetReader(member, registry, reading, experiment).read();
}

}  // namespace synfire
