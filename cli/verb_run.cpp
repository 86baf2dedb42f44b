#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "cli/arguments.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/simulation.h"
#include "cli/table.h"
#include "core/io/recording_report.h"

namespace synfire {
namespace {

/// Refused before the simulation, not after it.
void check_outputs(const Arguments& arguments) {
  for (const std::string_view option : {"output", "save-output", "report"})
    for (const std::string_view input : {"NETWORK", "input", "labels"})
      if (arguments.given(option)) check_output(arguments.text(option), arguments.text(input));
  const std::array<std::pair<const char*, const char*>, 3> pairs{
      {{"output", "save-output"}, {"output", "report"}, {"save-output", "report"}}};
  for (const auto& [one, other] : pairs)
    if (arguments.given(one) && arguments.text(one) == arguments.text(other))
      fail(Code::bad_option_value, "synfire run",
           fmt::format("--{} and --{} are the same file", one, other));
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

void write_report(const Arguments& arguments, const Recording& recording) {
  const RecordingView view = view_of(recording, {});
  PictureOptions options;
  options.title = std::filesystem::path(arguments.text("NETWORK")).filename().string();
  write_document(arguments.text("report"), to_html(recording_report(recording, view, {}, options)));
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

Outcome run(const Arguments& arguments, Session& session) {
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
  const Recording recording = record.recording(network, result, labels, options.record_samples);
  if (arguments.given("output")) write_recording(arguments.text("output"), recording);
  if (arguments.given("report")) write_report(arguments, recording);
  return outcome;
}

}  // namespace

extern const Verb verb_run{
    .name = "run",
    .summary = "simulate a network over samples: accuracy, spikes, SynOps, speed",
    .examples = {"synfire run kws.nir --input samples/ --labels y.csv",
                 "synfire run kws.nir --input x.bin --samples 100 --record-samples 4 -o out.h5"},
    .options = {input_option(),
                labels_option(),
                samples_option(),
                threads_option(),
                kernels_option(),
                {.name = "save-output",
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "write the outputs as .bin, .npy or .csv",
                 .stream_suffix = ".bin"},
                {.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "write outputs, activity and provenance (.h5)",
                 .stream_suffix = ".h5"},
                {.name = "report",
                 .letter = 'r',
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "write a self-contained page with pictures of what is recorded (.html)",
                 .stream_suffix = ".html"},
                {.name = "record-samples",
                 .kind = ValueKind::integer,
                 .value = "N",
                 .meaning = "keep the spikes of the first N samples (1 for a --report)",
                 .fallback = "0"},
                {.name = "probe",
                 .kind = ValueKind::text,
                 .value = "LIST",
                 .meaning = "record states too: conv1.v,dense8.v:10 (every 10 steps)"}},
    .arguments = {{"NETWORK", "a network (.nir)"}},
    .run = run,
    .on_ranks = true,
};

}  // namespace synfire
