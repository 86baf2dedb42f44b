#include "core/io/recording_file.h"

#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

/// For what the library writes beside data.
constexpr std::uint64_t kMargin = std::uint64_t{1} << 20;

}  // namespace

RecordingFile::RecordingFile(const std::filesystem::path& path)
    : output_(path),
      temporary_(output_.temporary()),
      root_(Hdf5Writer::create(output_.temporary())) {
  output_.reserve(kMargin);
}

void RecordingFile::begin(std::optional<std::uint64_t> run) {
  output_.reserve(kMargin);
  trains_.clear();
  run_ = run ? runs().make_group(std::to_string(*run)) : root_;
  spikes_ = run_->make_group("spikes");
}

Hdf5Writer& RecordingFile::runs() {
  if (!runs_) runs_ = root_.make_group("runs");
  return *runs_;
}

std::vector<std::byte> RecordingFile::image_of_run(std::uint64_t run) const {
  return runs_->image_of(std::to_string(run));
}

void RecordingFile::restore_run(std::uint64_t run, std::span<const std::byte> image) {
  output_.reserve(kMargin + image.size());
  runs().insert(std::to_string(run), image);
  root_.flush();
}

Hdf5Writer& RecordingFile::group_of(const SpikeTrain& train) {
  const auto found = trains_.find(train.population);
  if (found != trains_.end()) return found->second;
  Hdf5Writer group = spikes_->make_group(link_name(train.population));
  group.set_attribute("", "sorting", "by_time");
  group.append("timestamps", std::span<const double>());
  group.set_attribute("timestamps", "units", "ms");
  group.append("node_ids", std::span<const std::uint64_t>());
  return trains_.emplace(train.population, std::move(group)).first->second;
}

void RecordingFile::append(const std::vector<SpikeTrain>& spikes) {
  std::uint64_t bytes = kMargin;
  for (const SpikeTrain& train : spikes)
    bytes += 16 * (train.timestamps_ms.size() + 2 * kHdf5AppendChunk);
  output_.reserve(bytes);
  for (const SpikeTrain& train : spikes) {
    Hdf5Writer& group = group_of(train);
    group.append("timestamps", train.timestamps_ms);
    group.append("node_ids", train.node_ids);
  }
  root_.flush();
}

std::uint64_t RecordingFile::rest_bytes(const Recording& recording) const {
  // A part of what append() kept.
  std::uint64_t bytes = kMargin / 4 + recording.provenance.experiment.size();
  for (const StateTrace& trace : recording.traces)
    bytes += 8 * (trace.values.size() + trace.times_ms.size() + trace.node_ids.size());
  for (const WeightTrace& trace : recording.weights)
    bytes += 4 * trace.values.size() + 8 * trace.times_ms.size();
  for (const TrialTable& table : recording.trials) bytes += sizeof(Trial) * table.trials.size();
  for (const Classification& each : recording.classifications)
    bytes += 8 * (4 * each.labels.size() + each.assignments.size() + each.responses.size());
  return bytes;
}

void RecordingFile::finish(const Recording& recording) {
  output_.reserve(rest_bytes(recording));
  write_beside_spikes(*run_, *spikes_, recording);
  root_.flush();
}

void RecordingFile::write_summary(const Summary& summary) {
  Hdf5Writer group = root_.make_group("summary");
  std::vector<std::string> settings;
  for (const std::string& setting : summary.settings) settings.push_back(link_name(setting));
  if (!settings.empty()) group.set_attribute("", "settings", settings);
  for (const SummaryColumn& column : summary.columns) {
    const auto rows = static_cast<std::int64_t>(column.texts.size());
    if (column.texts.empty())
      group.append(link_name(column.name), column.numbers);
    else
      group.write_texts(link_name(column.name), {rows}, column.texts);
  }
}

static StoredRun stored_run(const Hdf5Group& group) {
  const Hdf5Group provenance = group.group("provenance");
  if (!provenance.has_attribute("", "experiment") || !provenance.has_attribute("", "spike_hash"))
    fail(Code::file_format, provenance.where(), "it was not made from an experiment",
         "only what `synfire run exp.toml -o` wrote can be run again");
  StoredRun run{group.where(),
                provenance.text_attribute("", "experiment"),
                provenance.text_attribute("", "spike_hash"),
                {}};
  run.interval = {group.number_attribute("spikes", "begin_ms"),
                  provenance.has_attribute("", "simulated_ms")
                      ? provenance.number_attribute("", "simulated_ms")
                      : group.number_attribute("spikes", "end_ms")};
  return run;
}

std::vector<StoredRun> read_stored_runs(const std::filesystem::path& path) {
  const Hdf5Group root = Hdf5Group::open(path);
  if (!root.has("runs")) return {stored_run(root)};
  const Hdf5Group runs = root.group("runs");
  std::vector<StoredRun> list;
  for (std::uint64_t run = 0; runs.has(std::to_string(run)); ++run)
    list.push_back(stored_run(runs.group(std::to_string(run))));
  return list;
}

void RecordingFile::commit() {
  trains_.clear();
  spikes_.reset(), run_.reset(), runs_.reset();
  root_.close();
  output_.commit();
}

}  // namespace synfire
