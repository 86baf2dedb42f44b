#include "cli/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/network_file.h"
#include "cli/platform.h"
#include "cli/simulation.h"
#include "core/base/simd.h"
#include "core/io/recording_report.h"

namespace synfire {
namespace {

SpikeTrain to_train(const SpikeRecord& record, double dt_ms) {
  SpikeTrain train{record.population, {}, record.neurons, record.payloads};
  train.timestamps_ms.reserve(record.steps.size());
  for (const std::int64_t step : record.steps)
    train.timestamps_ms.push_back(static_cast<double>(step) * dt_ms);
  return train;
}

/// Folders have no digest of their own; their list of labels stands for them.
void add_input(std::vector<InputFile>& inputs, std::filesystem::path path) {
  if (std::filesystem::is_directory(path)) path /= "y_labels.csv";
  if (std::filesystem::is_regular_file(path)) inputs.push_back({path.string(), file_sha256(path)});
}

}  // namespace

void check_run_outputs(const Arguments& arguments) {
  for (const std::string_view option : {"output", "save-output", "report"})
    for (const std::string_view input : {"NETWORK", "input", "labels"})
      if (arguments.given(option)) check_output(arguments.text(option), arguments.text(input));
  const std::array<std::pair<const char*, const char*>, 3> pairs{
      {{"output", "save-output"}, {"output", "report"}, {"save-output", "report"}}};
  for (const auto& [one, other] : pairs)
    if (arguments.given(one) && arguments.text(one) == arguments.text(other))
      fail(Code::bad_option_value, "synfire run",
           fmt::format("--{} and --{} are the same file", one, other));
}

void write_run_outputs(const Arguments& arguments, const Recording& recording) {
  if (arguments.given("output")) write_recording(arguments.text("output"), recording);
  if (arguments.given("report")) write_run_report(arguments, recording);
}

void write_run_report(const Arguments& arguments, const Recording& recording) {
  PictureOptions options;
  const std::string of = arguments.text(arguments.given("NETWORK") ? "NETWORK" : "resume");
  options.title = std::filesystem::path(of).filename().string();
  const RecordingView view = view_of(recording, {});
  write_document(arguments.text("report"), to_html(recording_report(recording, view, {}, options)));
}

RunRecord::RunRecord(const Arguments& arguments, const Session& session)
    : arguments_(arguments), session_(session), started_(utc_now()) {}

Provenance RunRecord::provenance(const Network& network, double wall_s) const {
  Provenance facts;
  facts.argv = session_.argv();
  facts.version = SYNFIRE_VERSION;
  facts.network_hash = content_hash(network);
  for (const char* const name : {"NETWORK", "input", "labels"})
    if (arguments_.given(name)) add_input(facts.inputs, arguments_.text(name));
  facts.seed = network.seed;
  facts.compiler = compiler_name();
  facts.isa = instruction_set() + ", code for " + simd_in_use();
  facts.threads = thread_count(arguments_);
  facts.started = started_;
  facts.ended = utc_now();
  facts.wall_s = wall_s;
  facts.settings_json = arguments_.to_json().dump(-1, ' ', false, Json::error_handler_t::replace);
  return facts;
}

Recording RunRecord::recording(const Network& network, const RunResult& result,
                               const std::vector<std::int64_t>& labels,
                               std::int64_t record_samples) const {
  Recording recording;
  recording.trial_ms = static_cast<double>(result.steps_per_sample) * result.dt_ms;
  // Probes alone record the first sample.
  const std::int64_t recorded = std::min(std::max<std::int64_t>(1, record_samples), result.samples);
  recording.interval = {0, recording.trial_ms * static_cast<double>(recorded)};
  for (const SpikeRecord& record : result.spikes)
    recording.spikes.push_back(to_train(record, result.dt_ms));
  for (const Trace& trace : result.traces) {
    StateTrace state{trace.spec.population, trace.spec.variable, {}, trace.values};
    for (const std::int64_t step : trace.steps)
      state.times_ms.push_back(static_cast<double>(step) * result.dt_ms);
    recording.traces.push_back(std::move(state));
  }
  recording.outputs = result.outputs;
  recording.logits = result.logits;
  recording.predictions = result.predictions;
  recording.labels = labels;
  for (const LayerActivity& layer : result.layers)
    recording.layers.push_back(
        {layer.population, layer.origin, layer.neurons, layer.spikes, layer.synops, layer.macs});
  recording.provenance = provenance(network, result.wall_s);
  return recording;
}

}  // namespace synfire
