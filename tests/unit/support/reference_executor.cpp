#include "support/reference_executor.h"

#include <algorithm>
#include <limits>
#include <span>
#include <variant>

#include "core/base/fixed_point.h"
#include "encoders/stage.h"

namespace synfire::test {
namespace {

using Values = std::vector<std::int32_t>;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// Output positions of a window operation: calls visit(output row and column, tap row and column,
/// input row and column) for every tap inside the map.
struct Geometry {
  MapSize in, out;
  Pair kernel, stride, dilation;
  Padding padding;

  template <typename Visit>
  void each_tap(Visit visit) const {
    for (std::int64_t oy = 0; oy < out.height; ++oy)
      for (std::int64_t ox = 0; ox < out.width; ++ox)
        for (std::int64_t ky = 0; ky < kernel[0]; ++ky)
          for (std::int64_t kx = 0; kx < kernel[1]; ++kx) {
            const std::int64_t y = oy * stride[0] + ky * dilation[0] - padding[0];
            const std::int64_t x = ox * stride[1] + kx * dilation[1] - padding[2];
            if (y >= 0 && y < in.height && x >= 0 && x < in.width)
              visit(oy * out.width + ox, ky * kernel[1] + kx, y * in.width + x);
          }
  }
};

/// {out, in, rows, columns} to {rows, columns, out, in}, so that the inner loop is contiguous.
std::vector<std::int8_t> tap_major(const Tensor& weight) {
  const std::size_t area = at(weight.shape()[2] * weight.shape()[3]);
  const auto in = weight.as<std::int8_t>();
  std::vector<std::int8_t> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) out[i % area * (in.size() / area) + i / area] = in[i];
  return out;
}

/// Adds one projection's input into sums; counts valid taps per neuron where that matters.
struct Accumulate {
  const Population& source;
  const Population& target;
  const Values& in;
  std::vector<std::int64_t>& sums;
  std::vector<std::int64_t>& taps;

  void operator()(const Dense& dense) const {
    const auto weight = dense.weight.as<std::int8_t>();
    for (std::size_t t = 0; t < sums.size(); ++t)
      for (std::size_t s = 0; s < in.size(); ++s) sums[t] += weight[t * in.size() + s] * in[s];
  }
  void operator()(const Conv2d& conv) const {
    const Shape& w = conv.weight.shape();
    const std::vector<std::int8_t> weight = tap_major(conv.weight);
    const Geometry g = geometry(conv.stride, conv.dilation, conv.padding,
                                {static_cast<std::int32_t>(w[2]), static_cast<std::int32_t>(w[3])});
    const std::int64_t outs = w[0] / conv.groups, inner = w[1];
    g.each_tap([&](std::int64_t to, std::int64_t tap, std::int64_t from) {
      for (std::int64_t o = 0; o < w[0]; ++o) {
        const std::int32_t* map = &in[at(from * g.in.channels + o / outs * inner)];
        const std::int8_t* row = &weight[at((tap * w[0] + o) * inner)];
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < inner; ++i) sum += row[i] * map[i];
        sums[at(to * g.out.channels + o)] += sum;
      }
    });
  }
  void operator()(const Pool2d& pool) const {
    const Geometry g = geometry(pool.stride, {1, 1}, pool.padding, pool.kernel);
    const bool maximum = pool.kind == PoolKind::max;
    if (maximum) std::fill(sums.begin(), sums.end(), std::numeric_limits<std::int32_t>::min());
    g.each_tap([&](std::int64_t to, std::int64_t, std::int64_t from) {
      for (std::int64_t c = 0; c < g.in.channels; ++c) {
        std::int64_t& sum = sums[at(to * g.out.channels + c)];
        const std::int32_t value = in[at(from * g.in.channels + c)];
        sum = maximum ? std::max<std::int64_t>(sum, value) : sum + value;
        ++taps[at(to * g.out.channels + c)];
      }
    });
  }
  void operator()(const OneToOne& one) const {
    const auto weight = one.weight.as<std::int8_t>();
    for (std::size_t i = 0; i < in.size(); ++i) sums[i] += weight[i % weight.size()] * in[i];
  }
  void operator()(const Sparse& sparse) const {
    const auto offsets = sparse.offsets.as<std::int64_t>();
    const auto targets = sparse.targets.as<std::int32_t>();
    const auto weight = sparse.weight.as<std::int8_t>();
    for (std::size_t s = 0; s < in.size(); ++s)
      for (std::int64_t j = offsets[s]; j < offsets[s + 1]; ++j)
        sums[at(targets[at(j)])] += weight[at(j) % weight.size()] * in[s];
  }
  void operator()(const RandomRule&) const { unsupported(); }

  Geometry geometry(Pair stride, Pair dilation, Padding padding, Pair kernel) const {
    return {map_size(source.shape, Layout::hwc),
            map_size(target.shape, Layout::hwc),
            kernel,
            stride,
            dilation,
            padding};
  }
  [[noreturn]] static void unsupported() {
    fail(Code::internal, "reference executor", "a random rule in a graded network");
  }
};

/// A population's activation function, from its parameters.
class Activation {
 public:
  explicit Activation(const Population& population)
      : parameters_(population.parameters),
        where_(population.name),
        name_(text_or(parameters_, "activation", "", where_)),
        zero_point_(integer("zero_point")),
        rounding_(rounding_of(text_or(parameters_, "rounding", "double", where_))) {}

  Values apply(const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& second,
               const std::vector<std::int64_t>& taps) const {
    Values result(first.size());
    const Values bias = integers("bias", first.size()),
                 multiplier = integers("multiplier", first.size()),
                 shift = integers("shift", first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      std::int64_t q = first[i] + zero_point_;  // relay, maximum
      if (name_ == "linear")
        q = zero_point_ +
            scaled(wrap_to_int32(first[i] + bias[i]), {multiplier[i], shift[i]}, rounding_);
      if (name_ == "add") q = zero_point_ + added(first[i], second[i]);
      if (name_ == "average") q = averaged(first[i], taps[i]);
      q = std::clamp(q, integer("low"), integer("high"));
      result[i] = static_cast<std::int32_t>(q - zero_point_);
    }
    return result;
  }

 private:
  std::int64_t integer(const char* name) const { return integer_or(parameters_, name, 0, where_); }
  Values integers(const char* name, std::size_t count) const {
    if (name_ != "linear") return {};
    return integers_or(parameters_, name, 0, count, where_);
  }
  FixedMultiplier factor(const std::string& suffix) const {
    return {static_cast<std::int32_t>(integer(("multiplier" + suffix).c_str())),
            static_cast<std::int32_t>(integer(("shift" + suffix).c_str()))};
  }
  std::int32_t added(std::int64_t first, std::int64_t second) const {
    const std::int64_t unit = std::int64_t{1} << integer("left_shift");
    const std::int32_t a = scaled(wrap_to_int32(first * unit), factor("_0"), rounding_);
    const std::int32_t b = scaled(wrap_to_int32(second * unit), factor("_1"), rounding_);
    return scaled(wrap_to_int32(std::int64_t{a} + b), factor(""), rounding_);
  }
  std::int64_t averaged(std::int64_t sum, std::int64_t taps) const {
    const std::int64_t total = sum + taps * integer("input_zero_point");
    return total > 0 ? (total + taps / 2) / taps : (total - taps / 2) / taps;
  }

  const Parameters& parameters_;
  std::string where_;
  std::string name_;
  std::int64_t zero_point_;
  Rounding rounding_;
};

}  // namespace

ReferenceExecutor::ReferenceExecutor(const Network& network)
    : network_(network), order_(topological_order(network).value()) {}

Tensor ReferenceExecutor::output_values(const Tensor& sample) {
  const Input& input = network_.inputs.at(0);
  const Tensor encoded = encode(input.encoders, sample);
  const auto entering = encoded.as<std::int32_t>();
  values_.clear();
  values_[input.population] = Values(entering.begin(), entering.end());
  for (const std::size_t index : order_) compute(network_.populations[index]);
  const Output& output = network_.outputs.at(0);
  return Tensor::of(output.shape, values_.at(output.population));
}

void ReferenceExecutor::compute(const Population& population) {
  if (values_.contains(population.name)) return;
  std::vector<std::int64_t> sums[2], taps;
  for (auto& sum : sums) sum.assign(at(population.size()), 0);
  taps.assign(at(population.size()), 0);
  for (const Projection& projection : network_.projections)
    if (projection.target == population.name)
      std::visit(Accumulate{network_.population(projection.source), population,
                            values_.at(projection.source), sums[at(projection.receptor)], taps},
                 projection.connectivity);
  values_[population.name] = Activation(population).apply(sums[0], sums[1], taps);
}

Tensor ReferenceExecutor::infer(const Tensor& sample) {
  return decode(network_.outputs.at(0).decoders, output_values(sample));
}

Tensor ReferenceExecutor::logits(const Tensor& sample) {
  const std::span<const Stage> stages = network_.outputs.at(0).decoders;
  return decode(stages.first(1), output_values(sample));
}

const std::vector<std::int32_t>& ReferenceExecutor::values(const std::string& population) const {
  return values_.at(population);
}

}  // namespace synfire::test
