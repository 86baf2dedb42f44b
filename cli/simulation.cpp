#include "cli/simulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/network_file.h"
#include "cli/platform.h"
#include "cli/quantity.h"
#include "converters/passes/common/fixed_point.h"
#include "targets/cpu/rank_samples.h"

namespace synfire {

namespace {

/// A network that runs freely takes a sample of events, step by step.
Network with_steps(Network network, const Arguments& arguments, const std::string& path) {
  const bool says = network.schedule.steps > 0;
  if (says && arguments.given("steps"))
    fail(Code::bad_option_value, path,
         fmt::format("says itself that a sample takes {} steps", network.schedule.steps),
         "leave --steps out");
  if (says) return network;
  if (!arguments.given("steps"))
    fail(Code::missing_argument, path, "does not state how many steps a sample takes",
         "--steps T says it; a sample is T times the events of each input neuron");
  constexpr std::int32_t kMostEvents = 65535;
  return with_event_input(
      std::move(network),
      {.steps = static_cast<std::int32_t>(arguments.integer("steps")), .most_events = kMostEvents});
}

}  // namespace

NirOptions nir_options(const Arguments& arguments) {
  NirOptions options;
  if (arguments.given("dt")) options.dt_ms = quantity(arguments, "dt", "ms", "--dt");
  if (arguments.given("integrator")) options.integrator = arguments.text("integrator");
  if (arguments.given("reset")) options.reset = arguments.text("reset");
  return options;
}

Network open_network(const Arguments& arguments, const Session& session) {
  const std::string path = arguments.text("NETWORK");
  NirOptions options = nir_options(arguments);
  options.staggered_start = true;
  Network network = read_network(path, options);
  if (network.inputs.empty() || network.outputs.size() != 1)
    fail(Code::network_invalid, path,
         fmt::format("{} inputs and {} outputs: samples need an input and one output",
                     network.inputs.size(), network.outputs.size()));
  network = with_steps(std::move(network), arguments, path);
  session.detail(fmt::format("{}: {} populations, {} projections, {} steps a sample", path,
                             network.populations.size(), network.projections.size(),
                             network.schedule.steps));
  return network;
}

SampleSet open_samples(const Arguments& arguments, const Network& network, const Session& session) {
  const DataType element = network.inputs.front().element;
  const Shape shape = sample_shape(network);
  const std::int64_t limit = sample_limit(arguments);
  SampleSet samples = read_samples(arguments.text("input"), element, shape, limit);
  session.detail(fmt::format("{}: {} samples of {} {}", arguments.text("input"), samples.count(),
                             to_string(element), to_string(shape)));
  if (samples.count() < limit)
    session.message(
        fmt::format("{} has only {} samples", arguments.text("input"), samples.count()));
  return samples;
}

std::vector<std::int64_t> open_labels(const Arguments& arguments, const Network& network,
                                      const SampleSet& samples) {
  const std::string path =
      arguments.given("labels") ? arguments.text("labels") : arguments.text("input");
  auto labels = arguments.given("labels") ? read_labels(path) : samples.labels;
  if (labels.empty()) return labels;
  const auto count = static_cast<std::size_t>(samples.count());
  if (labels.size() < count)
    fail(Code::label_mismatch, path, fmt::format("{} labels for {} samples", labels.size(), count));
  labels.resize(count);
  const std::int64_t classes = element_count(network.outputs.front().shape);
  const auto bad = std::find_if(labels.begin(), labels.end(),
                                [&](std::int64_t label) { return label >= classes; });
  if (bad != labels.end())
    fail(Code::label_mismatch, path,
         fmt::format("label {} is {}, the network has {} classes", bad - labels.begin(), *bad,
                     classes));
  return labels;
}

RunResult simulate(const Network& network, const SampleSet& samples, RunOptions options,
                   const Session& session) {
  Progress progress(session, "samples");
  options.progress = [&progress](const RunProgress& now) {
    progress.update(now.samples_done, now.samples, now.wall_s);
  };
  return run_samples_on_ranks(network, samples, options, session.exchange());
}

std::int64_t sample_limit(const Arguments& arguments) {
  return arguments.given("samples") ? arguments.integer("samples") : -1;
}

std::int32_t thread_count(const Arguments& arguments) {
  if (arguments.given("threads")) return static_cast<std::int32_t>(arguments.integer("threads"));
  return hardware_threads();
}

Kernels kernels_of(const Arguments& arguments) {
  const auto names = std::span(kKernelNames);
  const auto found = std::find(names.begin(), names.end(), arguments.text("kernels"));
  return static_cast<Kernels>(found - names.begin());
}

OptionInfo input_option() {
  return {.name = "input",
          .letter = 'i',
          .kind = ValueKind::input_file,
          .value = "PATH",
          .meaning = "samples: .bin, .npy, .csv, IDX (.gz) or a folder of .bin files",
          .required = true};
}

OptionInfo labels_option() {
  return {.name = "labels",
          .letter = 'l',
          .kind = ValueKind::input_file,
          .value = "FILE",
          .meaning = "class numbers for the accuracy: .csv, .npy or IDX (.gz)"};
}

OptionInfo samples_option() {
  return {.name = "samples",
          .letter = 'n',
          .kind = ValueKind::integer,
          .value = "N",
          .meaning = "only the first N samples",
          .low = 1};
}

OptionInfo threads_option() {
  return {.name = "threads",
          .letter = 't',
          .kind = ValueKind::integer,
          .value = "N",
          .meaning = "threads, 1 to 1024 (default: all); the result does not depend on it",
          .low = 1,
          .high = 1024};
}

OptionInfo steps_option() {
  return {.name = "steps",
          .kind = ValueKind::integer,
          .value = "T",
          .meaning = "steps of a sample, where the network does not say",
          .low = 1,
          .high = 1 << 20};
}

std::vector<OptionInfo> foreign_options() {
  return {{.name = "dt",
           .kind = ValueKind::text,
           .value = "T",
           .meaning = "of a network of another tool: the step, such as 0.1ms (1 ms without)"},
          {.name = "integrator",
           .kind = ValueKind::choice,
           .value = "NAME",
           .meaning = "of such a network: how neurons are integrated over a step",
           .choices =
               [] {
                 return std::vector<std::string>{"exponential", "euler", "semi_implicit"};
               }},
          {.name = "reset",
           .kind = ValueKind::choice,
           .value = "NAME",
           .meaning = "of such a network: the potential after a spike (without: as v_reset says)",
           .choices = [] {
             return std::vector<std::string>{"zero", "value", "subtract"};
           }}};
}

OptionInfo kernels_option() {
  return {.name = "kernels",
          .kind = ValueKind::choice,
          .value = "KIND",
          .meaning = "serve spikes one by one or whole maps; the result does not depend on it",
          .fallback = "auto",
          .choices = [] {
            return std::vector<std::string>(std::begin(kKernelNames), std::end(kKernelNames));
          }};
}

}  // namespace synfire
