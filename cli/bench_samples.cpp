#include "cli/bench_samples.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/catalogue.h"
#include "cli/network_file.h"
#include "cli/simulation.h"
#include "cli/table.h"
#include "converters/passes/common/coding.h"
#include "converters/tflite/tflite.h"
#include "core/base/sha256.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLeastRounds = 3;
constexpr double kLeastSeconds = 1;

void require(const Arguments& arguments, std::string_view option, std::string_view what) {
  if (!arguments.given(option))
    fail(Code::missing_argument, "synfire bench kws",
         fmt::format("--{} is missing: {}", option, what),
         "synfire bench kws --network kws.tflite --input samples.bin");
}

/// A spiking network as it is; a model is converted first, with --coding.
Network network_of(const Arguments& arguments, Diagnostics& diagnostics) {
  const std::filesystem::path path = arguments.text("network");
  const bool is_model = model_format_of(path) == ModelFormat::tflite;
  if (!is_model && arguments.given("coding"))
    fail(Code::bad_option_value, "synfire bench kws",
         "--coding is for models, " + path.string() + " is a network already");
  if (!is_model) return read_network(path);
  Network network = read_tflite(path, {});
  apply_coding(network, arguments.text("coding"), {}, diagnostics);
  diagnostics.throw_if_error();
  return network;
}

/// The fastest of several runs over all samples.
struct Best {
  RunResult result;
  double per_s = 0;      // inferences per second of wall time
  double per_cpu_s = 0;  // of processor time; of another round, perhaps
  int rounds = 0;

  void take(RunResult round) {
    const auto samples = static_cast<double>(round.samples);
    per_cpu_s = std::max(per_cpu_s, samples / round.cpu_s);
    if (samples / round.wall_s > per_s) per_s = samples / round.wall_s, result = std::move(round);
    ++rounds;
  }
};

Best measure(const Network& network, const SampleSet& samples, const RunOptions& options,
             const Session& session) {
  Best best;
  const auto start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  while (best.rounds < kLeastRounds || seconds() < kLeastSeconds)
    best.take(simulate(network, samples, options, session));
  return best;
}

std::string output_hash(const RunResult& result) {
  Sha256 hash;
  hash.update(result.outputs.bytes());
  return hash.hex();
}

Json to_json(const Best& best, const Arguments& arguments) {
  const RunResult& result = best.result;
  Json kernels = Json::object();
  for (const LayerActivity& layer : result.layers)
    if (layer.deliveries > 0) kernels[layer.population] = layer.kernels();
  return {{"inferences_per_s", best.per_s},
          {"inferences_per_cpu_s", best.per_cpu_s},
          {"kernels", kernels},
          {"output_hash", output_hash(result)},
          {"spikes_per_sample", result.per_sample(result.spikes_total)},
          {"synops_per_sample", result.per_sample(result.synops_total)},
          {"macs_per_sample", result.macs_per_sample},
          {"samples", result.samples},
          {"rounds", best.rounds},
          {"threads", arguments.integer("threads")}};
}

std::string to_text(const Best& best, const Json& data) {
  std::vector<std::vector<std::string>> rows{
      {"inferences per s", fmt::format("{:.1f}, the best of {} rounds over {} samples", best.per_s,
                                       best.rounds, best.result.samples)},
      {"per s of processor time", fmt::format("{:.1f}", best.per_cpu_s)},
      {"SynOps per sample",
       fmt::format("{:.1f}", best.result.per_sample(best.result.synops_total))},
      {"output hash", data["output_hash"].get<std::string>()}};
  for (const auto& [layer, kernels] : data["kernels"].items())
    rows.push_back({"kernels of " + layer, kernels.get<std::string>()});
  return text_table(rows);
}

}  // namespace

OptionInfo bench_network_option() {
  return {.name = "network",
          .kind = ValueKind::input_file,
          .value = "FILE",
          .meaning = "kws: a network (.nir) or a model to convert (.tflite)"};
}

OptionInfo bench_input_option() {
  OptionInfo input = input_option();
  input.required = false;
  return input;
}

OptionInfo bench_coding_option() {
  return {.name = "coding",
          .kind = ValueKind::choice,
          .value = "NAME",
          .meaning = "kws: how spikes carry a model's values",
          .fallback = "graded",
          .choices = coding_names};
}

Outcome bench_samples(const Arguments& arguments, Session& session) {
  if (session.exchange() != nullptr)
    fail(Code::ranks_unavailable, "synfire bench", "kws is timed on one rank",
         "start it without mpirun");
  require(arguments, "network", "a network (.nir) or a model (.tflite)");
  require(arguments, "input", "the samples that it is timed on");
  Diagnostics diagnostics;
  const Network network = network_of(arguments, diagnostics);
  if (network.inputs.size() != 1 || network.outputs.size() != 1)
    fail(Code::network_invalid, arguments.text("network"), "samples need one input and one output");
  const SampleSet samples = open_samples(arguments, network, session);
  const RunOptions options{.threads = static_cast<std::int32_t>(arguments.integer("threads")),
                           .kernels = kernels_of(arguments)};
  const Best best = measure(network, samples, options, session);
  Outcome outcome;
  outcome.diagnostics = diagnostics.list();
  outcome.data = to_json(best, arguments);
  outcome.text = to_text(best, outcome.data);
  return outcome;
}

}  // namespace synfire
