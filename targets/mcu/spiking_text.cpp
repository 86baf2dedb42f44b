// snn_model.h and snn_model.c of a spiking network: const tables, and the calls of a step.
#include <fmt/format.h>

#include <algorithm>

#include "targets/mcu/c_text.h"
#include "targets/mcu/spiking_firmware.h"
#include "targets/mcu/template_text.h"

namespace synfire::mcu {
namespace {

std::string store_text(const SpikeStore& spikes) {
  return fmt::format("{{{}u, {}u, {}u}}", spikes.at, spikes.words, spikes.depth - 1);
}

/// A projection's tables and its descriptor.
struct SynapseText {
  const Synapses& synapses;
  std::string id;

  std::string operator()(const DenseRows& rows) const {
    return weight_table(rows.weight) + descriptor(fmt::format("{}u", rows.width));
  }
  std::string operator()(const Convolution& c) const {
    return weight_table(c.weight) +
           descriptor(fmt::format(
               "{}u, {}u, {}u,\n    {}u, {}u, {}u,\n    {}u, {}u, {}u, {}u, {}u, {}u, {}, {}",
               c.source.height, c.source.width, c.group_channels, c.target.height, c.target.width,
               c.group_outputs, c.kernel[0], c.kernel[1], c.stride[0], c.stride[1], c.dilation[0],
               c.dilation[1], c.top, c.left));
  }
  std::string operator()(const Pairs& pairs) const {
    return weight_table(pairs.weight) + descriptor("");
  }
  std::string operator()(const SparseRows& rows) const {
    return table_text("uint32_t", id + "_row", rows.row) +
           table_text("uint16_t", id + "_target", rows.target) + weight_table(rows.weight) +
           fmt::format(
               "static const snn_sparse_t {0} = {{\n    {1}, {0}_row, {0}_target, "
               "{0}_weight}};\n",
               id, source());
  }

 private:
  std::string weight_table(const std::vector<std::int8_t>& weight) const {
    return table_text("int8_t", id + "_weight", weight);
  }
  std::string source() const {
    return fmt::format("{{{}, {}u}}", store_text(synapses.spikes), synapses.delay);
  }
  std::string descriptor(const std::string& rest) const {
    return fmt::format("static const snn_{} {} = {{\n    {}, {}_weight{}{}}};\n",
                       std::string(synapses.kernel()) + "_t", id, source(), id,
                       rest.empty() ? "" : ", ", rest);
  }
};

std::string neuron_table(const std::string& id, const SpikingLayer& layer) {
  std::string text =
      fmt::format("static const synfire_fixed_lif_t {}[{}] = {{\n", id, layer.neurons.size());
  for (const synfire_fixed_lif_t& n : layer.neurons)
    text += fmt::format("    {{{}, {}, {}, {}}},\n", n.leak, n.bias, n.threshold, n.reset);
  return text + "};\n";
}

std::string layer_id(std::size_t index) { return fmt::format("layer_{}", index); }
std::string synapse_id(std::size_t layer, std::size_t index) {
  return fmt::format("layer_{}_in_{}", layer, index);
}

std::string layer_text(const SpikingLayer& layer, std::size_t index) {
  std::string text = fmt::format("/* {} */\n", harmless(layer.name));
  for (std::size_t i = 0; i < layer.incoming.size(); ++i) {
    const Synapses& synapses = layer.incoming[i];
    text += fmt::format("/* {}, from {} */\n", harmless(synapses.projection),
                        harmless(synapses.source));
    text += std::visit(SynapseText{synapses, synapse_id(index, i)}, synapses.table);
  }
  text += neuron_table(layer_id(index) + "_neuron", layer);
  if (!layer.start.empty()) text += table_text("int32_t", layer_id(index) + "_start", layer.start);
  return text + "\n";
}

std::string population_text(const SpikingLayer& layer, std::size_t index) {
  const std::string id = layer_id(index);
  return fmt::format("    {{{}u, {}u, {}u, {}_neuron, {{{}, {}u, {}u}}, {}u, {}, {}u, {}}},\n",
                     layer.at, layer.size, layer.shared, id, layer.rule.scale, layer.rule.keeps,
                     layer.rule.refractory_steps, layer.rests ? 1 : 0,
                     layer.start.empty() ? "0" : id + "_start", layer.wait_at,
                     store_text(layer.spikes));
}

/// Delays are a step at least, so that the order of populations does not matter.
std::string calls(const SpikingPlan& plan) {
  std::string text = "void snn_network(const snn_work_t* work) {\n";
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const auto& incoming = plan.layers[i].incoming;
    for (std::size_t k = 0; k < incoming.size(); ++k)
      text += fmt::format("  snn_{}(&{}, work);\n", incoming[k].kernel(), synapse_id(i, k));
    text += fmt::format("  snn_advance(&snn_populations[{}], work);\n", i);
  }
  return text + "}\n";
}

constexpr std::string_view kState = R"(
/* One instance: everything that changes. */
typedef struct {
  int32_t potential[SNN_NEURONS];
  int32_t sums[SNN_SUMS];
  uint32_t spikes[SNN_SPIKE_WORDS];
  uint32_t marks[SNN_MARKS]; /* where the events of each step end in the ring */
  uint32_t now;
  volatile uint32_t head, tail, dropped;
  volatile uint16_t ring[SNN_RING_SIZE];
#if SNN_WAITS > 0
  uint16_t wait[SNN_WAITS];
#endif
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
  define("SNN_OUTPUT_POPULATION", static_cast<std::int64_t>(plan.output));
  define("SNN_POPULATIONS", std::ssize(plan.layers));
  define("SNN_STEPS", std::max<std::int64_t>(plan.steps, 1));
  define("SNN_INPUT_DELAY", plan.input_delay);
  define("SNN_RING_SIZE", options.ring);
  define("SNN_MARKS", plan.marks);
  define("SNN_NEURONS", plan.neurons);
  define("SNN_SUMS", plan.sums);
  define("SNN_SPIKE_WORDS", plan.spike_words);
  define("SNN_WAITS", plan.waits);
  text +=
      "#define SNN_STATE_BYTES \\\n"
      "  (4u * (SNN_NEURONS + SNN_SUMS + SNN_SPIKE_WORDS + SNN_MARKS) + 16u + \\\n"
      "   (2u * (SNN_RING_SIZE + SNN_WAITS) + 3u) / 4u * 4u)\n";
  return {"snn_model.h", text + std::string(kState)};
}

FirmwareFile model_source(const SpikingPlan& plan, const FirmwareOptions& options) {
  std::string text =
      fmt::format("#include \"snn.h\"\n\nconst char snn_version[] = \"{}\";\n", options.version);
  text += fmt::format("const char snn_network_hash[] = \"{}\";\n\n", plan.hash);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) text += layer_text(plan.layers[i], i);
  text += "const snn_population_t snn_populations[SNN_POPULATIONS] = {\n";
  for (std::size_t i = 0; i < plan.layers.size(); ++i) text += population_text(plan.layers[i], i);
  return {"snn_model.c", text + "};\n\n" + calls(plan)};
}

}  // namespace synfire::mcu
