// Pipelined rate coding in C: tables of membranes and weights, and the layers' descriptors.
#include <fmt/format.h>

#include "targets/mcu/c_text.h"
#include "targets/mcu/pipeline.h"

namespace synfire::mcu {
namespace {

/// What a layer is to `pipelined/snn_pipeline.h`.
struct PipeKind {
  std::string_view name;      // of its kind
  std::string_view constant;  // SNN_PIPE_...
  Window window{};
  const std::vector<std::int8_t>* weight = nullptr;
  std::int64_t width = 0;
  bool counts_taps = false;
};

struct KindOf {
  const Layer& layer;

  PipeKind operator()(const Linear& linear) const {
    return {"linear", "LINEAR", linear.window, &linear.weight, linear.width};
  }
  PipeKind operator()(const Depthwise& depthwise) const {
    return {"depthwise", "DEPTHWISE", depthwise.window, &depthwise.weight, layer.out.channels};
  }
  PipeKind operator()(const Average& average) const {
    return {.name = "average", .constant = "SUM", .window = average.window, .counts_taps = true};
  }
  PipeKind operator()(const Mean& mean) const { return {"mean", "SUM", mean.window}; }
  PipeKind operator()(const Maximum& maximum) const {
    return {"maximum", "MAXIMUM", maximum.window};
  }
  PipeKind operator()(const Add&) const { return {"add", "ADD"}; }
  PipeKind operator()(const Relay&) const { return {}; }  // serve_spikes has refused it
};

PipeKind kind_of(const Layer& layer) { return std::visit(KindOf{layer}, layer.work); }

std::string window_text(const Window& w) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}}}", w.rows, w.columns, w.stride_rows,
                     w.stride_columns, w.dilation_rows, w.dilation_columns, w.top, w.left);
}

std::string source_text(const PipeSource& s) {
  const std::int64_t at = s.is_current ? s.map.at : s.sent;
  const std::int64_t channel_step = s.is_current ? s.map.plane : 1;
  const std::int64_t row_step = s.is_current ? s.map.pitch : s.size.width * s.size.channels;
  const std::int64_t column_step = s.is_current ? 1 : s.size.channels;
  return fmt::format("{{{}u, {}u, {}u, {}u, {}, {}u, {}u, {}u, {}u, {}, {}u, {}u}}", at,
                     channel_step, row_step, column_step, s.zero, s.size.height, s.size.width,
                     s.size.channels, s.spikes, s.is_current ? 1 : 0, s.delay, s.history);
}

std::string membrane_table(const std::string& id, const std::vector<Membrane>& membranes) {
  std::string text =
      fmt::format("static const snn_membrane_t {}_membrane[{}] = {{\n", id, membranes.size());
  for (const Membrane& m : membranes)
    text += fmt::format("    {{INT64_C({}), INT64_C({}), INT64_C({})}},\n", m.threshold, m.half,
                        m.bias);
  return text + "};\n";
}

std::string tables_of(const Layer& layer, const std::string& id) {
  const PipeKind kind = kind_of(layer);
  return (kind.weight != nullptr ? table_text("int8_t", id + "_weight", *kind.weight) : "") +
         membrane_table(id, layer.pipelined->membranes) + "\n";
}

std::string descriptor_of(const Layer& layer, const std::string& id) {
  const PipeKind kind = kind_of(layer);
  const Pipelined& p = *layer.pipelined;
  const PipeSource& second = p.sources.back();
  return fmt::format(
      "    {{SNN_PIPE_{}, {}, {}, {},\n     {{{},\n      {}}},\n     {}, {}, {}_membrane,\n"
      "     {}u, {}u, {}u, {}u, {{{}, {}}}, {}u, {}u, {}u, {}, {}, {}, {}, "
      "{}}},\n",
      kind.constant, kind.counts_taps ? 1 : 0, p.is_readout ? 1 : 0, p.is_signed ? 1 : 0,
      source_text(p.sources.front()), source_text(second), window_text(kind.window),
      kind.weight != nullptr ? id + "_weight" : "0", id, p.size.height, p.size.width,
      p.size.channels, kind.width, p.gain[0], p.gain[1], p.sums, p.spikes, p.sent, p.start, p.least,
      p.most, p.low, p.high);
}

}  // namespace

std::string pipeline_text(const Plan& plan) {
  std::string tables, descriptors;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const std::string id = fmt::format("layer_{}", i);
    tables += tables_of(plan.layers[i], id);
    descriptors += descriptor_of(plan.layers[i], id);
  }
  return tables +
         fmt::format("static const snn_pipe_layer_t layers[{}] = {{\n{}}};\n\n", plan.layers.size(),
                     descriptors) +
         fmt::format("static const snn_pipeline_t pipeline = {{layers, {}u, {}u, {}u}};\n\n",
                     plan.layers.size(), plan.window, plan.steps) +
         "void snn_layers(const snn_work_t* work) {\n"
         "  snn_pipeline(&pipeline, &snn_output_map, work);\n}\n";
}

std::string pipeline_kernel_name(const Layer& layer) {
  return fmt::format("{}, pipelined", kind_of(layer).name);
}

}  // namespace synfire::mcu
