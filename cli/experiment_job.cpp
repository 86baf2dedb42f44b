#include "cli/experiment_job.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/run_record.h"
#include "cli/table.h"
#include "converters/experiment/experiment.h"
#include "core/io/atomic_file.h"
#include "neurons/models.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {
namespace {

/// The file with what the command line changes of it.
ExperimentFile open_experiment(const Arguments& arguments) {
  ExperimentFile file(std::filesystem::path(arguments.text("NETWORK")));
  for (const std::string& assignment : arguments.texts("set")) file.set(assignment);
  if (arguments.given("engine")) file.set("run.engine=" + arguments.text("engine"));
  if (arguments.given("threads")) file.set("run.threads=" + arguments.text("threads"));
  if (arguments.given("max-wall")) file.set("stop.wall=" + arguments.text("max-wall"));
  return file;
}

/// JSON has no number that is none.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string text_or_dash(std::string_view format, double value) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

Json to_json(const PopulationResult& population) {
  Json json{{"name", population.name}, {"neurons", population.neurons}};
  if (population.generates) return json;
  json["spikes"] = population.spikes, json["rate_hz"] = population.rate_hz;
  json["isi_cv"] = number_or_null(population.statistics.isi_cv);
  json["correlation"] = number_or_null(population.statistics.correlation);
  return json;
}

double simulated_s(const ExperimentResult& result) { return result.end_ms / 1000; }

Json to_json(const ExperimentResult& result, const Experiment& experiment) {
  Json populations = Json::array();
  for (const PopulationResult& each : result.populations) populations.push_back(to_json(each));
  return {{"name", experiment.network.name},
          {"engine", result.engine},
          {"threads", experiment.threads},
          {"seed", experiment.network.seed},
          {"begin_ms", result.begin_ms},
          {"end_ms", result.end_ms},
          {"stopped_by", result.stopped_by},
          {"spikes", result.spikes},
          {"spike_hash", fmt::format("{:016x}", result.spike_hash)},
          {"network_hash", content_hash(experiment.network)},
          {"synapses", result.synapses},
          {"synaptic_events", result.synaptic_events},
          {"build_s", result.build_s},
          {"wall_s", result.wall_s},
          {"real_time_factor", number_or_null(result.wall_s / simulated_s(result))},
          {"populations", populations}};
}

std::string to_text(const ExperimentResult& result, const Experiment& experiment) {
  const std::string ended =
      result.stopped_by.empty() ? "" : fmt::format(", stopped by stop.{}", result.stopped_by);
  std::string text = text_table(
      {{"experiment", experiment.network.name},
       {"engine", fmt::format("{}, {} thread{}", result.engine, experiment.threads,
                              experiment.threads == 1 ? "" : "s")},
       {"recorded [ms]", fmt::format("{:.6g} to {:.6g}{}", result.begin_ms, result.end_ms, ended)},
       {"synapses", grouped(static_cast<std::int64_t>(result.synapses))},
       {"spikes", grouped(static_cast<std::int64_t>(result.spikes))},
       {"spike hash", fmt::format("{:016x}", result.spike_hash)},
       {"real-time factor", fmt::format("{:.4g}", result.wall_s / simulated_s(result))}});
  std::vector<std::vector<std::string>> rows{
      {"population", "neurons", "spikes", "rate [Hz]", "CV of ISI", "correlation"}};
  for (const PopulationResult& each : result.populations)
    if (!each.generates)
      rows.push_back(
          {each.name, grouped(each.neurons), grouped(static_cast<std::int64_t>(each.spikes)),
           fmt::format("{:.3f}", each.rate_hz), text_or_dash("{:.3f}", each.statistics.isi_cv),
           text_or_dash("{:.5f}", each.statistics.correlation)});
  return text + "\n" + text_table(rows);
}

Recording recording_of(ExperimentResult result, const ResolvedExperiment& resolved,
                       const RunRecord& record) {
  Recording recording;
  recording.provenance = record.provenance(resolved.experiment.network, result.wall_s);
  recording.provenance.threads = resolved.experiment.threads;
  recording.provenance.experiment = resolved.text;
  recording.provenance.spike_hash = fmt::format("{:016x}", result.spike_hash);
  for (const PopulationResult& each : result.populations)
    recording.layers.push_back({each.name, {}, each.neurons, each.spikes, 0, 0});
  recording.spikes = std::move(result.trains);
  recording.traces = std::move(result.traces);
  return recording;
}

ExperimentResult simulate(const Experiment& experiment, Session& session) {
  Progress progress(session, "s");
  ExperimentOptions options;
  options.exchange = session.exchange();
  options.progress = [&progress](const ExperimentProgress& now) {
    progress.update(now.time_ms, now.end_ms, now.wall_s, now.spikes);
  };
  return run_experiment(experiment, options);
}

}  // namespace

bool is_experiment(const Arguments& arguments) {
  return std::filesystem::path(arguments.text("NETWORK")).extension() == ".toml";
}

Outcome run_experiment_file(const Arguments& arguments, Session& session) {
  if (arguments.given("output")) check_output(arguments.text("output"), arguments.text("NETWORK"));
  const RunRecord record(arguments, session);
  const ResolvedExperiment resolved =
      open_experiment(arguments).resolve(ModelRegistry(neuron_models()));
  if (arguments.flag("print-config"))
    return {Json{{"experiment", resolved.text}}, resolved.text, {}};
  session.detail(describe(resolved.experiment.network));
  ExperimentResult result = simulate(resolved.experiment, session);
  if (!session.speaks()) return {};  // rank 0 has it all
  Outcome outcome{to_json(result, resolved.experiment), to_text(result, resolved.experiment), {}};
  begin_writing();
  if (arguments.given("output"))
    write_recording(arguments.text("output"), recording_of(std::move(result), resolved, record));
  return outcome;
}

std::vector<OptionInfo> experiment_options() {
  return {{.name = "engine",
           .kind = ValueKind::choice,
           .value = "KIND",
           .meaning = "of an experiment: clock (steps of dt) or event (continuous time)",
           .choices =
               [] {
                 return std::vector<std::string>{"clock", "event"};
               }},
          {.name = "set",
           .kind = ValueKind::text,
           .value = "K=V",
           .meaning = "change a key of the experiment, such as run.seed=7",
           .repeats = true},
          {.name = "max-wall",
           .kind = ValueKind::text,
           .value = "T",
           .meaning = "end the experiment after so much time, such as 10min"},
          {.name = "print-config",
           .meaning = "print the experiment with all defaults and changes, run nothing"}};
}

}  // namespace synfire
