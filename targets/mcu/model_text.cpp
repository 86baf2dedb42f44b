// snn_model.h and snn_model.c: const tables, and the layers' calls in their order.
#include <fmt/format.h>

#include <algorithm>

#include "targets/mcu/c_text.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/firmware.h"
#include "targets/mcu/pipeline.h"
#include "targets/mcu/template_text.h"

namespace synfire::mcu {
namespace {

/// The one map outside the arena is the input's.
std::string map_text(const Map& map) {
  const std::string at = map.at < 0 ? "SNN_INPUT_AT" : std::to_string(map.at);
  return fmt::format("{{{}, {}u, {}u, {}u, {}u, {}u, {}}}", at, map.plane, map.pitch, map.channels,
                     map.rows, map.columns, map.zero);
}

std::string window_text(const Window& w) {
  return fmt::format("{{{}u, {}u, {}u, {}u, {}u, {}u, {}, {}}}", w.rows, w.columns, w.stride_rows,
                     w.stride_columns, w.dilation_rows, w.dilation_columns, w.top, w.left);
}

/// INT32_MIN has no literal of its own type.
std::string int32_text(std::int32_t value) {
  return value == INT32_MIN ? "INT32_MIN" : std::to_string(value);
}

std::string weight_table(const std::string& id, const std::vector<std::int8_t>& weight) {
  return fmt::format("static const int8_t {}_weight[{}] = {{\n{}}};\n", id, weight.size(),
                     list_of(weight));
}

std::string step_table(const std::string& id, const SingleSteps& steps) {
  std::string text =
      fmt::format("static const snn_scale_t {}_scale[{}] = {{\n", id, steps.channel.size());
  for (const SingleStep& step : steps.channel)
    text += fmt::format("    {{{}, {}}},\n", step.multiplier, int32_text(step.start));
  return text + "};\n";
}

std::string lanes_table(const std::string& id, const Linear& linear) {
  std::vector<std::string> words;
  for (const std::int32_t word : linear.lanes()) words.push_back(int32_text(word));
  constexpr std::size_t kWords = 20, kStarts = 8;
  std::string text =
      fmt::format("static const snn_lanes_t {}_lanes[{}] = {{\n", id, words.size() / kWords);
  for (auto at = words.begin(); at != words.end(); at += kWords)
    text += fmt::format("    {{{{{}}},\n     {{{}}}}},\n", fmt::join(at, at + kStarts, ", "),
                        fmt::join(at + kStarts, at + kWords, ", "));
  return text + "};\n";
}

std::string graded_text(const synfire_graded_t& n) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}}}", int32_text(n.bias), n.multiplier, n.shift,
                     n.zero_point, n.low, n.high, n.single_rounding);
}

std::string exact_table(const std::string& id, const std::vector<synfire_graded_t>& neurons) {
  std::string text =
      fmt::format("static const synfire_graded_t {}_exact[{}] = {{\n", id, neurons.size());
  for (const synfire_graded_t& neuron : neurons) text += "    " + graded_text(neuron) + ",\n";
  return text + "};\n";
}

std::string operand_table(const std::string& id, std::size_t operand, const AddTables& tables) {
  return fmt::format("static const int32_t {}_operand{}[256] = {{\n{}}};\n", id, operand,
                     list_of(tables.operand[operand]));
}

std::string exact_add(const std::string& id, const synfire_add_t& add) {
  const auto factor = [](const synfire_factor_t& f) {
    return fmt::format("{{{}, {}}}", f.multiplier, f.shift);
  };
  return fmt::format(
      "static const synfire_add_t {}_exact = {{{{{}, {}}}, {}, {}, {}, {}, {}, {}}};\n", id,
      factor(add.operand[0]), factor(add.operand[1]), factor(add.output), add.left_shift,
      add.zero_point, add.low, add.high, add.single_rounding);
}

std::string rescale_table(const std::string& id, const Rescale& rescale) {
  return (rescale.steps.channel.empty() ? "" : step_table(id, rescale.steps)) +
         (rescale.single() ? "" : exact_table(id, rescale.exact));
}

std::string rescale_text(const std::string& id, const Rescale& rescale, bool packed = false) {
  if (packed) return fmt::format("{{0, {}_lanes, 0, {}}}", id, rescale.steps.shift);
  if (rescale.mixed())
    return fmt::format("{{{0}_scale, 0, {0}_exact, {1}}}", id, rescale.steps.shift);
  if (!rescale.single()) return fmt::format("{{0, 0, {}_exact, 0}}", id);
  return fmt::format("{{{}_scale, 0, 0, {}}}", id, rescale.steps.shift);
}

/// A layer's tables and its descriptor.
struct LayerText {
  const Layer& layer;
  std::string id;

  std::string operator()(const Linear& linear) const {
    const bool bytes = !linear.weight.empty();  // else they are words of `spikes`
    return (bytes ? weight_table(id, linear.weight) : "") +
           (linear.packed ? lanes_table(id, linear) : rescale_table(id, linear.rescale)) +
           descriptor("linear", fmt::format("{}, {}, {}u, {}u, {}, {}", window_text(linear.window),
                                            bytes ? id + "_weight" : "0", linear.width,
                                            linear.groups, linear.packed ? 1 : 0,
                                            rescale_text(id, linear.rescale, linear.packed)));
  }
  std::string operator()(const Depthwise& depthwise) const {
    return weight_table(id, depthwise.weight) + rescale_table(id, depthwise.rescale) +
           descriptor(
               "depthwise",
               fmt::format("{}, {}_weight, {}, {}", window_text(depthwise.window), id,
                           depthwise.downwards ? 1 : 0, rescale_text(id, depthwise.rescale)));
  }
  std::string operator()(const Average& average) const {
    return descriptor("average", fmt::format("{}, {}, {}, {}, {}", window_text(average.window),
                                             average.input_zero_point, average.low, average.high,
                                             average.zero_point));
  }
  std::string operator()(const Mean& mean) const {
    return descriptor("mean", fmt::format("{}, {}u, {}", window_text(mean.window), mean.channels,
                                          graded_text(mean.exact)));
  }
  std::string operator()(const Maximum& maximum) const {
    return descriptor("maximum", fmt::format("{}, {}, {}, {}", window_text(maximum.window),
                                             maximum.low, maximum.high, maximum.zero_point));
  }
  std::string operator()(const Add& add) const {
    if (add.tables)
      return operand_table(id, 0, *add.tables) + operand_table(id, 1, *add.tables) +
             descriptor("add", fmt::format("{{{0}_operand0, {0}_operand1}}, {1}, 0", id,
                                           add.tables->shift));
    return exact_add(id, add.exact) + descriptor("add", fmt::format("{{0, 0}}, 0, &{}_exact", id));
  }

  std::string operator()(const Relay& relay) const {
    std::string from = "0", text = table_text("uint8_t", id + "_byte", relay.byte);
    if (!relay.from.empty()) from = id + "_from", text += table_text("int32_t", from, relay.from);
    return text + descriptor("relay", fmt::format("{}_byte, {}", id, from));
  }

 private:
  std::string descriptor(std::string_view kernel, const std::string& rest) const {
    std::string in = map_text(layer.in());
    if (layer.inputs.size() == 2)
      in = fmt::format("{{{}, {}}}", in, map_text(layer.inputs.back().map));
    return fmt::format("static const snn_{}_t {} = {{\n    {}, {},\n    {}}};\n", kernel, id, in,
                       map_text(layer.out), rest);
  }
};

std::string kernel_function(const Layer& layer) {
  if (layer.spikes) return spikes_function(layer);
  if (const auto* linear = std::get_if<Linear>(&layer.work))
    return linear->groups == 1 ? "snn_linear" : "snn_grouped";
  if (std::holds_alternative<Depthwise>(layer.work)) return "snn_depthwise";
  if (std::holds_alternative<Average>(layer.work)) return "snn_average";
  if (std::holds_alternative<Mean>(layer.work)) return "snn_mean";
  if (std::holds_alternative<Maximum>(layer.work)) return "snn_maximum";
  if (std::holds_alternative<Add>(layer.work)) return "snn_add";
  return "snn_relay";
}

std::string layer_calls(const Plan& plan) {
  std::string text = "void snn_layers(const snn_work_t* work) {\n";
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    if (layer.clears_margin)
      text += fmt::format("  snn_clear_margin(&layer_{}.in, work->arena);\n", i);
    text += fmt::format("  {}(&layer_{}{}, work);\n", kernel_function(layer), i,
                        layer.spikes ? "_spikes" : "");
  }
  return text + "}\n";
}

/// What makes outputs of logits; nothing where they are the outputs.
std::string decoding_text(const Plan& plan) {
  const Decoding& decoding = plan.decoding;
  if (!decoding.any()) return "";
  const std::int64_t outputs = plan.output.channels * plan.output.rows * plan.output.columns;
  const synfire_softmax_t& c = decoding.constants;
  std::string text;
  if (decoding.row != Decoding::Row::none)
    text = fmt::format("\nstatic const synfire_softmax_t decoder = {{{}, {}, {}, {}, {}, {}}};\n",
                       c.multiplier, c.shift, c.single_rounding, c.inverse_multiplier,
                       c.inverse_shift, c.least);
  text += "\nvoid snn_decode(const int8_t* logits, snn_output_t* output) {\n";
  std::string in = "logits";
  if (decoding.row != Decoding::Row::none) {
    const bool log = decoding.row == Decoding::Row::log_softmax;
    text += fmt::format("  {}(&decoder, logits, (int8_t*)output, {}u, {});\n",
                        log ? "snn_log_softmax" : "snn_softmax", outputs, decoding.length);
    in = "(const int8_t*)output";
  }
  if (decoding.dequantize)
    text += fmt::format("  snn_dequantize({}, output, {}u, {:a}f, {});\n", in, outputs,
                        decoding.dequantize->scale, decoding.dequantize->zero_point);
  return text + "}\n";
}

std::string layer_texts(const Plan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    text += fmt::format("/* {}: {} */\n", harmless(layer.name), kernel_name(layer));
    const std::string id = fmt::format("layer_{}", i);
    text += std::visit(LayerText{layer, id}, layer.work);
    text += (layer.spikes ? spikes_text(layer, id) : "") + "\n";
  }
  return text;
}

std::string includes_of(const Plan& plan) {
  std::string text = "#include \"snn.h\"\n";
  if (plan.coding == Coding::pipelined)
    text += "#include \"snn_pipeline.h\"\n";
  else if (!coding_folder(plan.coding).empty())
    text += "#include \"snn_coded.h\"\n";
  return text + (plan.decoding.any() ? "#include \"snn_decode.h\"\n" : "");
}

/// The size that all maps of 3 x 3 depthwise layers have, for which their kernel can be unrolled; 0
/// where there are several or it is too large.
struct DepthwiseSize {
  std::int64_t rows = 0, pitch = 0;
  bool operator==(const DepthwiseSize&) const = default;
};

DepthwiseSize depthwise_size(const Plan& plan) {
  constexpr std::int64_t most_rows = 8, most_pitch = 255;
  DepthwiseSize size;
  for (const Layer& layer : plan.layers) {
    const auto* depthwise = std::get_if<Depthwise>(&layer.work);
    if (depthwise == nullptr || layer.spikes || layer.pipelined || depthwise->window.rows != 3 ||
        depthwise->window.columns != 3)
      continue;
    const DepthwiseSize own{layer.in().rows, layer.in().pitch};
    if (own.rows > most_rows || own.pitch > most_pitch || (size.rows != 0 && size != own))
      return {};
    size = own;
  }
  return size;
}

/// A number that depends on whether the processor's weights are packed.
std::string where_packed(std::int64_t packed, std::int64_t plain, std::string_view suffix) {
  if (packed == plain) return fmt::format("{}{}", packed, suffix);
  return fmt::format("(SNN_PACKED ? {0}{2} : {1}{2})", packed, plain, suffix);
}

/// sizeof(snn_state_t), which the firmware checks when it is compiled.
std::string state_bytes() {
  return "(4u * SNN_WORDS + 8u * SNN_EVENTS + 4u * SNN_RING_SIZE + 12u + \\\n"
         "   SNN_DECODED_BYTES + (SNN_OUTPUT_SIZE + SNN_ARENA_SIZE + 3u) / 4u * 4u)";
}

}  // namespace

FirmwareFile model_header(const Plan& plan, const FirmwareOptions& options) {
  const Map& in = plan.input;
  const Map& out = plan.output;
  const Decoding& decoding = plan.decoding;
  const std::int64_t outputs = out.channels * out.rows * out.columns;
  std::string text = fmt::format(
      "/* Network {}. Written by synfire {}; do not edit. */\n"
      "#ifndef SNN_MODEL_H\n#define SNN_MODEL_H\n\n#include \"snn_kernel.h\"\n\n",
      harmless(plan.name), options.version);
  const auto define = [&](std::string_view name, const std::string& value) {
    text += fmt::format("#define {} {}\n", name, value);
  };
  define("SNN_INPUT_SIZE", fmt::format("{}u", in.channels * in.rows * in.columns));
  define("SNN_OUTPUT_SIZE", fmt::format("{}u", outputs));
  define("SNN_INPUT_LOW", fmt::format("({})", plan.input_low));
  define("SNN_OUTPUT_LOW", fmt::format("({})", plan.output_low));
  define("SNN_TRANSPOSED", plan.transposed ? "1" : "0");
  define("SNN_RING_SIZE", fmt::format("{}u", options.ring));
  define("SNN_EVENTS", fmt::format("{}u", std::max<std::int64_t>(plan.events, 1)));
  const std::int64_t spike_words = std::max<std::int64_t>(plan.spike_bytes / 4, 1);
  define("SNN_WORDS", where_packed(std::max(plan.word_bytes / 4, spike_words), spike_words, "u"));
  define("SNN_ARENA_SIZE", where_packed(plan.arena_bytes, plan.plain_arena_bytes, "u"));
  define("SNN_INPUT_AT", where_packed(plan.input.at, plan.plain_input_at, ""));
  const DepthwiseSize depthwise = depthwise_size(plan);
  define("SNN_SHIFT", std::to_string(plan.shift));
  define("SNN_DEPTHWISE_ROWS", std::to_string(depthwise.rows));
  define("SNN_DEPTHWISE_PITCH", std::to_string(depthwise.pitch));
  define("SNN_DECODED", decoding.any() ? "1" : "0");
  define("SNN_DECODED_BYTES", fmt::format("{}u", decoded_bytes(plan)));
  define("SNN_STATE_BYTES", "\\\n  " + state_bytes());
  text += fmt::format("\n/* Of the outputs: {}. */\ntypedef {} snn_output_t;\n",
                      decoding.dequantize ? "real values" : "quantized values",
                      decoding.dequantize ? "float" : "int8_t");
  text +=
      "\n/* An event that waits to be served. */\n"
      "typedef struct {\n  uint16_t neuron, byte;\n} snn_waiting_t;\n\n"
      "/* One instance: everything that changes. */\n"
      "typedef struct {\n"
      "  snn_event_t events[SNN_EVENTS];\n"
      "  volatile snn_waiting_t ring[SNN_RING_SIZE];\n"
      "  volatile uint32_t head, tail, dropped;\n"
      "#if SNN_DECODED\n"
      "  snn_output_t decoded[SNN_DECODED_BYTES / sizeof(snn_output_t)];\n"
      "#endif\n"
      "  int32_t words[SNN_WORDS];\n"
      "  uint8_t arena[SNN_ARENA_SIZE]; /* right behind the words, where the input may lie */\n"
      "  int8_t logits[SNN_OUTPUT_SIZE];\n"
      "} snn_state_t;\n\n"
      "extern const snn_map_t snn_input_map, snn_output_map;\n"
      "void snn_layers(const snn_work_t* work);\n"
      "void snn_decode(const int8_t* logits, snn_output_t* output);\n\n#endif\n";
  return {"snn_model.h", text};
}

FirmwareFile model_source(const Plan& plan, const FirmwareOptions& options) {
  std::string text =
      fmt::format("{}\nconst char snn_version[] = \"{}\";\n", includes_of(plan), options.version);
  text += fmt::format("const char snn_network_hash[] = \"{}\";\n\n", plan.hash);
  text += fmt::format("const snn_map_t snn_input_map = {};\n", map_text(plan.input));
  text += fmt::format("const snn_map_t snn_output_map = {};\n\n", map_text(plan.output));
  text += plan.coding == Coding::pipelined ? pipeline_text(plan)
                                           : layer_texts(plan) + layer_calls(plan);
  return {"snn_model.c", text + decoding_text(plan)};
}

}  // namespace synfire::mcu
