// snn_model.h and snn_model.c of a spiking network: const tables, and the calls of a step.
#include <fmt/format.h>

#include <algorithm>

#include "targets/mcu/c_text.h"
#include "targets/mcu/spiking_firmware.h"
#include "targets/mcu/synapse_words.h"
#include "targets/mcu/template_text.h"

namespace synfire::mcu {
namespace {

constexpr int kRiseBits = 32 - SYNFIRE_FIXED_RISE;  // the runtime takes the high word of a product

/// C has no literal for the least.
std::string literal(std::int32_t value) {
  return value == INT32_MIN ? "-2147483647 - 1" : std::to_string(value);
}

std::string store_text(const SpikeStore& spikes) {
  return fmt::format("{{{}u, {}u, {}u, {}u}}", spikes.at, spikes.words, spikes.busy,
                     spikes.depth - 1);
}

/// A projection's tables and its descriptor.
struct SynapseText {
  const Synapses& synapses;
  const SpikingLayer& target;
  std::size_t layer;
  std::string id;

  std::string operator()(const DenseRows& rows) const {
    const DenseWords words = dense_words(rows, synapses, target);
    return table_text("uint32_t", id + "_weight", words.weight) +
           descriptor(fmt::format("{}_weight, {}u", id, words.words));
  }
  std::string operator()(const Convolution& c) const {
    const ConvWords words = conv_words(c, target);
    std::string text = table_text("uint32_t", id + "_weight", words.weight);
    text += fmt::format("static const snn_column_t {}_column[{}] = {{\n", id, words.columns.size());
    for (const ConvColumn& each : words.columns)
      text += fmt::format("    {{{}u, {}u, {}u, {}u, {}u}},\n", each.touched, each.weight, each.sum,
                          each.taps, each.words);
    text += fmt::format("}};\nstatic const snn_row_t {}_row[{}] = {{\n", id, words.rows.size());
    for (const ConvRow& each : words.rows)
      text += fmt::format("    {{{}u, {}u, {}u}},\n", each.weight, each.row, each.taps);
    return text + "};\n" +
           descriptor(fmt::format("{0}_weight, {0}_column, {0}_row,\n    {1}u, {2}u, {3}u, {4}u,\n"
                                  "    {5}u, {6}u, {7}u, {8}u, {9}u, {10}u, {11}u, {12}u, {13}u",
                                  id, c.source.height, c.source.width, c.source.channels,
                                  synapses.places.map ? 1 : 0, words.channel_words, words.tap_words,
                                  words.row_words, words.row_step, words.run_weights,
                                  words.run_sums, c.group_channels, words.group_lanes,
                                  words.last_word));
  }
  std::string operator()(const Pairs& pairs) const {
    const auto lanes = lanes_of(pair_targets(pairs, synapses.places), target);
    return table_text("int8_t", id + "_weight", in_order(pairs, synapses.places).weight) +
           table_text("uint16_t", id + "_lane", lanes) +
           descriptor(fmt::format("{0}_weight, {0}_lane", id));
  }
  std::string operator()(const SparseRows& given) const {
    const SparseRows rows = in_order(given, synapses.places);
    return table_text("uint32_t", id + "_row", rows.row) +
           table_text("uint16_t", id + "_lane", lanes_of(rows.target, target)) +
           table_text("int8_t", id + "_weight", rows.weight) +
           descriptor(fmt::format("{0}_row, {0}_lane, {0}_weight", id));
  }

 private:
  std::string descriptor(const std::string& rest) const {
    return fmt::format(
        "static const snn_{}_t {} = {{\n    {{{}, {}u}}, &snn_populations[{}], {}}};\n",
        synapses.kernel(), id, store_text(synapses.spikes), synapses.delay, layer, rest);
  }
};

std::string layer_id(std::size_t index) { return fmt::format("layer_{}", index); }
std::string synapse_id(std::size_t layer, std::size_t index) {
  return fmt::format("layer_{}_in_{}", layer, index);
}

template <typename Take>
std::string lane_table(const std::string& name, const SpikingLayer& layer, Take take) {
  std::vector<std::int32_t> values;
  for (const synfire_fixed_lif_t& n : layer.neurons) values.push_back(take(n));
  return table_text("int32_t", name, values);
}

/// Neurons that need no work while nothing arrives.
std::string quiet_text(const SpikingLayer& layer, std::size_t index) {
  const std::string id = layer_id(index);
  const bool late = layer.decays_late();
  const auto threshold = [&](const synfire_fixed_lif_t& n) {
    if (!late) return n.threshold;
    return n.threshold >= SYNFIRE_FIXED_LIMIT ? INT32_MAX : n.threshold << kRiseBits;
  };
  std::string text = lane_table(id + "_threshold", layer, threshold);
  text += lane_table(id + "_reset", layer, [](const synfire_fixed_lif_t& n) { return n.reset; });
  text += table_text("int16_t", id + "_scale", layer.scale);
  if (late) text += table_text("int32_t", id + "_rise", layer.rise);
  return text + fmt::format(
                    "static const snn_quiet_t {0} = {{\n    &snn_populations[{1}], {0}_threshold, "
                    "{0}_reset, {0}_scale, {2}, {3}, {4}u, {5}u, {6}u}};\n",
                    id, index, late ? id + "_rise" : "0", literal(layer.neurons[0].decay),
                    layer.rise.size(), layer.clock_at, layer.epoch_at);
}

std::string each_text(const SpikingLayer& layer, std::size_t index) {
  const std::string id = layer_id(index);
  const bool halves = std::ranges::any_of(layer.neurons, [](const auto& n) { return n.decay > 0; });
  std::string text = fmt::format("static const synfire_fixed_lif_t {}_neuron[{}] = {{\n", id,
                                 layer.neurons.size());
  for (const synfire_fixed_lif_t& n : layer.neurons)
    text +=
        fmt::format("    {{{}, {}, {}, {}}},\n", literal(n.decay), n.bias, n.threshold, n.reset);
  return text + fmt::format(
                    "}};\nstatic const snn_each_t {0} = {{&snn_populations[{1}], {0}_neuron, "
                    "{2}u, {3}u}};\n",
                    id, index, layer.wait_at, halves ? 1 : 0);
}

std::string layer_text(const SpikingLayer& layer, std::size_t index) {
  std::string text = fmt::format("/* {} */\n", harmless(layer.name));
  for (std::size_t i = 0; i < layer.incoming.size(); ++i) {
    const Synapses& synapses = layer.incoming[i];
    text += fmt::format("/* {}, from {} */\n", harmless(synapses.projection),
                        harmless(synapses.source));
    text += std::visit(SynapseText{synapses, layer, index, synapse_id(index, i)}, synapses.table);
  }
  return text + (layer.quiet ? quiet_text(layer, index) : each_text(layer, index)) + "\n";
}

std::string start_id(const SpikingLayer& layer, std::size_t index) {
  return layer.start.empty() ? "0" : layer_id(index) + "_start";
}

std::string population_text(const SpikingLayer& layer, std::size_t index) {
  const Places& p = layer.places;
  return fmt::format(
      "    {{{}u, {}u, {}u, {}u, {}u, {}u, {}u, {}u, {}u, {}u, {}u, {}u, {{{}, {}u, {}u}}, {}u, "
      "{}, {}}},\n",
      layer.at, layer.size, p.count, p.channels, p.lanes, p.row, p.rows, p.row_blocks(), p.shift,
      p.map ? p.count : 0, layer.wide ? 1 : 0, layer.shared ? 0 : p.lanes, layer.rule.scale,
      layer.rule.keeps, layer.rule.refractory_steps, layer.touched_at, start_id(layer, index),
      store_text(layer.spikes));
}

std::string population_table(const SpikingPlan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.layers.size(); ++i)
    if (const auto& start = plan.layers[i].start; !start.empty())
      text += table_text("int32_t", start_id(plan.layers[i], i), start);
  text += "const snn_population_t snn_populations[SNN_POPULATIONS] = {\n";
  for (std::size_t i = 0; i < plan.layers.size(); ++i) text += population_text(plan.layers[i], i);
  return text + "};\n\n";
}

/// Delays are a step at least, so that the order of populations does not matter.
std::string calls(const SpikingPlan& plan) {
  std::string text = "void snn_network(const snn_work_t* work) {\n";
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const auto& incoming = plan.layers[i].incoming;
    for (std::size_t k = 0; k < incoming.size(); ++k)
      text += fmt::format("  snn_{}(&{}, work);\n", incoming[k].kernel(), synapse_id(i, k));
    text +=
        fmt::format("  snn_{}(&{}, work);\n", plan.layers[i].quiet ? "quiet" : "each", layer_id(i));
  }
  return text + "}\n";
}

constexpr std::string_view kState = R"(
/* One instance: everything that changes. */
typedef struct {
  int32_t potential[SNN_LANES];
  uint32_t sums[SNN_SUM_WORDS];
  uint32_t spikes[SNN_SPIKE_WORDS];
  uint32_t touched[SNN_TOUCHED];
  uint32_t epoch[SNN_EPOCHS];
  snn_clock_t clock[SNN_CLOCKS];
  int32_t limits[SNN_LIMITS];
  uint32_t marks[SNN_MARKS]; /* where the events of each step end in the ring */
  uint32_t now;
  volatile uint32_t head, tail, begun, dropped; /* begun: where the last step's events end */
  volatile uint16_t ring[SNN_RING_SIZE];
  uint16_t wait[SNN_WAITS];
} snn_state_t;

extern const snn_population_t snn_populations[SNN_POPULATIONS];
void snn_network(const snn_work_t* work);

#endif
)";

}  // namespace

FirmwareFile model_header(const SpikingPlan& plan, const FirmwareOptions& options) {
  std::string text = fmt::format(
      "/* Network {}. Written by synfire {}; do not edit. */\n"
      "#ifndef SNN_MODEL_H\n#define SNN_MODEL_H\n\n#include \"snn_synapse.h\"\n\n",
      harmless(plan.name), options.version);
  const auto define = [&](std::string_view name, std::int64_t value) {
    text += fmt::format("#define {} {}u\n", name, value);
  };
  define("SNN_INPUT_SIZE", plan.input_size);
  define("SNN_OUTPUT_SIZE", plan.out().size);
  define("SNN_OUTPUT_LANES", plan.out().places.lanes);
  define("SNN_OUTPUT_WORDS", plan.out().places.lane_count());
  define("SNN_OUTPUT_POPULATION", static_cast<std::int64_t>(plan.output));
  define("SNN_POPULATIONS", std::ssize(plan.layers));
  define("SNN_STEPS", at_least_one(plan.steps));
  define("SNN_INPUT_DELAY", plan.input_delay);
  define("SNN_RING_SIZE", plan.ring);
  define("SNN_MOST_EVENTS", plan.most_events);
  define("SNN_MARKS", plan.marks);
  define("SNN_LANES", plan.lanes);
  define("SNN_SUM_WORDS", plan.sum_words);
  define("SNN_SPIKE_WORDS", plan.spike_words);
  define("SNN_TOUCHED", plan.touched);
  define("SNN_EPOCHS", at_least_one(plan.epochs));
  define("SNN_CLOCKS", at_least_one(plan.clocks));
  define("SNN_LIMITS", at_least_one(plan.limits));
  define("SNN_WAITS", at_least_one(plan.waits));
  text +=
      "#define SNN_STATE_BYTES \\\n"
      "  (4u * (SNN_LANES + SNN_SUM_WORDS + SNN_SPIKE_WORDS + SNN_TOUCHED + SNN_EPOCHS + \\\n"
      "         2u * SNN_CLOCKS + SNN_LIMITS + SNN_MARKS + 5u) + \\\n"
      "   (2u * (SNN_RING_SIZE + SNN_WAITS) + 3u) / 4u * 4u)\n";
  return {"snn_model.h", text + std::string(kState)};
}

FirmwareFile model_source(const SpikingPlan& plan, const FirmwareOptions& options) {
  std::string text =
      fmt::format("#include \"snn.h\"\n\nconst char snn_version[] = \"{}\";\n", options.version);
  text += fmt::format("const char snn_network_hash[] = \"{}\";\n\n", plan.hash);
  text += population_table(plan);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) text += layer_text(plan.layers[i], i);
  return {"snn_model.c", text + calls(plan)};
}

}  // namespace synfire::mcu
