#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/session.h"
#include "cli/simulation.h"
#include "cli/table.h"
#include "converters/nir/nir.h"
#include "converters/passes/common/fixed_point.h"
#include "targets/cpu/lowering_error.h"

namespace synfire {
namespace {

FixedPointOptions options_of(const Arguments& arguments) {
  return {.steps = static_cast<std::int32_t>(arguments.integer("steps")),
          .most_events = static_cast<std::int32_t>(arguments.integer("most-events"))};
}

Json to_json(const FixedPointLayer& layer) {
  return {{"population", layer.population},     {"model", layer.model},
          {"neurons", layer.neurons},           {"fraction_bits", layer.fraction},
          {"period_steps", layer.period},       {"weight_error", layer.weight_error},
          {"can_saturate", layer.can_saturate}, {"lowest_potential", layer.lowest}};
}

std::string layer_table(const std::vector<FixedPointLayer>& layers) {
  std::vector<std::vector<std::string>> rows{{"population", "model", "neurons", "fraction bits",
                                              "decays every", "weight error", "saturation"}};
  for (const FixedPointLayer& layer : layers)
    rows.push_back({layer.population, layer.model, grouped(layer.neurons),
                    std::to_string(layer.fraction),
                    layer.period > 1 ? fmt::format("{} steps", layer.period) : "step",
                    fmt::format("{:.2g}", layer.weight_error),
                    layer.can_saturate ? fmt::format("below {:.3g}, if ever", layer.lowest)
                                       : "never (proven)"});
  return text_table(rows);
}

Json to_json(const LoweringError& error) {
  Json layers = Json::array();
  for (const LayerDeviation& layer : error.layers)
    layers.push_back({{"population", layer.population},
                      {"spikes_float", layer.spikes_float},
                      {"spikes_fixed", layer.spikes_fixed},
                      {"different_spikes", layer.different},
                      {"count_difference", layer.count_difference},
                      {"first_different_step", layer.first_step}});
  return {{"samples", error.samples},
          {"layers", layers},
          {"worst_potential_error", error.potential_error},
          {"largest_potential", error.potential_range},
          {"same_winner", error.same_winner}};
}

std::string error_text(const LoweringError& error) {
  std::vector<std::vector<std::string>> rows{
      {"population", "spikes, float", "fixed", "in one only", "count difference", "first at step"}};
  for (const LayerDeviation& layer : error.layers)
    rows.push_back({layer.population, grouped(layer.spikes_float), grouped(layer.spikes_fixed),
                    grouped(layer.different), grouped(layer.count_difference),
                    layer.first_step < 0 ? "-" : std::to_string(layer.first_step)});
  return text_table(rows) +
         fmt::format(
             "output potentials: worst error {:.3g}, largest {:.3g}; same winner in {} of {} "
             "samples\n",
             error.potential_error, error.potential_range, error.same_winner, error.samples);
}

Outcome run(const Arguments& arguments, Session& session) {
  const std::filesystem::path from = arguments.text("NETWORK"), to = arguments.text("output");
  const FixedPointOptions options = options_of(arguments);
  const Network original = with_event_input(read_network(from, nir_options(arguments)), options);
  const FixedPoint fixed = lower_to_fixed_point(original, options);
  check_output(to, from);
  Outcome outcome;
  outcome.data["layers"] = Json::array();
  for (const FixedPointLayer& layer : fixed.layers)
    outcome.data["layers"].push_back(to_json(layer));
  outcome.text = layer_table(fixed.layers);
  if (arguments.given("input")) {
    const SampleSet samples = open_samples(arguments, original, session);
    const LoweringError error = measure_lowering(original, fixed.network, samples);
    outcome.data["error"] = to_json(error);
    outcome.text += "\n" + error_text(error);
  }
  begin_writing();
  write_nir(fixed.network, to);
  outcome.data["output"] = to.string();
  outcome.data["network_hash"] = content_hash(fixed.network);
  session.message("wrote " + to.string());
  return outcome;
}

OptionInfo optional(OptionInfo option, std::string_view meaning) {
  option.required = false, option.meaning = meaning;
  return option;
}

std::vector<OptionInfo> lower_options() {
  std::vector<OptionInfo> options{
      {.name = "output",
       .letter = 'o',
       .kind = ValueKind::output_file,
       .value = "FILE",
       .meaning = "the network to write (.nir)",
       .required = true,
       .stream_suffix = ".nir"},
      steps_option(),
      {.name = "most-events",
       .kind = ValueKind::integer,
       .value = "N",
       .meaning = "input events of one step for which sums are proven",
       .fallback = "256",
       .low = 1,
       .high = 65535},
      optional(input_option(),
               "samples on which float and fixed point are compared: int8 counts of events, steps "
               "by neurons"),
      samples_option()};
  for (OptionInfo& option : foreign_options()) options.push_back(std::move(option));
  return options;
}

}  // namespace

extern const Verb verb_lower{
    .name = "lower",
    .summary =
        "bring a float spiking network to fixed point, as firmware runs it, and tell the error",
    .examples = {"synfire lower net.nir --steps 100 -o fixed.nir",
                 "synfire lower net.nir --steps 100 --input events.bin -o fixed.nir"},
    .options = lower_options(),
    .arguments = {{"NETWORK", "a float network of IF, LIF and LI neurons (.nir)"}},
    .run = run,
};

}  // namespace synfire
