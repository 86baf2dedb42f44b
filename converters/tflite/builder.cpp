#include "converters/tflite/builder.h"

#include <algorithm>
#include <utility>

#include "converters/tflite/operation.h"

namespace synfire::tflite {
namespace {

// Weights may be shared by tensors, so a network can be larger than its file, but not by much.
constexpr std::int64_t kBaseBudget = std::int64_t{1} << 27;
constexpr std::int64_t kBudgetPerByte = 16;

Stage offset_stage(const Affine& affine) {
  return {"offset", {{"zero_point", std::int64_t{affine.zero_point}}}};
}

Parameters common_parameters(const Affine& affine, const Range& range, const char* activation) {
  return {{"activation", std::string(activation)},
          {"zero_point", std::int64_t{affine.zero_point}},
          {"low", std::int64_t{range.low}},
          {"high", std::int64_t{range.high}},
          {"scale", static_cast<double>(affine.scale)}};
}

Affine affine_of_population(const Population& population) {
  return {
      static_cast<float>(std::get<double>(population.parameters.at("scale"))),
      static_cast<std::int32_t>(std::get<std::int64_t>(population.parameters.at("zero_point")))};
}

bool has_padding(const Padding& padding) { return padding != Padding{0, 0, 0, 0}; }

/// Synapses of weight one from from[i] to i, in rows by source.
Sparse rows_by_source(std::int64_t sources, const std::vector<std::int64_t>& from) {
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(sources) + 1);
  for (const std::int64_t source : from)
    if (source >= 0) ++offsets[static_cast<std::size_t>(source) + 1];
  for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  std::vector<std::int32_t> targets(static_cast<std::size_t>(offsets.back()));
  std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] >= 0)
      targets[static_cast<std::size_t>(next[static_cast<std::size_t>(from[i])]++)] =
          static_cast<std::int32_t>(i);
  Sparse sparse;
  sparse.offsets = Tensor::of(Shape{sources + 1}, offsets);
  sparse.targets = Tensor::of(Shape{static_cast<std::int64_t>(targets.size())}, targets);
  sparse.weight = unit_weight();
  return sparse;
}

}  // namespace

std::vector<std::int64_t> element_origins(const Shape& out, const Shape& in,
                                          const std::vector<std::size_t>& axes,
                                          const std::vector<std::int64_t>& before) {
  std::vector<std::int64_t> strides(in.size(), 1);
  for (std::size_t d = in.size(); d-- > 1;) strides[d - 1] = strides[d] * in[d];
  std::vector<std::int64_t> from(static_cast<std::size_t>(element_count(out)));
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto rest = static_cast<std::int64_t>(i);
    for (std::size_t d = out.size(); d-- > 0; rest /= out[d]) {
      const std::int64_t at = rest % out[d] - before[d];
      const bool inside = at >= 0 && at < in[axes[d]];
      from[i] = inside && from[i] >= 0 ? from[i] + at * strides[axes[d]] : -1;
    }
  }
  return from;
}

Tensor unit_weight() { return Tensor::of<std::int8_t>({1}, std::vector<std::int8_t>{1}); }

Builder::Builder(const ModelFile& file, std::string name, const TfliteOptions& options)
    : file_(file),
      rounding_(options.single_rounding ? Rounding::single_step : Rounding::double_step),
      values_(file.tensors.size()),
      budget_(kBaseBudget + kBudgetPerByte * static_cast<std::int64_t>(file.bytes.size())) {
  network_.name = std::move(name);
  network_.dt_ms = 1.0;
  network_.metadata["source_format"] = "tflite";
  network_.metadata["rounding"] = std::string(to_string(rounding_));
}

void Builder::charge(const Operation& operation, std::int64_t bytes) {
  budget_ -= bytes;
  if (budget_ < 0)
    operation.refuse(Code::resource_limit,
                     "the network would be far larger than the file; the model is not plausible");
}

void Builder::add_input(std::int32_t tensor) {
  const TensorView& view = file_.tensors[static_cast<std::size_t>(tensor)];
  const std::string where = "input (" + view.name + ")";
  if (view.constant) fail(Code::tflite_graph, where, "the model's input is a constant");
  input_tensor_ = tensor;
  Value& input = value(tensor);
  input.kind = Value::Kind::refused;  // until it is known to be usable
  input.shape = shape_without_batch(view, where);
  network_.inputs.push_back({"input", "", DataType::float32, input.shape, {}});
  if (view.type == format::TensorType::FLOAT32) {
    input.kind = Value::Kind::float_input;
    return;
  }
  const Affine affine = affine_of(view, where);
  network_.inputs[0].element = DataType::int8;
  input.population = add_input_population(input.shape, affine);
  input.kind = Value::Kind::population;
}

std::size_t Builder::add_quantized_input(const Shape& shape, const Affine& affine) {
  network_.inputs[0].encoders.push_back({"quantize",
                                         {{"scale", static_cast<double>(affine.scale)},
                                          {"zero_point", std::int64_t{affine.zero_point}}}});
  return add_input_population(shape, affine);
}

std::size_t Builder::add_input_population(const Shape& shape, const Affine& affine) {
  Input& input = network_.inputs[0];
  if (!input.population.empty())
    fail(Code::tflite_operator, "input", "the float32 input is quantized more than once");
  input.population = "input";
  input.encoders.push_back(offset_stage(affine));
  network_.populations.push_back(
      {"input", shape, "graded", NumberFormat::integer, common_parameters(affine, {}, "none"), -1,
       "input " + file_.tensors[static_cast<std::size_t>(input_tensor_)].name});
  shape_used_.push_back(false);
  return network_.populations.size() - 1;
}

void Builder::add_output(std::int32_t tensor) {
  const TensorView& view = file_.tensors[static_cast<std::size_t>(tensor)];
  const std::string where = "output (" + view.name + ")";
  const Operation operation(*this, where);
  Value& source = value(tensor);
  if (source.kind == Value::Kind::refused) return;  // reported already
  if (source.kind == Value::Kind::missing)
    fail(Code::tflite_graph, where, "no operator makes the model's output");
  if (source.kind == Value::Kind::float_input)
    fail(Code::tflite_float, where, "the float32 input is passed on without being quantized",
         float_advice());
  Output output{"output", "", DataType::int8, source.shape, {}};
  if (source.kind == Value::Kind::result) {
    output.decoders = source.decoders;
    if (view.type == format::TensorType::FLOAT32) output.element = DataType::float32;
  } else {
    source.population = flat_source(operation, tensor);
    output.decoders = {offset_stage(affine_of(view, where))};
  }
  output.population = network_.populations[source.population].name;
  network_.outputs.push_back(std::move(output));
}

std::size_t Builder::add_population(const Operation& operation, const std::string& kind,
                                    Shape shape, const Affine& affine, const Range& range,
                                    const char* activation, Parameters parameters) {
  if (operation.is_dry()) return kNoPopulation;
  parameters.merge(common_parameters(affine, range, activation));
  parameters.emplace("rounding", std::string(to_string(rounding_)));
  network_.populations.push_back({kind + std::to_string(++counter_), std::move(shape), "graded",
                                  NumberFormat::integer, std::move(parameters), -1,
                                  operation.where()});
  shape_used_.push_back(false);
  return network_.populations.size() - 1;
}

void Builder::connect(std::size_t source, std::size_t target, Connectivity connectivity,
                      std::int32_t receptor) {
  if (source == kNoPopulation || target == kNoPopulation) return;
  const Population& to = network_.populations[target];
  const bool windowed =
      std::holds_alternative<Conv2d>(connectivity) || std::holds_alternative<Pool2d>(connectivity);
  if (windowed) shape_used_[source] = shape_used_[target] = true;
  std::string name = to.name;
  if (receptor > 0) name += "." + std::to_string(receptor);
  network_.projections.push_back({std::move(name), network_.populations[source].name, to.name,
                                  std::move(connectivity), 1.0, receptor});
}

std::size_t Builder::add_relay(const Operation& operation, const std::string& kind,
                               std::size_t source, Shape shape,
                               const std::vector<std::int64_t>& from) {
  if (operation.is_dry() || source == kNoPopulation) return kNoPopulation;
  const Affine affine = affine_of_population(network_.populations[source]);
  Sparse synapses = rows_by_source(network_.populations[source].size(), from);
  const std::size_t relay = add_population(operation, kind, std::move(shape), affine, {}, "relay");
  connect(source, relay, std::move(synapses));
  return relay;
}

void Builder::apply_padding(const Operation& operation, Value& value) {
  if (!has_padding(value.padding)) return;
  const MapSize padded = map_size(value.shape, Layout::hwc);
  const MapSize size{padded.channels, padded.height - value.padding[0] - value.padding[1],
                     padded.width - value.padding[2] - value.padding[3]};
  charge(operation, element_count(value.shape) * 24);
  const std::vector<std::int64_t> before{value.padding[0], value.padding[2], 0};
  value.population =
      add_relay(operation, "pad", value.population, value.shape,
                element_origins(value.shape, map_shape(size, Layout::hwc), {0, 1, 2}, before));
  value.padding = {0, 0, 0, 0};
}

std::size_t Builder::flat_source(const Operation& operation, std::int32_t tensor) {
  Value& source = value(tensor);
  if (source.kind != Value::Kind::population) return kNoPopulation;
  apply_padding(operation, source);
  return source.population;
}

MapSource Builder::map_source(const Operation& operation, std::int32_t tensor, bool keep_padding) {
  Value& source = value(tensor);
  const bool built = source.kind == Value::Kind::population;
  if (built && !keep_padding) apply_padding(operation, source);
  MapSize size = map_size(source.shape, Layout::hwc);
  size.height -= source.padding[0] + source.padding[1];
  size.width -= source.padding[2] + source.padding[3];
  if (built) shape_as_map(operation, source.population, map_shape(size, Layout::hwc));
  return {built ? source.population : kNoPopulation, size, source.padding};
}

/// RESHAPE changes how a map is read, not its neurons. The population takes the new shape unless
/// something already reads it as another map: then a relay carries the second reading.
void Builder::shape_as_map(const Operation& operation, std::size_t& population, const Shape& map) {
  Population& current = network_.populations[population];
  if (map_size(current.shape, Layout::hwc) == map_size(map, Layout::hwc)) return;
  if (!shape_used_[population]) {
    current.shape = map;
    return;
  }
  const std::size_t source = population;
  const Affine affine = affine_of_population(current);
  population = add_population(operation, "reshape", map, affine, {}, "relay");
  connect(source, population, OneToOne{unit_weight()});
}

}  // namespace synfire::tflite
