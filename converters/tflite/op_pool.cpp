// AVERAGE_POOL_2D and MAX_POOL_2D.
#include <cmath>
#include <utility>

#include "converters/tflite/operators.h"
#include "converters/tflite/window.h"

namespace synfire::tflite {
namespace {

/// Pools do not rescale: the kernels demand equal quantization (scales within 1e-6).
void check_same_quantization(const Operation& operation, const Affine& in, const Affine& out) {
  if (in.zero_point != out.zero_point || std::abs(in.scale - out.scale) > 1e-6F)
    operation.refuse(Code::tflite_quantization,
                     "must have the same scale and zero point before and after it");
}

void build(const Operation& operation, PoolKind kind, Parameters parameters) {
  operation.expect_operands(1, 1);
  const Affine input = operation.source_affine(0);
  const Affine output = operation.target_affine();
  check_same_quantization(operation, input, output);
  const auto& options = operation.required(operation.table().builtin_options_as_Pool2D());
  const Range range = operation.range(options.activation(), output);
  const MapSize in = map_of(operation, operation.source_shape(0));
  const MapSize out = map_of(operation, operation.target_shape());
  if (in.channels != out.channels)
    operation.refuse(Code::tflite_graph, "changes the number of channels");
  const Window window{{options.filter_h(), options.filter_w()},
                      {options.stride_h(), options.stride_w()}};
  Pool2d pool{kind, window.kernel, window.stride, {}, Layout::hwc};
  pool.padding = window_padding(operation, window, options.padding(), in, out);
  Builder& builder = operation.builder();
  const MapSource source = builder.map_source(operation, operation.input_index(0), false);
  const bool maximum = kind == PoolKind::max;
  if (!maximum) parameters["input_zero_point"] = std::int64_t{input.zero_point};
  const std::size_t population =
      builder.add_population(operation, "pool", map_shape(out, Layout::hwc), output, range,
                             maximum ? "maximum" : "average", std::move(parameters));
  builder.connect(source.population, population, pool);
  operation.finish(population);
}

}  // namespace

void convert_average_pool(const Operation& operation) { build(operation, PoolKind::sum, {}); }

void convert_max_pool(const Operation& operation) { build(operation, PoolKind::max, {}); }

}  // namespace synfire::tflite
