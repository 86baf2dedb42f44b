#include "core/io/recording.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <map>
#include <set>

#include "core/base/diagnostics.h"
#include "core/base/sha256.h"
#include "core/io/atomic_file.h"
#include "core/io/hdf5.h"

namespace synfire {
namespace {

constexpr Hdf5Storage kPacked = Hdf5Storage::compressed;

template <typename T>
Tensor column(const std::vector<T>& values) {
  return Tensor::of<T>({static_cast<std::int64_t>(values.size())}, values);
}

template <typename Row, typename Value>
std::vector<Value> select(const std::vector<Row>& rows, Value Row::*member) {
  std::vector<Value> values;
  for (const Row& row : rows) values.push_back(row.*member);
  return values;
}

void check_lengths(const SpikeTrain& train) {
  const std::size_t count = train.timestamps_ms.size();
  if (train.node_ids.size() != count || (!train.payloads.empty() && train.payloads.size() != count))
    fail(Code::internal, train.population, "a spike train's arrays differ in length");
}

void write_train(Hdf5Writer& spikes, const SpikeTrain& train) {
  check_lengths(train);
  Hdf5Writer group = spikes.make_group(link_name(train.population));
  group.set_attribute("", "sorting", "by_time");
  group.write("timestamps", column(train.timestamps_ms), kPacked);
  group.set_attribute("timestamps", "units", "ms");
  group.write_unsigned("node_ids", train.node_ids, kPacked);
  if (!train.payloads.empty()) group.write("payload", column(train.payloads), kPacked);
}

void write_outputs(Hdf5Writer group, const Recording& recording) {
  if (!recording.outputs.empty()) group.write("values", recording.outputs, kPacked);
  if (!recording.logits.empty()) group.write("logits", recording.logits, kPacked);
  if (!recording.predictions.empty())
    group.write("predictions", column(recording.predictions), kPacked);
  if (!recording.labels.empty()) group.write("labels", column(recording.labels), kPacked);
}

void write_layers(Hdf5Writer group, const std::vector<LayerRow>& rows) {
  const Shape shape{static_cast<std::int64_t>(rows.size())};
  group.write_texts("population", shape, select(rows, &LayerRow::population));
  group.write_texts("origin", shape, select(rows, &LayerRow::origin));
  group.write("neurons", column(select(rows, &LayerRow::neurons)));
  group.write_unsigned("spikes", select(rows, &LayerRow::spikes));
  group.write_unsigned("synops", select(rows, &LayerRow::synops));
  group.write_unsigned("macs", select(rows, &LayerRow::macs));
}

void write_provenance(Hdf5Writer group, const Provenance& facts) {
  const auto text = [&](std::string_view name, const std::string& value) {
    group.set_attribute("", name, value);
  };
  text("version", facts.version);
  text("network_hash", facts.network_hash);
  text("compiler", facts.compiler);
  text("isa", facts.isa);
  text("started", facts.started);
  text("ended", facts.ended);
  group.set_attribute("", "seed", facts.seed);
  group.set_attribute("", "threads", std::int64_t{facts.threads});
  group.set_attribute("", "wall_s", facts.wall_s);
  text("settings", facts.settings_json);
  if (!facts.experiment.empty()) text("experiment", facts.experiment);
  if (!facts.spike_hash.empty()) text("spike_hash", facts.spike_hash);
  if (facts.simulated_ms > 0) group.set_attribute("", "simulated_ms", facts.simulated_ms);
  group.set_attribute("", "argv", facts.argv);
  group.set_attribute("", "input_path", select(facts.inputs, &InputFile::path));
  group.set_attribute("", "input_sha256", select(facts.inputs, &InputFile::sha256));
}

/// Probes of one population share its group.
void write_traces(Hdf5Writer& root, const std::vector<StateTrace>& traces) {
  if (traces.empty()) return;
  Hdf5Writer report = root.make_group("report");
  std::map<std::string, Hdf5Writer> populations;
  for (const StateTrace& trace : traces) {
    auto at = populations.find(trace.population);
    if (at == populations.end())
      at = populations.emplace(trace.population, report.make_group(link_name(trace.population)))
               .first;
    Hdf5Writer group = at->second.make_group(trace.variable);
    const auto times = static_cast<std::int64_t>(trace.times_ms.size());
    const auto neurons = times > 0 ? static_cast<std::int64_t>(trace.values.size()) / times : 0;
    group.write("data", Tensor::of({times, neurons}, trace.values));
    group.write("time", Tensor::of({times}, trace.times_ms));
    group.set_attribute("time", "units", "ms");
    if (!trace.units.empty()) group.set_attribute("data", "units", trace.units);
    if (!trace.node_ids.empty()) group.write_unsigned("node_ids", trace.node_ids);
  }
}

void write_weights(Hdf5Writer& root, const std::vector<WeightTrace>& weights) {
  if (weights.empty()) return;
  Hdf5Writer group = root.make_group("weights");
  for (const WeightTrace& trace : weights) {
    Hdf5Writer projection = group.make_group(link_name(trace.projection));
    const auto times = static_cast<std::int64_t>(trace.times_ms.size());
    const auto synapses = times > 0 ? static_cast<std::int64_t>(trace.values.size()) / times : 0;
    projection.write("data", Tensor::of({times, synapses}, trace.values), kPacked);
    if (!trace.units.empty()) projection.set_attribute("data", "units", trace.units);
    if (!trace.source_ids.empty()) {
      projection.write_unsigned("source_node_id", trace.source_ids, kPacked);
      projection.write_unsigned("target_node_id", trace.target_ids, kPacked);
    }
    if (!trace.source_shape.empty()) projection.write("source_shape", column(trace.source_shape));
    projection.write("time", column(trace.times_ms));
    projection.set_attribute("time", "units", "ms");
  }
}

void write_trials(Hdf5Writer& root, const std::vector<TrialTable>& tables) {
  if (tables.empty()) return;
  Hdf5Writer group = root.make_group("trials");
  for (const TrialTable& table : tables) {
    Hdf5Writer task = group.make_group(link_name(table.task));
    const std::vector<Trial>& trials = table.trials;
    task.set_attribute("", "actions", table.actions);
    task.set_attribute("", "least_actions", table.least_actions);
    task.write("begin", column(select(trials, &Trial::begin_ms)), kPacked);
    task.set_attribute("begin", "units", "ms");
    for (const auto& [name, member] : kTrialCounts)
      task.write_unsigned(name, select(trials, member), kPacked);
    task.write("reward", column(select(trials, &Trial::reward)), kPacked);
    task.write("surprise", column(select(trials, &Trial::surprise)), kPacked);
  }
}

void write_classification(Hdf5Writer group, const Classification& each) {
  group.set_attribute("", "readout", each.readout);
  group.set_attribute("", "classes", each.classes);
  group.set_attribute("", "shown", each.shown);
  group.set_attribute("", "shown_again", each.shown_again);
  if (each.events_sent + each.events_cut > 0) {
    group.set_attribute("", "events_sent", each.events_sent);
    group.set_attribute("", "events_cut", each.events_cut);
  }
  if (!each.labels.empty()) group.set_attribute("", "accuracy", each.accuracy());
  group.write("samples", column(each.samples), kPacked);
  group.write("labels", column(each.labels), kPacked);
  group.write("predictions", column(each.predictions), kPacked);
  group.write_unsigned("spikes", each.spikes, kPacked);
  group.write("assignments", column(each.assignments), kPacked);
  const std::int64_t rows = each.responses.empty() ? 0 : std::ssize(each.assignments);
  group.write("responses", Tensor::of({rows, each.classes}, each.responses), kPacked);
  group.write("learnt", column(each.learnt));
  group.write("learnt_accuracy", column(each.learnt_accuracy));
}

void write_interval(Hdf5Writer& spikes, const Recording& recording) {
  if (recording.interval.is_known()) {
    spikes.set_attribute("", "begin_ms", recording.interval.begin_ms);
    spikes.set_attribute("", "end_ms", recording.interval.end_ms);
  }
  if (recording.trial_ms > 0) spikes.set_attribute("", "trial_ms", recording.trial_ms);
}

}  // namespace

std::string link_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

void write_recording(const std::filesystem::path& path, const Recording& recording) {
  AtomicFile output(path);
  Hdf5Writer root = Hdf5Writer::create(output.temporary());
  Hdf5Writer spikes = root.make_group("spikes");
  for (const SpikeTrain& train : recording.spikes) write_train(spikes, train);
  write_beside_spikes(root, spikes, recording);
  root.close();
  output.commit();
}

void write_beside_spikes(Hdf5Writer& root, Hdf5Writer& spikes, const Recording& recording) {
  write_interval(spikes, recording);
  write_traces(root, recording.traces);
  write_weights(root, recording.weights);
  write_trials(root, recording.trials);
  if (!recording.classifications.empty()) {
    Hdf5Writer group = root.make_group("classifications");
    for (const Classification& each : recording.classifications)
      write_classification(group.make_group(link_name(each.dataset)), each);
  }
  write_outputs(root.make_group("outputs"), recording);
  write_layers(root.make_group("layers"), recording.layers);
  write_provenance(root.make_group("provenance"), recording.provenance);
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string compiler_name() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

std::string file_sha256(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(Code::file_not_found, path.string(), "the file cannot be opened");
  Sha256 digest;
  std::vector<char> buffer(1U << 20U);
  while (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
         stream.gcount() > 0)
    digest.update(
        std::as_bytes(std::span(buffer.data(), static_cast<std::size_t>(stream.gcount()))));
  return digest.hex();
}

static std::string folder_sha256(const std::set<std::string>& names, const std::string& folder) {
  Sha256 digest;
  for (const std::string& name : names)
    digest.update(file_sha256(std::filesystem::path(folder) / name) + "  " + name + "\n");
  return digest.hex();
}

std::vector<InputFile> input_digests(std::span<const std::string> files,
                                     std::span<const std::string> folders) {
  std::vector<InputFile> inputs;
  std::map<std::string, std::set<std::string>> inside;  // names, by folder
  for (const std::string& file : files) {
    const auto holds = [&](const std::string& folder) { return file.starts_with(folder + "/"); };
    const auto folder = std::ranges::find_if(folders, holds);
    if (folder == folders.end())
      inputs.push_back({file, file_sha256(file)});
    else
      inside[*folder].insert(file.substr(folder->size() + 1));
  }
  for (const auto& [folder, names] : inside)
    inputs.push_back({folder, folder_sha256(names, folder)});
  return inputs;
}

}  // namespace synfire
