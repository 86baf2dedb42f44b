#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/arguments.h"
#include "cli/experiment_job.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/simulation.h"
#include "cli/table.h"

namespace synfire {
namespace {

/// Refused before the simulation, not after it.
void check_outputs(const Arguments& arguments) {
  check_run_outputs(arguments);
  const auto extension = std::filesystem::path(arguments.text("save-output")).extension();
  if (arguments.given("save-output") && extension != ".bin" && extension != ".npy" &&
      extension != ".csv")
    fail(Code::bad_option_value, "synfire run",
         "--save-output is '" + arguments.text("save-output") +
             "', it must end in .bin, .npy or .csv");
  for (const std::string_view option : {"record-samples", "probe"})
    if (arguments.given(option) && !arguments.given("output") && !arguments.given("report"))
      fail(Code::missing_argument, "synfire run",
           fmt::format("--{} needs a file for what it records", option), "add -o out.h5");
}

/// --probe A.v,B.v:10
std::vector<ProbeSpec> probes_of(const Arguments& arguments) {
  std::vector<ProbeSpec> probes;
  std::stringstream list(arguments.given("probe") ? arguments.text("probe") : "");
  for (std::string text; std::getline(list, text, ',');) probes.push_back(parse_probe(text));
  return probes;
}

/// A report shows one sample, where nothing else is asked for.
std::int64_t record_samples(const Arguments& arguments) {
  const bool is_shown = arguments.given("report") && !arguments.given("record-samples");
  return is_shown ? 1 : arguments.integer("record-samples");
}

Json to_json(const LayerActivity& layer, const RunResult& result) {
  return {{"layer", layer.population},
          {"operator", layer.origin},
          {"neurons", layer.neurons},
          {"spikes_per_sample", result.per_sample(layer.spikes)},
          {"synops_per_sample", result.per_sample(layer.synops)},
          {"macs_per_sample", layer.macs},
          {"kernels", layer.kernels()}};
}

Json to_json(const RunResult& result, const std::string& hash) {
  const double rate = result.wall_s > 0 ? static_cast<double>(result.samples) / result.wall_s : 0;
  Json data{{"samples", result.samples},
            {"spikes_per_sample", result.per_sample(result.spikes_total)},
            {"synops_per_sample", result.per_sample(result.synops_total)},
            {"macs_per_sample", result.macs_per_sample},
            {"wall_s", result.wall_s},
            {"inferences_per_s", rate},
            {"steps_per_sample", result.steps_per_sample},
            {"network_hash", hash},
            {"layers", Json::array()}};
  for (const LayerActivity& layer : result.layers) data["layers"].push_back(to_json(layer, result));
  return data;
}

std::string summary_text(const Json& data) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const char* key, const char* name, const char* format) {
    if (data.contains(key))
      rows.push_back({name, fmt::format(fmt::runtime(format), data[key].get<double>())});
  };
  add("samples", "samples", "{:.0f}");
  add("accuracy", "accuracy", "{:.4f}");
  add("spikes_per_sample", "spikes per sample", "{:.1f}");
  add("synops_per_sample", "SynOps per sample", "{:.1f}");
  add("macs_per_sample", "MACs per sample", "{:.0f}");
  add("steps_per_sample", "steps per sample", "{:.0f}");
  add("wall_s", "wall time [s]", "{:.3f}");
  add("inferences_per_s", "inferences per s", "{:.1f}");
  return text_table(rows);
}

std::string layer_table(const RunResult& result) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "operator", "neurons", "spikes/sample", "SynOps/sample", "MACs/sample", "kernels"}};
  for (const LayerActivity& layer : result.layers)
    rows.push_back({layer.population, short_origin(layer.origin), grouped(layer.neurons),
                    fmt::format("{:.1f}", result.per_sample(layer.spikes)),
                    fmt::format("{:.1f}", result.per_sample(layer.synops)),
                    grouped(static_cast<std::int64_t>(layer.macs)), std::string(layer.kernels())});
  return text_table(rows);
}

Outcome run_network(const Arguments& arguments, Session& session) {
  check_outputs(arguments);
  RunRecord record(arguments, session);
  const Network network = open_network(arguments, session);
  const SampleSet samples = open_samples(arguments, network, session);
  const auto labels = open_labels(arguments, network, samples);
  const RunOptions options{.threads = thread_count(arguments),
                           .kernels = kernels_of(arguments),
                           .record_samples = record_samples(arguments),
                           .probes = probes_of(arguments),
                           .progress = {}};
  const RunResult result = simulate(network, samples, options, session);
  if (!session.speaks()) return {};  // rank 0 has it all
  Outcome outcome;
  outcome.data = to_json(result, content_hash(network));
  if (!labels.empty()) outcome.data["accuracy"] = accuracy(result, labels);
  outcome.text = summary_text(outcome.data) + "\n" + layer_table(result);
  begin_writing();
  if (arguments.given("save-output")) write_tensor(arguments.text("save-output"), result.outputs);
  if (!arguments.given("output") && !arguments.given("report")) return outcome;
  write_run_outputs(arguments, record.recording(network, result, labels, options.record_samples));
  return outcome;
}

std::vector<OptionInfo> network_options() {
  OptionInfo input = input_option();
  input.required = false;  // experiments have none
  std::vector<OptionInfo> options{
      input,
      labels_option(),
      samples_option(),
      kernels_option(),
      {.name = "save-output",
       .kind = ValueKind::output_file,
       .value = "FILE",
       .meaning = "write the outputs as .bin, .npy or .csv",
       .stream_suffix = ".bin"},
      {.name = "record-samples",
       .kind = ValueKind::integer,
       .value = "N",
       .meaning = "keep the spikes of the first N samples (1 for a --report)",
       .fallback = "0"},
      {.name = "probe",
       .kind = ValueKind::text,
       .value = "LIST",
       .meaning = "record states too: conv1.v,dense8.v:10 (every 10 steps)"}};
  options.push_back(steps_option());
  for (OptionInfo& option : foreign_options()) options.push_back(std::move(option));
  return options;
}

std::vector<OptionInfo> shared_options() {
  return {threads_option(),
          {.name = "output",
           .letter = 'o',
           .kind = ValueKind::output_file,
           .value = "FILE",
           .meaning = "write spikes, outputs, traces and provenance (.h5)",
           .stream_suffix = ".h5"},
          {.name = "report",
           .letter = 'r',
           .kind = ValueKind::output_file,
           .value = "FILE",
           .meaning = "write a self-contained page with pictures of what is recorded (.html)",
           .stream_suffix = ".html"}};
}

std::vector<OptionInfo> run_options() {
  std::vector<OptionInfo> options = shared_options();
  for (const auto& more : {network_options(), experiment_options()})
    options.insert(options.end(), more.begin(), more.end());
  return options;
}

/// Options of networks are nothing to experiments, and the other way round.
void check_heeded(const Arguments& arguments) {
  const bool experiment = is_experiment(arguments);
  Diagnostics diagnostics;
  for (const OptionInfo& option : experiment ? network_options() : experiment_options())
    if (arguments.given(option.name))
      diagnostics.error(Code::bad_option_value, "synfire run",
                        fmt::format("--{} is for {}", option.name,
                                    experiment ? "networks (.nir)" : "experiments (.toml)"),
                        "leave it out");
  if (!arguments.given("NETWORK") && !arguments.given("replay") && !arguments.given("resume"))
    diagnostics.error(Code::missing_argument, "synfire run",
                      "NETWORK is missing: an experiment (.toml) or a network (.nir)",
                      "`synfire run --help` lists the options");
  else if (!experiment && !arguments.given("input"))
    diagnostics.error(Code::missing_argument, "synfire run",
                      "--input is missing: " + std::string(input_option().meaning),
                      "`synfire run --help` lists the options");
  diagnostics.throw_if_error();
}

Outcome run(const Arguments& arguments, Session& session) {
  if (arguments.given("NETWORK") && !is_experiment(arguments))
    check_simulated(arguments.text("NETWORK"));
  check_heeded(arguments);
  return is_experiment(arguments) ? run_experiment_file(arguments, session)
                                  : run_network(arguments, session);
}

}  // namespace

extern const Verb verb_run{
    .name = "run",
    .summary = "simulate an experiment, or a network over samples",
    .examples = {"synfire run brunel.toml --set run.seed=7 --threads 2 -o out.h5",
                 "synfire run kws.nir --input samples/ --labels y.csv -o out.h5"},
    .options = run_options(),
    .arguments = {{.name = "NETWORK",
                   .meaning = "an experiment (.toml) or a network (.nir)",
                   .required = false}},
    .run = run,
    .on_ranks = true,
};

}  // namespace synfire
