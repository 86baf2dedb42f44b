#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/session.h"
#include "cli/table.h"
#include "converters/nir/nir.h"
#include "converters/passes/common/coding.h"
#include "converters/tflite/tflite.h"

namespace synfire {
namespace {

std::vector<std::string> rounding_names() { return {"double", "single"}; }

CodingOptions coding_options(const Arguments& arguments) {
  return {.steps = static_cast<std::int32_t>(arguments.integer("steps")),
          .pipelined = arguments.flag("pipelined"),
          .signed_spikes = arguments.boolean("signed-spikes")};
}

/// Options of rate coding do nothing elsewhere, which must not pass in silence.
void warn_unused(const Arguments& arguments, Diagnostics& diagnostics) {
  const std::string coding = arguments.text("coding");
  if (coding == "rate") return;
  for (const std::string_view option : {"pipelined", "signed-spikes"})
    if (arguments.given(option))
      diagnostics.warning(Code::option_unused, "synfire convert",
                          fmt::format("--{} has no effect on the {} coding", option, coding));
}

Json to_json(const LayerReport& layer) {
  return {{"layer", layer.layer},
          {"operator", layer.origin},
          {"model", layer.model},
          {"format", layer.format},
          {"fidelity", to_string(layer.fidelity)},
          {"reason", layer.reason},
          {"neurons", layer.neurons},
          {"synapses", layer.synapses},
          {"accumulator_bits", layer.accumulator_bits}};
}

std::string fidelity_text(const LayerReport& layer) {
  std::string text(to_string(layer.fidelity));
  return layer.reason.empty() ? text : text + ": " + layer.reason;
}

std::string layer_table(const std::vector<LayerReport>& layers) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "operator", "model", "format", "neurons", "synapses", "acc. bits", "fidelity"}};
  for (const LayerReport& layer : layers)
    rows.push_back({layer.layer, short_origin(layer.origin), layer.model, layer.format,
                    grouped(layer.neurons), grouped(layer.synapses),
                    std::to_string(layer.accumulator_bits), fidelity_text(layer)});
  return text_table(rows);
}

bool all_exact(const std::vector<LayerReport>& layers) {
  return std::all_of(layers.begin(), layers.end(),
                     [](const LayerReport& layer) { return layer.fidelity == Fidelity::exact; });
}

void fill(Outcome& outcome, const Arguments& arguments, const Network& network,
          const std::vector<LayerReport>& layers) {
  outcome.data["model"] = arguments.text("MODEL");
  outcome.data["coding"] = arguments.text("coding");
  outcome.data["rounding"] = arguments.text("rounding");
  outcome.data["exact"] = all_exact(layers);
  outcome.data["steps_per_sample"] = network.schedule.steps;
  outcome.data["layers"] = Json::array();
  for (const LayerReport& layer : layers) outcome.data["layers"].push_back(to_json(layer));
  outcome.text = layer_table(layers);
}

Network read_model(const std::filesystem::path& path, const Arguments& arguments) {
  if (model_format_of(path) != ModelFormat::tflite)
    fail(Code::file_format, path.string(), "is already a spiking network, not a model to convert",
         "`synfire run` takes it as it is");
  return read_tflite(path, {.single_rounding = arguments.text("rounding") == "single"});
}

Outcome run(const Arguments& arguments, Session& session) {
  const std::filesystem::path input = arguments.text("MODEL");
  const std::filesystem::path output = arguments.text("output");
  const std::string coding = arguments.text("coding");
  const CodingOptions options = coding_options(arguments);
  Diagnostics diagnostics;
  warn_unused(arguments, diagnostics);
  Network network = read_model(input, arguments);
  check_output(output, input);
  apply_coding(network, coding, options, diagnostics);
  const auto layers = layer_report(network, coding, options);
  Outcome outcome;
  fill(outcome, arguments, network, layers);
  if (!diagnostics.has_error()) {
    begin_writing();
    write_nir(network, output);
    outcome.data["output"] = output.string();
    outcome.data["network_hash"] = content_hash(network);
    session.message("wrote " + output.string());
  }
  outcome.diagnostics = diagnostics.list();
  return outcome;
}

}  // namespace

extern const Verb verb_convert{
    .name = "convert",
    .summary = "convert a quantized model to a spiking network and report each layer's fidelity",
    .examples = {"synfire convert kws.tflite -o kws.nir",
                 "synfire convert kws.tflite --coding rate --steps 64 -o kws_rate.nir"},
    .options = {{.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "the network to write (.nir)",
                 .required = true,
                 .stream_suffix = ".nir"},
                {.name = "coding",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "how spikes carry values",
                 .fallback = "graded",
                 .choices = coding_names},
                {.name = "steps",
                 .kind = ValueKind::integer,
                 .value = "T",
                 .meaning = "steps of rate coding, 1 to 2047 (default: the coding's own)",
                 .low = 1,
                 .high = 2047},
                {.name = "pipelined", .meaning = "rate: all layers at once, not layer after layer"},
                {.name = "signed-spikes",
                 .kind = ValueKind::boolean,
                 .value = "true|false",
                 .meaning = "rate: negative spikes for negative values",
                 .fallback = "true"},
                {.name = "rounding",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "how the source runtime requantizes",
                 .fallback = "double",
                 .choices = rounding_names}},
    .arguments = {{"MODEL", "a full-integer .tflite model"}},
    .run = run,
};

}  // namespace synfire
