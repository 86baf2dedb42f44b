// MEAN over any axes but the batch: the sum of the values, with 1 / count in the multiplier.
#include <algorithm>
#include <numeric>
#include <utility>

#include "converters/tflite/linear.h"
#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

/// For each dimension without the batch, whether it is averaged.
std::vector<bool> reduced_dimensions(const Operation& operation) {
  const auto rank = static_cast<std::int64_t>(operation.input(0).shape.size());
  std::vector<bool> reduced(static_cast<std::size_t>(rank), false);
  for (const std::int64_t axis : operation.integers(1, "axes")) {
    const std::int64_t dimension = axis < 0 ? axis + rank : axis;
    if (dimension < 0 || dimension >= rank)
      operation.refuse(Code::tflite_graph,
                       "averages axis " + std::to_string(axis) + " of " + std::to_string(rank));
    reduced[static_cast<std::size_t>(dimension)] = true;
  }
  if (rank > 1) reduced.erase(reduced.begin());  // a batch of one averages to itself
  return reduced;
}

Shape kept_shape(const Shape& shape, const std::vector<bool>& reduced) {
  Shape kept = shape;
  for (std::size_t d = 0; d < kept.size(); ++d)
    if (reduced[d]) kept[d] = 1;
  return kept;
}

/// Synapses of weight one from every element to the element that it is averaged into.
Sparse reduction(const Operation& operation, const Shape& shape, const std::vector<bool>& reduced) {
  const std::int64_t count = element_count(shape);
  operation.builder().charge(operation, count * 12);
  const Shape kept = kept_shape(shape, reduced);
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(count) + 1);
  std::iota(offsets.begin(), offsets.end(), std::int64_t{0});
  std::vector<std::int32_t> targets(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t rest = i, stride = 1, target = 0;
    for (std::size_t d = shape.size(); d-- > 0; rest /= shape[d]) {
      if (!reduced[d]) target += rest % shape[d] * stride;
      stride *= kept[d];
    }
    targets[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(target);
  }
  Sparse sparse;
  sparse.offsets = Tensor::of(Shape{count + 1}, offsets);
  sparse.targets = Tensor::of(Shape{count}, targets);
  sparse.weight = unit_weight();
  return sparse;
}

/// The usual case: whole rows or columns of a {height, width, channels} map.
bool is_window(const Shape& shape, const std::vector<bool>& reduced) {
  constexpr std::int64_t max_kernel = 1 << 14;
  return shape.size() == 3 && !reduced[2] && (reduced[0] || reduced[1]) && shape[0] <= max_kernel &&
         shape[1] <= max_kernel;
}

}  // namespace

void convert_mean(const Operation& operation) {
  operation.expect_operands(2, 2);
  const Affine input = operation.source_affine(0), output = operation.target_affine();
  const Shape shape = operation.source_shape(0);
  const std::vector<bool> reduced = reduced_dimensions(operation);
  const Shape kept = kept_shape(shape, reduced);
  if (element_count(kept) != element_count(operation.target_shape()))
    operation.refuse(Code::tflite_graph, "its output has another number of elements");
  const double factor = static_cast<double>(input.scale) / static_cast<double>(output.scale);
  operation.multiplier(factor);
  Parameters parameters = requantization_parameters(mean_multiplier(
      factor, element_count(shape) / element_count(kept), operation.builder().rounding()));
  Builder& builder = operation.builder();
  const auto add = [&](std::size_t source, Connectivity connectivity) {
    const std::size_t population = builder.add_population(operation, "mean", kept, output, {},
                                                          "linear", std::move(parameters));
    builder.connect(source, population, std::move(connectivity));
    operation.finish(population);
  };
  if (!is_window(shape, reduced))
    return add(builder.flat_source(operation, operation.input_index(0)),
               reduction(operation, shape, reduced));
  Pool2d pool;
  pool.kernel = {static_cast<std::int32_t>(reduced[0] ? shape[0] : 1),
                 static_cast<std::int32_t>(reduced[1] ? shape[1] : 1)};
  pool.stride = pool.kernel;
  add(builder.map_source(operation, operation.input_index(0), false).population, pool);
}

}  // namespace synfire::tflite
